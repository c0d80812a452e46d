// Reads a scoped file from start to end and checks all of it on the way.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "foundation/base/hash.hpp"
#include "operate/tenant/file_format.hpp"
#include "operate/tenant/types.hpp"

namespace stele::tenant {

struct FileTotals {
    std::vector<SectionOutput> sections;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::string sha256;  // the trailer's
};

// What happens with the content; all may be empty. `table` is a place in the header's tables.
struct FileVisitor {
    std::function<void(std::size_t table)> begin;
    std::function<void(std::string_view copy_line)> row;  // as COPY … FROM takes it
    // The section's count and checksum have been found right.
    std::function<void(const SectionOutput& section)> end;
};

// The file is held open: what was verified is what is read again, unless somebody writes into that
// very file, and then the second reading says so. Memory use: one buffer and the longest row
// (limits::kScopedRowBytes).
class FileReader {
  public:
    // Reads the header. Throws Error(invalid_argument) where there is no file to read, and
    // Error(refused) when it is none of this format.
    explicit FileReader(const std::filesystem::path& path);
    ~FileReader();
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;

    const Header& header() const { return header_; }
    const std::filesystem::path& path() const { return path_; }

    // Throws Error(refused) that names line and reason at the first thing that is not as
    // it was written: cut off, edited, in another order, a row of another tenant.
    FileTotals read(const FileVisitor& visitor);

  private:
    void rewind();
    std::string_view next_line();  // without its newline
    void fill();
    SectionOutput read_section(std::size_t table, const FileVisitor& visitor, Sha256& control);
    void read_row(std::string_view line, std::string_view prefix, const TableRef& table);
    [[noreturn]] void damaged(const std::string& what) const;

    const std::filesystem::path path_;
    int fd_ = -1;
    std::string buffer_;
    std::size_t at_ = 0, end_ = 0;  // what is unread in the buffer
    std::uint64_t line_ = 0, bytes_ = 0;
    std::string copy_line_;
    Header header_;
    std::string header_line_;
};

}  // namespace stele::tenant
