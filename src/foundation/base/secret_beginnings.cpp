#include "foundation/base/secret_beginnings.hpp"

#include <array>
#include <bitset>
#include <cctype>

#include "foundation/base/secret_rules.hpp"

namespace stele::secrets {

namespace {

// Which three characters begin what is looked for, in any case: one pass finds the places to look
// at. Six bits of each count, so a few others are looked at as well.
constexpr std::size_t kSixBits = 64;
using Beginnings = std::bitset<kSixBits * kSixBits * kSixBits>;

std::size_t place_of(char a, char b, char c) {
    const auto bits = [](char x) { return static_cast<unsigned char>(x) % kSixBits; };
    return (bits(a) * kSixBits + bits(b)) * kSixBits + bits(c);
}

void add_mark(Beginnings& out, std::string_view mark) {
    const auto cases = [](char c) {
        return std::array{char(std::tolower(c)), char(std::toupper(c))};
    };
    for (const char a : cases(mark[0]))
        for (const char b : cases(mark[1])) {
            if (mark.size() > 2)
                for (const char c : cases(mark[2])) out.set(place_of(a, b, c));
            else
                for (std::size_t c = 0; c < kSixBits; ++c) out.set(place_of(a, b, char(c)));
        }
}

const Beginnings& beginnings() {
    static const Beginnings kBeginnings = [] {
        Beginnings out;
        for (const Format& format : formats()) add_mark(out, format.prefix);
        for (const Name& name : names()) add_mark(out, name.text);
        for (const std::string_view mark : kMarks)
            if (mark.size() > 1) add_mark(out, mark);
        for (const std::string_view query : {"?k", "?s", "?a", "?x", "&k", "&s", "&a", "&x"})
            add_mark(out, query);
        return out;
    }();
    return kBeginnings;
}

}  // namespace

std::size_t next_beginning(std::string_view text, std::size_t at) {
    static const Beginnings& table = beginnings();
    for (; at + 2 < text.size(); ++at)
        if (table[place_of(text[at], text[at + 1], text[at + 2])]) return at;
    if (at + 2 == text.size() && table[place_of(text[at], text[at + 1], 0)]) return at;
    return std::string_view::npos;
}

}  // namespace stele::secrets
