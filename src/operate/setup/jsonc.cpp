#include "operate/setup/jsonc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "foundation/base/error.hpp"

namespace stele::ops {

namespace {

// These are the user's own files, and some nest deeply.
constexpr std::size_t kDepth = 200;

struct Span {
    std::size_t begin = 0, end = 0;
};

struct Member {
    Span key, value;
    std::string name;
};

struct Object {
    std::size_t open = 0, close = 0;  // of its braces
    std::vector<Member> members;
    bool trailing_comma = false;
};

// Walks over text that is known to be JSON with comments.
class Walker {
  public:
    explicit Walker(std::string_view text) : text_(text) {}

    std::size_t skip_space(std::size_t at) const {
        for (; at < text_.size(); ++at) {
            if (text_.substr(at).starts_with("//"))
                at = std::min(text_.find('\n', at), text_.size() - 1);
            else if (text_.substr(at).starts_with("/*"))
                at = text_.find("*/", at + 2) + 1;
            else if (std::string_view(" \t\r\n\xef\xbb\xbf").find(text_[at]) ==
                     std::string_view::npos)
                break;
        }
        return at;
    }

    std::size_t skip_string(std::size_t at) const {
        for (++at; text_[at] != '"'; ++at)
            if (text_[at] == '\\') ++at;
        return at + 1;
    }

    std::size_t skip_value(std::size_t at) const {
        if (text_[at] == '"') return skip_string(at);
        if (text_[at] != '{' && text_[at] != '[')
            return std::min(text_.find_first_of(",]} \t\r\n/", at), text_.size());
        int depth = 0;
        for (;; at = skip_space(at)) {
            const char c = text_[at];
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            at = c == '"' ? skip_string(at) : at + 1;
            if (depth == 0) return at;
        }
    }

    // The object whose brace stands at `open`.
    Object object(std::size_t open) const {
        Object out{open, 0, {}, false};
        std::size_t at = skip_space(open + 1);
        while (text_[at] != '}') {
            Member member;
            member.key = {at, skip_string(at)};
            member.name =
                json::parse(std::string(text_.substr(at, member.key.end - at))).as_string().c_str();
            at = skip_space(skip_space(member.key.end) + 1);  // over the colon
            member.value = {at, skip_value(at)};
            out.members.push_back(std::move(member));
            at = skip_space(out.members.back().value.end);
            out.trailing_comma = text_[at] == ',';
            if (out.trailing_comma) at = skip_space(at + 1);
        }
        out.close = at;
        return out;
    }

    // The whitespace that the line of this position begins with.
    std::string indent_at(std::size_t at) const {
        const auto newline = text_.rfind('\n', at);
        const std::size_t from = newline == text_.npos ? 0 : newline + 1;
        const auto to = std::min(text_.find_first_not_of(" \t", from), at);
        return std::string(text_.substr(from, to - from));
    }

