#include "knowledge/retrieval/lexical.hpp"

#include <libstemmer.h>
#include <utf8proc.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"

namespace stele::retrieval {

namespace {

constexpr float kSaturation = 2.2f;  // k1 + 1 with k1 = 1.2
constexpr float kFloor = 0.3f;       // k1 · (1 − b) with b = 0.75
constexpr float kPerTerm = 0.03f;    // k1 · b / average length 30

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

struct Character {
    std::string folded;  // lower case, without marks
    bool letter = false, digit = false, upper = false, cjk = false, mark = false;
};

bool is_cjk(utf8proc_int32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
           (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

// Everything of one code point that splitting needs. ASCII, nearly all of it, takes the short way.
Character classify(utf8proc_int32_t c) {
    Character out;
    if (c < 0x80) {
        out.upper = c >= 'A' && c <= 'Z';
        out.letter = out.upper || (c >= 'a' && c <= 'z');
        out.digit = c >= '0' && c <= '9';
        out.folded = char(out.upper ? c + 32 : c);
        return out;
    }
    const auto category = utf8proc_category(c);
    out.letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    out.digit = category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
    out.mark = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
    out.upper = category == UTF8PROC_CATEGORY_LU;
    out.cjk = is_cjk(c);
    utf8proc_int32_t parts[8];
    int boundary = 0;
    const auto count = utf8proc_decompose_char(
        c, parts, 8, utf8proc_option_t(UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD),
        &boundary);
    for (utf8proc_ssize_t i = 0; i < std::min<utf8proc_ssize_t>(count, 8); ++i) {
        utf8proc_uint8_t bytes[4];
        const auto length = utf8proc_encode_char(parts[i], bytes);
        out.folded.append(reinterpret_cast<const char*>(bytes), std::size_t(length));
    }
    return out;
}

// Collects characters into words and words into terms.
class Splitter {
  public:
    explicit Splitter(std::vector<std::string>& out) : out_(out) {}

    void feed(const Character& c) {
        if (c.mark) return;  // combining marks neither end a word nor belong to it
        if (c.cjk) return feed_cjk(c);
        end_cjk();
        if (!c.letter && !c.digit) return end_word();
        if (c.upper && last_lower_) humps_.push_back(word_.size());
        last_lower_ = c.letter && !c.upper;
        word_ += c.folded;
    }

    void finish() {
        end_cjk();
        end_word();
    }

  private:
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

    void feed_cjk(const Character& c) {
        end_word();
        if (!cjk_.empty()) out_.push_back(cjk_ + c.folded);
        cjk_alone_ = cjk_.empty();
        cjk_ = c.folded;
    }

    void end_cjk() {
        if (!cjk_.empty() && cjk_alone_) out_.push_back(cjk_);
        cjk_.clear();
    }

    std::vector<std::string>& out_;
    std::string word_;
    std::vector<std::size_t> humps_;
    bool last_lower_ = false;
    std::string cjk_;
    bool cjk_alone_ = false;
};

}  // namespace

bool is_stop_word(std::string_view word) {
    return stop_words().contains(word);
}

std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> out;
    Splitter splitter(out);
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = utf8proc_ssize_t(text.size());
    while (left > 0) {
        utf8proc_int32_t c = -1;
        const auto length = std::max<utf8proc_ssize_t>(utf8proc_iterate(at, left, &c), 1);
        if (c >= 0) splitter.feed(classify(c));
        at += length;
        left -= length;
    }
    splitter.finish();
    return out;
}

namespace {

// FNV-1a, 64 bit (http://www.isthe.com/chongo/tech/comp/fnv/).
constexpr std::uint64_t kHashStart = 14695981039346656037ULL;
std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

pg::SparseVector weights_of(const std::vector<std::string>& terms) {
    std::unordered_map<std::int32_t, int> counts;
    for (const std::string& term : terms) ++counts[dimension_of(term)];
    const float length = float(terms.size());
    pg::SparseVector out;
    out.entries.reserve(counts.size());
    for (const auto& [dimension, count] : counts) {
        const float tf = float(count);
        out.entries.emplace_back(dimension, tf * kSaturation / (tf + kFloor + kPerTerm * length));
    }
    std::sort(out.entries.begin(), out.entries.end());
    // pgvector holds at most 16,000 entries; 64 KiB of text can have more distinct terms than that.
    if (out.entries.size() > limits::kDocumentTerms) {
        std::nth_element(out.entries.begin(), out.entries.begin() + limits::kDocumentTerms,
                         out.entries.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        out.entries.resize(limits::kDocumentTerms);
        std::sort(out.entries.begin(), out.entries.end());
    }
    return out;
}

std::vector<std::int32_t> pairs_of(const std::vector<std::string>& terms) {
    std::vector<std::int32_t> out;
    for (std::size_t i = 1; i < terms.size() && out.size() < limits::kDocumentPairs; ++i)
        out.push_back(pair_of(terms[i - 1], terms[i]));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

// Folded into sparsevec's range.
std::int32_t dimension_of(std::string_view term) {
    std::uint64_t hash = hash_on(kHashStart, term);
    hash ^= hash >> 32;
    return std::int32_t(hash % 1'000'000'000ULL) + 1;
}

std::int32_t pair_of(std::string_view first, std::string_view second) {
    const std::uint64_t hash = hash_on(hash_on(hash_on(kHashStart, first), " "), second);
    return std::int32_t(std::uint32_t(hash ^ (hash >> 32)));
}

Document analyse(std::string_view text) {
    const std::vector<std::string> terms = terms_of(text);
    return {weights_of(terms), std::int32_t(terms.size()), pairs_of(terms)};
}

pg::SparseVector document_weights(std::string_view text) {
    return weights_of(terms_of(text));
}

double inverse_document_frequency(double documents, double containing) {
    return std::log(1 + (documents - containing + 0.5) / (containing + 0.5));
}

std::vector<std::string> query_terms(std::string_view query) {
    std::vector<std::string> out;
    std::unordered_set<std::string> seen;
    for (std::string& term : terms_of(query)) {
        if (out.size() == limits::kQueryTerms) break;
        if (seen.insert(term).second) out.push_back(std::move(term));
    }
    return out;
}

}  // namespace stele::retrieval
