// A tenant's file: from somebody's disk, row by row.
#include "fuzz.hpp"
#include "operate/tenant/file_reader.hpp"
#include "operate/tenant/row_text.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const fuzz::MemoryFile file(text);
    fuzz::accepts([&] {
        tenant::FileReader reader(file.path());
        tenant::FileVisitor visitor;
        visitor.row = [](std::string_view line) {
            fuzz::require(line.ends_with('\n') && line.find('\n') == line.size() - 1, "one line");
        };
        reader.read(visitor);
    });
    std::string copy, back;
    if (!fuzz::accepts([&] { tenant::append_copy_line(copy, text); })) return 0;
    fuzz::require(copy.ends_with('\n') && copy.find('\n') == copy.size() - 1, "a row is one line");
    tenant::append_json_row(back, std::string_view(copy).substr(0, copy.size() - 1));
    fuzz::require(back == std::string(text) + "\n", "a row's two spellings are one row");
    return 0;
}
