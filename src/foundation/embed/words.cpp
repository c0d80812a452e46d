#include "foundation/embed/words.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace stele::embed {

namespace {

struct Range {
    std::int32_t first, last;
};

// "CJK unified ideographs" and their compatibility forms, as BERT's authors listed them.
constexpr Range kChinese[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                              {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
                              {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};

bool is_chinese(std::int32_t c) {
    return c >= kChinese[0].first &&
           std::any_of(std::begin(kChinese), std::end(kChinese),
                       [c](Range r) { return c >= r.first && c <= r.last; });
}

bool is_space(std::int32_t c) {
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
    const auto category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || c == 0x85;
}

bool is_dropped(std::int32_t c) {
    if (c == 0 || c == 0xFFFD) return true;
    if (c == '\t' || c == '\n' || c == '\r') return false;
    const auto category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_CO;
}

// All ASCII symbols count, also those that Unicode calls symbols ($ + < = > ^ ` | ~).
bool is_punctuation(std::int32_t c) {
    if (c < 0x80)
        return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
               (c >= '{' && c <= '~');
    const auto category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

class Splitter {
  public:
    Splitter(const WordRules& rules, const std::function<bool(std::string_view)>& visit)
        : rules_(rules), visit_(visit) {}

    // False when the visitor has had enough.
    bool add(std::int32_t c) {
        if (rules_.clean_text && is_dropped(c)) return true;
        if (is_space(c)) return flush();
        if (!rules_.split_chinese || !is_chinese(c)) return add_decomposed(c);
        return flush() && add_decomposed(c) && flush();
    }

    bool flush() {
        if (word_.empty()) return true;
        const bool more = visit_(word_);
        word_.clear();
        characters_ = 0;
        return more;
    }

  private:
    bool add_decomposed(std::int32_t c) {
        if (!rules_.strip_accents || c < 0x80) return add_normal(c);
        std::array<utf8proc_int32_t, 32> parts{};  // the longest canonical decomposition is 4
        int boundary = UTF8PROC_BOUNDCLASS_START;
        const auto count =
            utf8proc_decompose_char(c, parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &boundary);
        if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return true;
        for (utf8proc_ssize_t i = 0; i < count; ++i) {
            const utf8proc_int32_t part = parts[static_cast<std::size_t>(i)];
            if (utf8proc_category(part) == UTF8PROC_CATEGORY_MN) continue;
            if (!add_normal(part)) return false;
        }
        return true;
    }

    bool add_normal(std::int32_t c) {
        if (rules_.lowercase) c = c < 0x80 ? lower_ascii(c) : utf8proc_tolower(c);
        if (!is_punctuation(c)) {
            append(c);
            return true;
        }
        if (!flush()) return false;
        append(c);
        return flush();
    }

    static std::int32_t lower_ascii(std::int32_t c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    void append(std::int32_t c) {
        if (++characters_ > kMaxWordCharacters) return;
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto size = utf8proc_encode_char(c, bytes.data());
        word_.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
    }

    const WordRules& rules_;
    const std::function<bool(std::string_view)>& visit_;
    std::string word_;
    std::size_t characters_ = 0;
};

}  // namespace

void split_words(std::string_view text, const WordRules& rules,
                 const std::function<bool(std::string_view)>& visit) {
    Splitter splitter(rules, visit);
    while (!text.empty()) {
        utf8proc_int32_t c = static_cast<unsigned char>(text.front());
        utf8proc_ssize_t size = 1;
        if (c >= 0x80)
            size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                    static_cast<utf8proc_ssize_t>(text.size()), &c);
        const bool valid = size > 0;
        text.remove_prefix(valid ? static_cast<std::size_t>(size) : 1);
        if (valid && !splitter.add(c)) return;
    }
    splitter.flush();
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

}  // namespace stele::embed
