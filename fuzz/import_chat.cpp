// Transcripts of agents and exports of ChatGPT. The messages go nowhere.
#include <sstream>

#include "fuzz.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

void Importer::add(LogInput message) {
    cut(message.content, limits::kMessageBytes);
    fuzz::require(message.content.find('\0') == message.content.npos, "no zero byte is kept");
    ++out.read;
}
void Importer::add(NewMessage) {}
void Importer::fork(const std::string&, const std::string&, const std::string&) {}
void Importer::title(const std::string&, const std::string&) {}
void Importer::flush() {}
void Importer::piece(const std::string&, const std::function<void()>& read) {
    try {
        read();
    } catch (const std::exception&) {  // as the real one: a piece may be none of its format
        ++out.skipped;
    }
}

}  // namespace stele::conversations

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    // The readers hand it on, and the importer above never looks at it.
    alignas(runtime::Context) static std::byte nothing[sizeof(runtime::Context)];
    const conversations::ImportInput input;
    conversations::Importer importer(reinterpret_cast<runtime::Context&>(nothing), input);
    std::istringstream in(std::string(fuzz::text_of(data + 1, size - 1)));
    const auto read = data[0] % 2 ? conversations::read_chatgpt : conversations::read_claude_code;
    fuzz::accepts([&] { read(in, "fuzz.jsonl", importer); });
    return 0;
}
