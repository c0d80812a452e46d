// How transcripts are taken apart before anything is known of their format: lines, the elements of
// a JSON array, members of a certain type; and what all of them have: tools.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/json_bounds.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kPieceBytes = ingest::kTextBytes;  // of one line, of one conversation
constexpr std::size_t kInputBytes = 8 * 1024;            // of a tool's input kept in metadata, too

constexpr double kYear10000 = 253'402'300'800;  // in seconds since 1970

}  // namespace

std::size_t cut(std::string& text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return 0;
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    const std::size_t out = text.size() - end;
    text.resize(end);
    return out;
}

void for_each_object(std::istream& in, const std::string& name, Importer& importer,
                     const std::function<void(const json::object&, const ingest::Line&)>& read) {
    ingest::for_each_json_line(in, name, importer.out, [&](const ingest::Line& line) {
        importer.piece(line.place, [&] {
            if (line.text.size() > kPieceBytes)
                throw Error(Code::invalid_argument, fmt::format("{} bytes long", line.text.size()));
            read(ingest::read_json_object(line.text, line.place, importer.out), line);
        });
    });
}

void for_each_element(std::istream& in, const std::string& name, std::string_view title,
                      Importer& importer, const std::function<void(const json::object&)>& read) {
    JsonElements elements(in);
    std::string text;
    for (int number = 1;; ++number) {
        bool more = false;
        // Behind a place where the array breaks off nothing can be told apart.
        importer.piece(name, [&] { more = elements.next(text); });
        if (!more) return;
        const std::string place = fmt::format("{} conversation {}", name, number);
        importer.piece(place, [&] {
            const json::object element = ingest::read_json_object(text, place, importer.out);
            try {
                read(element);
            } catch (const Error& error) {
                const std::string called = excerpt(text_at(element, title), 100);
                if (error.code() != Code::invalid_argument || called.empty()) throw;
                throw Error(Code::invalid_argument, fmt::format("“{}”: {}", called, error.what()));
            }
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

bool is_true(const json::object& object, std::string_view key) {
    const json::value* v = object.if_contains(key);
    return v && v->is_bool() && v->get_bool();
}

std::optional<Timestamp> time_at(const json::object& object, std::string_view key, int per_second) {
    const json::value* v = object.if_contains(key);
    if (!v || !v->is_number()) return std::nullopt;
    const double seconds = v->to_number<double>() / per_second;
    if (!(seconds >= 0 && seconds < kYear10000)) return std::nullopt;
    return Timestamp{std::llround(seconds * 1e6)};
}

bool begins_with(std::string_view text, std::span<const std::string_view> beginnings) {
    text = trim(text);
    return std::ranges::any_of(beginnings,
                               [&](std::string_view one) { return text.starts_with(one); });
}

std::string text_of_blocks(const json::value& content) {
    if (const json::string* text = content.if_string()) return std::string(*text);
    std::string out;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) out += (out.empty() ? "" : "\n") + text;
    };
    if (const json::array* blocks = content.if_array())
        for (const json::value& block : *blocks) {
            if (const json::string* text = block.if_string()) add(std::string(*text));
            if (const json::object* object = block.if_object()) {
                const std::string type = text_at(*object, "type"), text = text_at(*object, "text");
                add(text.empty() && type != "text" && !type.empty() ? "[" + type + "]" : text);
            }
        }
    return out;
}

std::string project_scope(const std::string& folder) {
    return folder.empty() ? "project" : "project:" + folder;
}

LogInput tool_call(const std::string& name, const std::string& id, const json::value& input) {
    LogInput out;
    out.kind = Kind::tool_call;
    out.speaker = "assistant";
    out.content = name + " " + serialize(input);
    out.metadata = {{"name", name}, {"id", id}, {"input", input}};
    if (json_problem(out.metadata, kInputBytes)) out.metadata.erase("input");
    return out;
}

LogInput tool_result(const std::string& id, std::string content, bool is_error) {
    LogInput out;
    out.kind = Kind::tool_result;
    out.speaker = "tool";
    out.content = std::move(content);
    out.metadata = {{"id", id}};
    if (is_error) out.metadata["isError"] = true;
    return out;
}

LogInput tool_message(const LogInput& common, LogInput tool, const std::string& key) {
    tool.thread_id = common.thread_id;
    tool.channel = common.channel;
    tool.scope = common.scope;
    tool.timestamp = common.timestamp;
    tool.dedup_key = key;
    return tool;
}

}  // namespace stele::conversations
