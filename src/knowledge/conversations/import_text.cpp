// How transcripts are taken apart before anything is known of their format: lines, the elements of
// a JSON array, members of a certain type.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024 * 1024;  // of one line, of one conversation

}  // namespace

std::size_t cut(std::string& text, std::size_t max_bytes) {
    for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at))
        text.replace(at, 1, "\xEF\xBF\xBD");
    if (text.size() <= max_bytes) return 0;
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    const std::size_t out = text.size() - end;
    text.resize(end);
    return out;
}

void for_each_line(std::istream& in, const std::string& name, Importer& importer,
                   const std::function<void(std::string_view, std::size_t)>& read) {
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (trim(line).empty()) continue;
        importer.piece(fmt::format("{} line {}", name, number), [&] {
            if (line.size() > kPieceBytes)
                throw Error(Code::invalid_argument, fmt::format("{} bytes long", line.size()));
            read(line, number);
        });
    }
}

int JsonElements::get() {
    const int c = in_.get();
    if (c == '\n') ++now_;
    return c;
}

bool JsonElements::next(std::string& element) {
    element.clear();
    int c = get();
    const auto is_between = [&] {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' || c == ']';
    };
    while (is_between()) {
        if (c == ']' && !begun_) break;
        begun_ = begun_ || c == '[';
        c = get();
    }
    if (c == std::char_traits<char>::eof()) return false;
    line_ = now_;
    if (c != '{')
        throw Error(Code::invalid_argument, fmt::format("line {}: expected a JSON object", line_));
    int depth = 0;
    bool quoted = false, escaped = false;
    for (; c != std::char_traits<char>::eof(); c = get()) {
        element += char(c);
        if (element.size() > kPieceBytes)
            throw Error(
                Code::too_large,
                fmt::format("line {}: a conversation of more than {} bytes", line_, kPieceBytes));
        if (quoted) {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return true;
        }
    }
    throw Error(Code::invalid_argument,
                fmt::format("line {}: the file ends within a conversation", line_));
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* v = object.if_contains(key);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const json::value* v = object.if_contains(key);
    return v ? v->if_object() : nullptr;
}

const json::array* array_at(const json::object& object, std::string_view key) {
    const json::value* v = object.if_contains(key);
    return v ? v->if_array() : nullptr;
}

}  // namespace stele::conversations
