// Text into terms: code points into characters, characters into words and units, those into terms.
#include <libstemmer.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <unordered_set>
#include <utility>

#include "foundation/base/error.hpp"
#include "knowledge/retrieval/lexical.hpp"

namespace stele::retrieval {

namespace {

// Snowball's English list, as PostgreSQL's `english` configuration has it.
const std::unordered_set<std::string_view>& stop_words() {
    static const std::unordered_set<std::string_view> kWords{
        "i",       "me",      "my",      "myself",   "we",         "our",    "ours",    "ourselves",
        "you",     "your",    "yours",   "yourself", "yourselves", "he",     "him",     "his",
        "himself", "she",     "her",     "hers",     "herself",    "it",     "its",     "itself",
        "they",    "them",    "their",   "theirs",   "themselves", "what",   "which",   "who",
        "whom",    "this",    "that",    "these",    "those",      "am",     "is",      "are",
        "was",     "were",    "be",      "been",     "being",      "have",   "has",     "had",
        "having",  "do",      "does",    "did",      "doing",      "a",      "an",      "the",
        "and",     "but",     "if",      "or",       "because",    "as",     "until",   "while",
        "of",      "at",      "by",      "for",      "with",       "about",  "against", "between",
        "into",    "through", "during",  "before",   "after",      "above",  "below",   "to",
        "from",    "up",      "down",    "in",       "out",        "on",     "off",     "over",
        "under",   "again",   "further", "then",     "once",       "here",   "there",   "when",
        "where",   "why",     "how",     "all",      "any",        "both",   "each",    "few",
        "more",    "most",    "other",   "some",     "such",       "no",     "nor",     "not",
        "only",    "own",     "same",    "so",       "than",       "too",    "very",    "s",
        "t",       "can",     "will",    "just",     "don",        "should", "now"};
    return kWords;
}

class Stemmer {
  public:
    Stemmer() : stemmer_(sb_stemmer_new("english", "UTF_8"), &sb_stemmer_delete) {
        if (!stemmer_) throw Error(Code::internal, "libstemmer has no English stemmer");
    }
    std::string operator()(std::string_view word) const {
        const sb_symbol* stem = sb_stemmer_stem(
            stemmer_.get(), reinterpret_cast<const sb_symbol*>(word.data()), int(word.size()));
        return {reinterpret_cast<const char*>(stem),
                std::size_t(sb_stemmer_length(stemmer_.get()))};
    }

  private:
    std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)> stemmer_;
};

using CodePoint = utf8proc_int32_t;

struct Range {
    CodePoint first, last;
};
template <std::size_t n>
bool in(CodePoint c, const Range (&ranges)[n]) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](const Range& r) { return c >= r.first && c <= r.last; });
}

constexpr Range kHan[] = {
    {0x3005, 0x3007},   // repetition, closing mark, zero
    {0x3400, 0x9FFF},   // unified ideographs, extension A
    {0xF900, 0xFAFF},   // compatibility ideographs
    {0x20000, 0x3FFFF}  // the other extensions
};
constexpr Range kKana[] = {{0x3041, 0x3096}, {0x309D, 0x309F}, {0x30A1, 0x30FA},
                           {0x30FC, 0x30FF}, {0x31F0, 0x31FF}, {0x1B000, 0x1B16F}};
// South-East Asian scripts that put no space between words: Thai, Lao, Myanmar, Khmer, Tai Le, New
// Tai Lue, Tai Tham, Balinese, Javanese, Myanmar's extensions.
constexpr Range kUnspaced[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF},
                               {0x1950, 0x19DF}, {0x1A20, 0x1AAF}, {0x1B00, 0x1B7F},
                               {0xA980, 0xA9DF}, {0xA9E0, 0xA9FF}, {0xAA60, 0xAA7F}};
constexpr Range kLeadingJamo[] = {{0x1100, 0x115F}, {0xA960, 0xA97C}};
constexpr Range kFollowingJamo[] = {{0x1160, 0x11FF}, {0xD7B0, 0xD7FB}};
// Lines of tables, bars of progress, dots of a spinner: drawn, not said.
constexpr Range kDrawing[] = {{0x2500, 0x25FF}, {0x2800, 0x28FF}, {0xFFFC, 0xFFFD}};
constexpr Range kRadicals[] = {{0x2E80, 0x2FDF}};
constexpr Range kRegional[] = {{0x1F1E6, 0x1F1FF}};  // two of them are a flag
constexpr Range kSkinTones[] = {{0x1F3FB, 0x1F3FF}};
constexpr Range kVoicing[] = {{0x3099, 0x309A}};                 // か becomes が or ぱ
constexpr CodePoint kKhmerJoin = 0x17D2, kMyanmarJoin = 0x1039;  // the next letter stands below
constexpr CodePoint kSpaceWithoutWidth = 0x200B, kBreakWithoutWidth = 0x200C;