    std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

// One step of indentation: what the file itself uses, else two spaces.
std::string indent_unit(const Walker& walker, const Object& root) {
    if (root.members.empty()) return "  ";
    const std::string found = walker.indent_at(root.members[0].key.begin);
    return found.empty() ? "  " : found;
}

std::string indented(const json::value& value, const std::string& unit, const std::string& indent) {
    std::string out;
    const std::string text = pretty(value);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto spaces = std::min(text.find_first_not_of(' ', at), end) - at;
        if (at > 0) out += "\n" + indent;
        for (std::size_t i = 0; at > 0 && i < spaces / 2; ++i) out += unit;
        out += text.substr(at + spaces, end - at - spaces);
        at = end + 1;
    }
    return out;
}

std::string insert_member(const Walker& walker, const Object& object, const std::string& unit,
                          const std::string& name, const json::value& value) {
    const std::string_view text = walker.text();
    const std::string outer = walker.indent_at(object.open);
    const std::string inner =
        object.members.empty() ? outer + unit : walker.indent_at(object.members.back().key.begin);
    const std::string entry =
        "\n" + inner + stele::quoted(name) + ": " + indented(value, unit, inner);
    if (object.members.empty()) {
        // Comments between the braces stay, above the new member.
        std::string kept(text.substr(object.open + 1, object.close - object.open - 1));
        kept.erase(kept.find_last_not_of(" \t\r\n") + 1);
        return std::string(text.substr(0, object.open + 1)) + kept + entry + "\n" + outer +
               std::string(text.substr(object.close));
    }
    const std::size_t end = object.members.back().value.end;
    const bool one_line =
        text.substr(object.open, object.close - object.open).find('\n') == text.npos;
    if (object.trailing_comma) {
        const std::size_t comma = walker.skip_space(end) + 1;
        return std::string(text.substr(0, comma)) + entry + "," + std::string(text.substr(comma));
    }
    return std::string(text.substr(0, end)) + "," + entry + (one_line ? "\n" + outer : "") +
           std::string(text.substr(end));
}

// `value` inside new objects for the names of the path from `from` on.
json::value wrapped(const std::vector<std::string>& path, std::size_t from, json::value value) {
    for (std::size_t i = path.size(); i-- > from;) {
        json::object object;
        object[path[i]] = std::move(value);
        value = std::move(object);
    }
    return value;
}

// One that is there twice means its last, as it does to whoever reads the file.
const Member* last_named(const Object& object, std::string_view name) {
    const Member* found = nullptr;
    for (const Member& member : object.members)
        if (member.name == name) found = &member;
    return found;
}

// Comments become blanks: Boost 1.81 does not see the end of one that ends with two asterisks.
std::string without_comments(std::string_view text) {
    std::string out(text);
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quoted || text[at] != '/') {
            if (text[at] == '"') quoted = !quoted;
            if (quoted && text[at] == '\\') ++at;
            continue;
        }
        const bool line = text.substr(at).starts_with("//");
        if (!line && !text.substr(at).starts_with("/*")) continue;
        const std::size_t found = line ? text.find('\n', at) : text.find("*/", at + 2);
        if (!line && found == std::string_view::npos) break;  // Boost says what is wrong
        const std::size_t end = std::min(found, text.size()) + (line ? 0 : 2);
        for (std::size_t i = at; i < std::min(end, text.size()); ++i)
            if (out[i] != '\n') out[i] = ' ';
        at = std::min(end, text.size()) - 1;
    }
    return out;
}

}  // namespace

json::value parse_jsonc(std::string_view text, std::string_view what) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    json::parse_options options;
    options.allow_trailing_commas = true;
    options.max_depth = kDepth;
    json::error_code error;
    json::value value = json::parse(without_comments(text), error, {}, options);
    if (error)
        throw Error(Code::invalid_argument,
                    fmt::format("{} is not valid JSON: {}", what, error.message()));
    return value;
}

std::string with_member(std::string_view text, const std::vector<std::string>& path,
                        const json::value& value, std::string_view what) {
    if (text.find_first_not_of(" \t\r\n") == text.npos)
        return pretty(wrapped(path, 0, value)) + "\n";
    if (!parse_jsonc(text, what).is_object())
        throw Error(Code::invalid_argument, fmt::format("{} is not a JSON object", what));
    const Walker walker(text);
    Object object = walker.object(walker.skip_space(0));
    const std::string unit = indent_unit(walker, object);
    for (std::size_t depth = 0;; ++depth) {
        const Member* found = last_named(object, path[depth]);
        if (!found)
            return insert_member(walker, object, unit, path[depth],
                                 wrapped(path, depth + 1, value));
        const Span span = found->value;
        const std::string_view old = text.substr(span.begin, span.end - span.begin);
        if (depth + 1 == path.size()) {
            if (parse_jsonc(old, what) == value) return std::string(text);
            return std::string(text.substr(0, span.begin)) +
                   indented(value, unit, walker.indent_at(found->key.begin)) +
                   std::string(text.substr(span.end));
        }
        if (!old.starts_with('{'))
            throw Error(Code::invalid_argument,
                        fmt::format("{}: \"{}\" is not an object", what, path[depth]));
        object = walker.object(span.begin);
    }
}

std::string line_diff(std::string_view before, std::string_view after) {
    const auto lines = [](std::string_view text) {
        std::vector<std::string_view> out;
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            out.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return out;
    };
    const auto old_lines = lines(before), new_lines = lines(after);
    const auto [a, b] = std::ranges::mismatch(old_lines, new_lines);
    auto old_end = old_lines.end();
    auto new_end = new_lines.end();
    while (old_end != a && new_end != b && *(old_end - 1) == *(new_end - 1)) --old_end, --new_end;
    if (a == old_end && b == new_end) return "";
    std::string out = fmt::format("@@ line {}\n", a - old_lines.begin() + 1);
    for (auto line = a; line != old_end; ++line) out += fmt::format("-{}\n", *line);
    for (auto line = b; line != new_end; ++line) out += fmt::format("+{}\n", *line);
    return out;
}

}  // namespace stele::ops
