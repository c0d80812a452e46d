// Transcripts of agents and exports of ChatGPT. The messages go nowhere.
#include <sstream>

#include "chat/importer.hpp"
#include "fuzz.hpp"

namespace stele::chat {

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

}  // namespace stele::chat

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    // The readers hand it on, and the importer above never looks at it.
    alignas(api::Context) static std::byte nothing[sizeof(api::Context)];
    const chat::ImportInput input;
    chat::Importer importer(reinterpret_cast<api::Context&>(nothing), input);
    std::istringstream in(std::string(fuzz::text_of(data + 1, size - 1)));
    const auto read = data[0] % 2 ? chat::read_chatgpt : chat::read_claude_code;
    fuzz::accepts([&] { read(in, "fuzz.jsonl", importer); });
    return 0;
}
