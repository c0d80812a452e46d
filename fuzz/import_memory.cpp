// Markdown and the file of the MCP memory server.
#include <sstream>

#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "foundation/ingest/read.hpp"
#include "fuzz.hpp"
#include "knowledge/memory/transfer.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto keep = [](const memory::StoreInput& m) {
        fuzz::require(!invalid_utf8_at(m.content), "content is UTF-8");
        fuzz::require(!m.content.empty(), "content is not empty");
    };
    ingest::Notes notes;
    fuzz::accepts([&] {
        const std::string decoded = ingest::as_text(std::string(text), "fuzz.md", notes);
        fuzz::require(!invalid_utf8_at(decoded), "text is UTF-8");
        fuzz::require(decoded.find('\0') == decoded.npos, "no zero byte is kept");
        memory::read_markdown_text(decoded, "fuzz.md", keep);
    });
    std::istringstream lines{std::string(text)};
    fuzz::accepts([&] { memory::read_mcp_memory(lines, "fuzz.jsonl", notes, keep); });
    return 0;
}
