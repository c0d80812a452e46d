#include "operate/tenant/file_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "foundation/base/error.hpp"
#include "operate/tenant/row_text.hpp"

namespace stele::tenant {

namespace {

constexpr std::size_t kWriteBuffer = 1024 * 1024;

[[noreturn]] void cannot_write(const std::string& path) {
    const int why = errno;
    throw Error(Code::failed, fmt::format("cannot write {}: {}", path, std::strerror(why)),
                why == ENOSPC || why == EDQUOT ? "free some space there and run this again"
                                               : "check who owns it and its directory");
}

}  // namespace

FileWriter::FileWriter(const std::filesystem::path& path, Header header)
    : header_(std::move(header)),
      path_(path),
      temporary_(fmt::format("{}.partial-{}", path.string(), ::getpid())) {
    if (std::filesystem::exists(path_))
        throw Error(Code::conflict, fmt::format("{} is there already", path_.string()),
                    "name another file, or move that one away");
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd_ < 0) cannot_write(temporary_);
    // It goes out with the first section: nothing may fail here any more.
    buffer_ = header_line(header_);
    control_hash_.add(buffer_);
}

FileWriter::~FileWriter() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

void FileWriter::control_line(const std::string& line) {
    control_hash_.add(line);
    buffer_ += line;
    write_out();
}

void FileWriter::begin_section() {
    control_line(section_line(table()));
    prefix_ = copy_prefix(table(), header_.org, header_.project);
    section_hash_ = Sha256();
    section_rows_ = section_bytes_ = 0;
}

void FileWriter::add_row(std::string_view copy_line) {
    const char after = copy_line.size() > prefix_.size() ? copy_line[prefix_.size()] : '\0';
    if (!copy_line.starts_with(prefix_) || (after != '\t' && after != '\n'))
        throw Error(Code::internal,
                    fmt::format("a row of {} is not the tenant's: row-level security does not hold",
                                table().name));
    append_json_row(buffer_, copy_line);
    ++section_rows_;
    if (buffer_.size() >= kWriteBuffer) write_out_rows();
}

SectionOutput FileWriter::end_section() {
    write_out_rows();
    SectionOutput out{table().name, std::int64_t(section_rows_), std::int64_t(section_bytes_),
                      section_hash_.hex()};
    control_line(end_line(table(), section_rows_, out.sha256));
    totals_.rows += section_rows_;
    ++section_;
    return out;
}

void FileWriter::write_out_rows() {
    section_hash_.add(buffer_);
    section_bytes_ += buffer_.size();
    write_out();
}

void FileWriter::write_out() {
    for (std::string_view rest = buffer_; !rest.empty();) {
        const ssize_t n = ::write(fd_, rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) cannot_write(temporary_);
        rest.remove_prefix(std::size_t(n));
    }
    totals_.bytes += buffer_.size();
    buffer_.clear();
}

FileWriter::Totals FileWriter::finish() {
    totals_.sha256 = control_hash_.hex();
    buffer_ = trailer_line(section_, totals_.rows, totals_.sha256);
    write_out();
    if (::fsync(fd_) != 0) cannot_write(temporary_);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) cannot_write(path_.string());
    ::close(fd_);
    fd_ = -1;
    const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
    if (const int dir = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC); dir >= 0) {
        ::fsync(dir);
        ::close(dir);
    }
    return totals_;
}

}  // namespace stele::tenant
