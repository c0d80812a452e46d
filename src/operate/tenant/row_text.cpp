#include "operate/tenant/row_text.hpp"

#include <fmt/format.h>

#include <array>

#include "foundation/base/error.hpp"

namespace stele::tenant {

namespace {

constexpr std::string_view kSameInBoth = "\\bfnrt";  // the letters after a backslash
constexpr char kVerticalTab = '\v';                  // \v in COPY, \u000b in JSON

// What ends a run of bytes that both spellings write alike.
constexpr std::array<bool, 256> kSpecial = [] {
    std::array<bool, 256> out{};
    for (std::size_t c = 0; c < 0x20; ++c) out[c] = true;
    out['"'] = out['\\'] = true;
    return out;
}();

std::size_t plain_run(std::string_view text, std::size_t from) {
    while (from < text.size() && !kSpecial[static_cast<unsigned char>(text[from])]) ++from;
    return from;
}

void append_control(std::string& out, char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += "\\u00";
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[c & 15];
}

void append_json_value(std::string& out, std::string_view field) {
    if (field == "\\N") {
        out += "null";
        return;
    }
    out += '"';
    for (std::size_t at = 0; at < field.size();) {
        const std::size_t end = plain_run(field, at);
        out.append(field, at, end - at);
        at = end;
        if (at == field.size()) break;
        const char c = field[at++];
        if (c == '"') {
            out += "\\\"";
        } else if (c != '\\') {
            append_control(out, c);
        } else {
            const char letter = at < field.size() ? field[at++] : '\0';
            if (letter == 'v')
                append_control(out, kVerticalTab);
            else if (kSameInBoth.find(letter) != kSameInBoth.npos)
                (out += '\\') += letter;
            else
                throw Error(Code::internal, "COPY wrote an escape that is not known here");
        }
    }
    out += '"';
}

// Reads a JSON row from its start; every expect… throws when the text goes on otherwise.
class RowParser {
  public:
    RowParser(std::string_view row, std::string& out) : row_(row), out_(out) {}

    std::size_t parse() {
        expect('[');
        std::size_t values = 0;
        do {
            if (values++) out_ += '\t';
            value();
        } while (take(','));
        expect(']');
        if (at_ != row_.size()) unexpected("the end of the line");
        out_ += '\n';
        return values;
    }

  private:
    [[noreturn]] void unexpected(std::string_view wanted) const {
        throw Error(Code::invalid_argument,
                    fmt::format("expected {} at byte {} of the row", wanted, at_ + 1));
    }
    bool take(char c) {
        if (at_ == row_.size() || row_[at_] != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) unexpected(std::string_view(&c, 1));
    }

    void value() {
        if (row_.substr(at_).starts_with("null")) {
            at_ += 4;
            out_ += "\\N";
            return;
        }
        if (!take('"')) unexpected("a string or null");
        for (;;) {
            const std::size_t end = plain_run(row_, at_);
            out_.append(row_, at_, end - at_);
            at_ = end;
            if (take('"')) return;
            if (!take('\\')) unexpected("the end of a string");
            escape();
        }
    }

    void escape() {
        if (take('"')) {
            out_ += '"';
        } else if (take('u')) {
            control();
        } else if (at_ < row_.size() && kSameInBoth.find(row_[at_]) != kSameInBoth.npos) {
            (out_ += '\\') += row_[at_++];
        } else {
            unexpected("an escape of this format");
        }
    }

    void control() {
        for (int code = 1; code < 0x20; ++code) {
            if (code == '\b' || code == '\f' || code == '\n' || code == '\r' || code == '\t')
                continue;  // they have letters
            if (!row_.substr(at_).starts_with(fmt::format("{:04x}", code))) continue;
            at_ += 4;
            if (code == kVerticalTab)
                out_ += "\\v";
            else
                out_ += char(code);
            return;
        }
        unexpected("a control character's code");
    }

    std::string_view row_;
    std::string& out_;
    std::size_t at_ = 0;
};

}  // namespace

void append_json_row(std::string& out, std::string_view copy_line) {
    if (copy_line.ends_with('\n')) copy_line.remove_suffix(1);
    out += '[';
    for (;;) {
        const std::size_t tab = copy_line.find('\t');
        append_json_value(out, copy_line.substr(0, tab));
        if (tab == copy_line.npos) break;
        copy_line.remove_prefix(tab + 1);
        out += ',';
    }
    out += "]\n";
}

std::size_t append_copy_line(std::string& out, std::string_view json_row) {
    return RowParser(json_row, out).parse();
}

}  // namespace stele::tenant
