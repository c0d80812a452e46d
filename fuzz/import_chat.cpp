// Transcripts of agents and exports of chats. The messages go nowhere.
#include <array>
#include <memory>
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
void Importer::add_duplicates(std::int64_t) {}
void Importer::fork(const std::string&, const Place&) {}
void Importer::title(const std::string&, const std::string&) {}
void Importer::flush() {}
void Importer::piece(const std::string&, const std::function<void()>& read) {
    try {
        read();
    } catch (const std::exception&) {  // as the real one: a piece may be none of its format
        ++out.skipped;
    }
}

void Importer::file(const Source& source, const std::function<void(std::istream&)>& read) {
    read(*ingest::open_text(std::make_unique<std::istringstream>(*input_.data), source.name, out));
}

}  // namespace stele::conversations

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    // The readers hand it on, and the importer above never looks at it.
    alignas(runtime::Context) static std::byte nothing[sizeof(runtime::Context)];
    conversations::ImportInput input;
    input.data = fuzz::text_of(data + 1, size - 1);
    conversations::Importer importer(reinterpret_cast<runtime::Context&>(nothing), input);
    const std::vector<conversations::Source> sources{{"fuzz.jsonl", {}}};
    constexpr auto kReaders = std::array{conversations::read_chatgpt, conversations::read_claude_ai,
                                         conversations::read_codex, conversations::read_gemini};
    const std::size_t reader = data[0] % (kReaders.size() + 2);
    fuzz::accepts([&] {
        if (reader == kReaders.size())
            conversations::read_claude_code(sources, importer);
        else if (reader > kReaders.size())
            conversations::read_opencode(sources.front(), importer);
        else
            kReaders[reader](sources, importer);
    });
    return 0;
}
