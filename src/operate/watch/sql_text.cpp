#include "operate/watch/sql_text.hpp"

#include <cctype>

#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"

namespace stele::watch {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80);
}

// The end of the literal that opens at `at` with a quote; a literal that the server cut off ends
// with the text. Backslashes always escape: taking one character too many hides more, never less.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    for (std::size_t i = at + 1; i < sql.size(); ++i) {
        if (sql[i] == '\\') {
            ++i;
        } else if (sql[i] == '\'') {
            if (i + 1 == sql.size() || sql[i + 1] != '\'') return i + 1;
            ++i;
        }
    }
    return sql.size();
}

// "$$" or "$tag$" at this place, else nothing: $1 is a parameter.
std::string_view dollar_tag(std::string_view sql, std::size_t at) {
    if (at > 0 && is_word(sql[at - 1])) return {};
    std::size_t i = at + 1;
    if (i < sql.size() && std::isdigit(static_cast<unsigned char>(sql[i]))) return {};
    while (i < sql.size() && is_word(sql[i])) ++i;
    return i < sql.size() && sql[i] == '$' ? sql.substr(at, i + 1 - at) : std::string_view{};
}

// Block comments nest in PostgreSQL.
std::size_t end_of_comment(std::string_view sql, std::size_t at) {
    int depth = 0;
    for (std::size_t i = at; i + 1 < sql.size(); ++i) {
        if (sql.substr(i, 2) == "/*") {
            ++depth;
            ++i;
        } else if (sql.substr(i, 2) == "*/") {
            ++i;
            if (--depth == 0) return i + 1;
        }
    }
    return sql.size();
}

}  // namespace

std::string shown_sql(std::string_view sql, std::size_t max_bytes) {
    std::string out;
    for (std::size_t i = 0; i < sql.size();) {
        const char c = sql[i];
        if (c == '\'') {
            out += "'…'";
            i = end_of_quoted(sql, i);
        } else if (const auto tag = c == '$' ? dollar_tag(sql, i) : ""; !tag.empty()) {
            out += "'…'";
            const auto end = sql.find(tag, i + tag.size());
            i = end == sql.npos ? sql.size() : end + tag.size();
        } else if (sql.substr(i, 2) == "--") {
            i = std::min(sql.find('\n', i), sql.size());
        } else if (sql.substr(i, 2) == "/*") {
            if (!out.empty() && out.back() != ' ') out += ' ';
            i = end_of_comment(sql, i);
        } else if (std::isspace(static_cast<unsigned char>(c))) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            ++i;
        } else if (c == '"') {  // a quote inside a name opens no literal
            const auto end = std::min(sql.find('"', i + 1), sql.size() - 1);
            out += sql.substr(i, end + 1 - i);
            i = end + 1;
        } else {
            out += c;
            ++i;
        }
    }
    return excerpt(redact(trim(out)), max_bytes);
}

}  // namespace stele::watch