// What a code point does to the text around it.
enum class Part : std::uint8_t {
    separator,
    mark,      // neither ends a word nor belongs to it
    letter,    // of a word; digits as well
    unit,      // of a script without spaces: syllable, ideograph or what begins one
    unit_more  // belongs to the unit before it
};

bool is_letter(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
bool is_digit(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}
bool is_mark(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}
bool is_symbol(utf8proc_category_t category) {
    return category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_SM ||
           category == UTF8PROC_CATEGORY_SC;
}

Part part_of(CodePoint c) {
    const auto category = utf8proc_category(c);
    if (in(c, kHan) || in(c, kKana) || in(c, kLeadingJamo)) return Part::unit;
    if (in(c, kFollowingJamo) || in(c, kVoicing)) return Part::unit_more;
    if (in(c, kUnspaced) && is_letter(category)) return Part::unit;
    if (is_mark(category)) return in(c, kUnspaced) ? Part::unit_more : Part::mark;
    if (is_letter(category) || is_digit(category)) return Part::letter;
    return Part::separator;
}

// Every decimal digit as ASCII has it, katakana as hiragana: they are typed for each other.
CodePoint fold(CodePoint c) {
    if ((c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE) return c - 0x60;
    if (c < 0x80 || utf8proc_category(c) != UTF8PROC_CATEGORY_ND) return c;
    CodePoint value = 0;
    while (value < 9 && utf8proc_category(c - value - 1) == UTF8PROC_CATEGORY_ND) ++value;
    return '0' + value;
}

void append(std::string& out, CodePoint c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(c, bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), std::size_t(length));
}

// A code point taken apart and case folded, as NFKC_Casefold does: full-width and half-width forms,
// ligatures, superscripts and letters with marks become what they stand for.
class Decomposed {
  public:
    explicit Decomposed(CodePoint c) {
        int boundary = 0;
        const auto count =
            utf8proc_decompose_char(c, parts_.data(), utf8proc_ssize_t(parts_.size()),
                                    utf8proc_option_t(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_IGNORE),
                                    &boundary);
        // The longest known one has 18; what is longer counts as far as it goes.
        count_ = std::size_t(std::clamp<utf8proc_ssize_t>(count, 0, 32));
    }
    std::span<const CodePoint> parts() const { return {parts_.data(), count_}; }

  private:
    std::array<CodePoint, 32> parts_{};
    std::size_t count_ = 0;
};

// Collects letters into words and units into pairs.
class Splitter {
  public:
    explicit Splitter(std::vector<std::string>& out) : out_(out) {}

    // `next` is the byte that follows, 0 at the end.
    void feed(CodePoint c, char next) {
        if (c < 0x80) return feed_ascii(char(c), next);
        if (c == kSpaceWithoutWidth || c == kBreakWithoutWidth) return end();
        if (in(c, kRegional)) return feed_regional(c);
        const auto category = utf8proc_category(c);
        if (in(c, kSkinTones)) return;
        if (is_symbol(category) && !in(c, kRadicals)) return feed_symbol(c);
        feed_parts(c, category == UTF8PROC_CATEGORY_LU);
    }

    void end() {
        end_units();
        end_word();
        if (!regional_.empty()) out_.push_back(std::exchange(regional_, {}));
    }

  private:
    void feed_ascii(char c, char next) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool letter = upper || (c >= 'a' && c <= 'z');
        const auto is_digit = [](char d) { return d >= '0' && d <= '9'; };
        if (letter || is_digit(c)) return feed_letter(upper ? c + 32 : c, letter, upper);
        end();
        // A sign before an amount, or alone; before a name it is the syntax of a shell.
        if (c == '$' && (is_digit(next) || next == ' ' || next == '\0')) add_symbol("$");
    }

    void feed_parts(CodePoint c, bool upper) {
        const Decomposed decomposed(c);
        for (const CodePoint part : decomposed.parts()) {
            switch (part_of(part)) {
                case Part::letter:
                    feed_letter(fold(part), is_letter(utf8proc_category(part)), upper);
                    upper = false;
                    break;
                case Part::unit:
                    begin_unit(part);
                    break;
                case Part::unit_more:
                    if (!unit_.empty()) append(unit_, part);
                    joined_ = part == kKhmerJoin || part == kMyanmarJoin;
                    break;
                case Part::separator:
                    end();
                    break;
                case Part::mark:
                    break;
            }
        }
    }

    void feed_letter(CodePoint folded, bool letter, bool upper) {
        end_units();
        if (upper && last_lower_) humps_.push_back(word_.size());
        last_lower_ = letter && !upper;
        append(word_, folded);
    }

    // Emoji, currencies, arrows: each is a word. One that stands for letters (™, ℃, ㎏) is those.
    void feed_symbol(CodePoint c) {
        end();
        if (in(c, kDrawing)) return;
        const Decomposed decomposed(c);
        const auto parts = decomposed.parts();
        if (std::ranges::any_of(parts, [](CodePoint p) { return part_of(p) == Part::letter; })) {
            feed_parts(c, false);
            return end();
        }
        std::string symbol;
        for (const CodePoint part : parts)
            if (part_of(part) != Part::mark) append(symbol, part);
        add_symbol(symbol);
    }

    // A row of the same symbol says it once.
    void add_symbol(std::string_view symbol) {
        if (symbol.empty() || (!out_.empty() && out_.back() == symbol)) return;
        out_.emplace_back(symbol);
    }

    void feed_regional(CodePoint c) {
        if (regional_.empty()) end();
        const bool second = !regional_.empty();
        append(regional_, c);
        if (second) end();
    }

    void emit(std::string_view word) {
        if (word.empty() || word.size() > 128 || stop_words().contains(word)) return;
        static thread_local const Stemmer stem;
        out_.push_back(stem(word));
    }

    void end_word() {
        if (!humps_.empty()) {  // "PoolStats": pool, stats and poolstats
            humps_.push_back(word_.size());
            std::size_t start = 0;
            for (const std::size_t end : humps_) {
                emit(std::string_view(word_).substr(start, end - start));
                start = end;
            }
        }
        emit(word_);
        word_.clear();
        humps_.clear();
        last_lower_ = false;
    }

    void begin_unit(CodePoint c) {
        if (std::exchange(joined_, false) && !unit_.empty()) return append(unit_, c);
        end_word();
        complete_unit();
        before_ = std::exchange(unit_, {});
        append(unit_, fold(c));
        // An ideograph is often a word, and so is the first syllable of a Korean one, before its
        // particle.
        stands_alone_ = in(c, kHan) || (in(c, kLeadingJamo) && before_.empty());
        takes_signs_ = in(c, kUnspaced);
    }

    void complete_unit() {
        if (unit_.empty()) return;
        // So is a syllable with its vowel signs; a letter alone has three bytes.
        stands_alone_ = stands_alone_ || (takes_signs_ && unit_.size() > 3);
        if (stands_alone_) out_.push_back(unit_);
        if (!before_.empty()) out_.push_back(before_ + unit_);
    }

    void end_units() {
        complete_unit();
        if (!unit_.empty() && before_.empty() && !stands_alone_) out_.push_back(unit_);
        unit_.clear();
        before_.clear();
        joined_ = false;
    }

    std::vector<std::string>& out_;
    std::string word_;
    std::vector<std::size_t> humps_;
    bool last_lower_ = false;
    std::string before_, unit_;  // of a script without spaces: the unit before, the one at hand
    bool stands_alone_ = false;  // the unit is a term as well
    bool takes_signs_ = false;
    bool joined_ = false;  // the next letter belongs to the unit
    std::string regional_;
};

}  // namespace

bool is_stop_word(std::string_view word) {
    return stop_words().contains(word);
}

std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> out;
    Splitter splitter(out);
    for (std::size_t at = 0; at < text.size();) {
        CodePoint c = -1;
        const auto length =
            utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                             utf8proc_ssize_t(text.size() - at), &c);
        at += std::size_t(std::max<utf8proc_ssize_t>(length, 1));
        if (c >= 0) splitter.feed(c, at < text.size() ? text[at] : '\0');
    }
    splitter.end();
    return out;
}

}  // namespace stele::retrieval
