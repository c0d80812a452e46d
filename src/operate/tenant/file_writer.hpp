// Writes a scoped file: beside its place, synced, then renamed, so that a file of that name is
// whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/hash.hpp"
#include "operate/tenant/file_format.hpp"
#include "operate/tenant/types.hpp"

namespace stele::tenant {

// Memory use: one buffer. Throws Error(failed) when the disk is full, Error(conflict) when there is
// such a file already; what was written so far then goes away with the object.
class FileWriter {
  public:
    FileWriter(const std::filesystem::path& path, Header header);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    // Sections come in the header's order.
    void begin_section();
    // A line as COPY … TO STDOUT gave it. Throws Error(internal) unless it names the header's
    // tenant.
    void add_row(std::string_view copy_line);
    SectionOutput end_section();

    struct Totals {
        std::uint64_t rows = 0;
        std::uint64_t bytes = 0;
        std::string sha256;
    };
    Totals finish();

  private:
    const TableRef& table() const { return header_.tables[section_]; }
    void control_line(const std::string& line);
    void write_out_rows();  // the buffer holds rows of the section and nothing else
    void write_out();

    const Header header_;
    const std::filesystem::path path_;
    std::string temporary_;
    int fd_ = -1;
    std::string buffer_;
    std::string prefix_;  // of the section's rows, as COPY writes it
    Sha256 control_hash_;
    Sha256 section_hash_;
    std::size_t section_ = 0;
    std::uint64_t section_rows_ = 0, section_bytes_ = 0;
    Totals totals_;
};

}  // namespace stele::tenant
