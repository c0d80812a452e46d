// Markdown and the file of the MCP memory server.
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "fuzz.hpp"
#include "knowledge/memory/transfer.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto keep = [](const memory::StoreInput& m) {
        fuzz::require(!invalid_utf8_at(m.content), "content is UTF-8");
        fuzz::require(!m.content.empty(), "content is not empty");
    };
    fuzz::accepts([&] { memory::read_markdown_text(text, "fuzz.md", keep); });
    fuzz::accepts([&] { memory::read_mcp_memory(text, "fuzz.jsonl", keep); });
    return 0;
}
