#include "operate/tenant/file_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "operate/tenant/row_text.hpp"

namespace stele::tenant {

namespace {

constexpr std::size_t kReadBuffer = 1024 * 1024;

// `expected` has its newline, a line that was read has none.
bool is_line(std::string_view line, std::string_view expected) {
    return line.size() + 1 == expected.size() && expected.starts_with(line);
}

}  // namespace

FileReader::FileReader(const std::filesystem::path& path)
    : path_(path), buffer_(kReadBuffer, '\0') {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (fd_ < 0 || ::fstat(fd_, &about) != 0 || !S_ISREG(about.st_mode)) {
        const int why = fd_ < 0 ? errno : 0;
        if (fd_ >= 0) ::close(fd_);
        throw Error(Code::invalid_argument,
                    fmt::format("file: {} cannot be read: {}", path.string(),
                                why ? std::strerror(why) : "it is not a regular file"),
                    "it is read twice, so it must be a file; name one that you may read");
    }
    try {
        header_line_ = next_line();
        header_ = parse_header(header_line_);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

FileReader::~FileReader() {
    ::close(fd_);
}

void FileReader::damaged(const std::string& what) const {
    throw Error(Code::refused, fmt::format("{}, line {}: {}", path_.string(), line_, what),
                "the file is not what scoped-export wrote: take another copy of it");
}

void FileReader::rewind() {
    ::lseek(fd_, 0, SEEK_SET);
    at_ = end_ = 0;
    line_ = bytes_ = 0;
}

// Room for more is made by moving what is unread to the front, then by growing.
void FileReader::fill() {
    if (at_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
        end_ -= at_;
        at_ = 0;
    }
    if (end_ == buffer_.size()) {
        if (buffer_.size() >= limits::kScopedRowBytes)
            damaged(fmt::format("is longer than {} bytes", limits::kScopedRowBytes));
        buffer_.resize(2 * buffer_.size());
    }
    ssize_t n;
    do n = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    while (n < 0 && errno == EINTR);
    if (n < 0) damaged(std::strerror(errno));
    if (n == 0)
        damaged(end_ == 0 ? "the file ends here: it was cut off"
                          : "the file ends in the middle of this line: it was cut off");
    end_ += std::size_t(n);
}

std::string_view FileReader::next_line() {
    ++line_;
    for (std::size_t searched = 0;;) {
        const std::string_view unread(buffer_.data() + at_, end_ - at_);
        const std::size_t newline = unread.find('\n', searched);
        if (newline != unread.npos) {
            at_ += newline + 1;
            bytes_ += newline + 1;
            return unread.substr(0, newline);
        }
        searched = unread.size();
        fill();
    }
}

void FileReader::read_row(std::string_view line, std::string_view prefix, const TableRef& table) {
    const char after = line.size() > prefix.size() ? line[prefix.size()] : '\0';
    if (!line.starts_with(prefix) || (after != ',' && after != ']'))
        damaged(fmt::format("this row of {} is not the header's tenant's", table.name));
    copy_line_.clear();
    std::size_t values = 0;
    try {
        values = append_copy_line(copy_line_, line);
    } catch (const Error& error) {
        damaged(error.what());
    }
    if (values != table.columns.size())
        damaged(fmt::format("a row of {} has {} values, this one has {}", table.name,
                            table.columns.size(), values));
}

SectionOutput FileReader::read_section(std::size_t number, const FileVisitor& visitor,
                                       Sha256& control) {
    const TableRef& table = header_.tables[number];
    const std::string opening = section_line(table);
    if (!is_line(next_line(), opening))
        damaged(fmt::format("the section of {} was expected here", table.name));
    control.add(opening);
    if (visitor.begin) visitor.begin(number);
    const std::string prefix = json_prefix(table, header_.org, header_.project);
    SectionOutput out{table.name, 0, 0, ""};
    Sha256 hash;
    std::string_view line;
    while ((line = next_line()).starts_with('[')) {
        read_row(line, prefix, table);
        hash.add({line.data(), line.size() + 1});
        ++out.rows;
        out.bytes += std::int64_t(line.size() + 1);
        if (visitor.row) visitor.row(copy_line_);
    }
    out.sha256 = hash.hex();
    const std::string closing = end_line(table, std::uint64_t(out.rows), out.sha256);
    if (!line.starts_with(closing.substr(0, closing.find(','))))
        damaged(fmt::format("a row or the end of the section of {} was expected here", table.name));
    if (!is_line(line, closing))
        damaged(
            fmt::format("its section of {} holds {} rows with the checksum {:.12}…, and this "
                        "line says otherwise",
                        table.name, out.rows, out.sha256));
    control.add(closing);
    if (visitor.end) visitor.end(out);
    return out;
}

FileTotals FileReader::read(const FileVisitor& visitor) {
    rewind();
    FileTotals totals;
    Sha256 control;
    if (next_line() != header_line_) damaged("the header has changed while the file was read");
    control.add(header_line_ + "\n");
    for (std::size_t table = 0; table < header_.tables.size(); ++table) {
        totals.sections.push_back(read_section(table, visitor, control));
        totals.rows += std::uint64_t(totals.sections.back().rows);
    }
    totals.sha256 = control.hex();
    if (!is_line(next_line(), trailer_line(totals.sections.size(), totals.rows, totals.sha256)))
        damaged(
            fmt::format("a trailer with the checksum {:.12}… was expected here", totals.sha256));
    totals.bytes = bytes_;
    char more;
    if (at_ != end_ || ::read(fd_, &more, 1) != 0) {
        ++line_;
        damaged("there is more after the trailer");
    }
    return totals;
}

}  // namespace stele::tenant
