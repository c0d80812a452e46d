// A question, taken apart: the words to look for, who is named, what time it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/pg/params.hpp"

namespace stele::retrieval {

// A month, and perhaps a day and a year, that a question speaks of: "in May 2023", "on 8 May".
struct Mention {
    int month = 0;  // 1 … 12
    int day = 0;    // 0: not said
    int year = 0;   // 0: not said
};

// Where a term of the question stands in a document's sparse vector, and in the question.
struct Term {
    std::int32_t dimension;
    std::size_t at;
};

struct Question {
    std::string text;                  // without the participants' names: what is embedded
    std::vector<std::string> terms;    // distinct stems, at most limits::kLongQueryTerms
    std::vector<Term> by_dimension;    // the same in rising order of dimension
    std::vector<std::int32_t> pairs;   // of neighbouring terms, sorted, at most 64
    std::vector<std::uint32_t> grams;  // three letters each, of "^word$", sorted
    std::vector<std::string> named;    // the participants it names
    std::vector<Mention> dates;
    bool asks_when = false;  // "when …", "how long …", "what year …"
};

// A name in a question points at who spoke, not at what was said: it is taken out of the words and
// kept in `named`. When nothing else would be left, the words keep it.
Question parse_query(std::string_view text, std::span<const std::string> participants);

// The dimensions of its terms, in their order: what segments are asked for.
std::vector<std::int32_t> dimensions_of(const Question& question);
// Its terms, each with what it is worth: what unindexed items are ordered by. `idf` has one entry a
// term; those that are worth nothing are left out.
pg::SparseVector weighted(const Question& question, const std::vector<double>& idf);

// Writes the weights of the question's terms among a document's, as PostgreSQL sent them; both are
// in rising order of dimension. `weights` has a place for each term of the question.
void read_weights(std::string_view lexemes, const std::vector<Term>& terms, float* weights);

// Calls visit(gram) for every three letters of every word of a text, "^" before and "$" after the
// word; ASCII letters in lower case, other bytes as they are.
template <class Visit>
void for_each_gram(std::string_view text, Visit visit) {
    const auto fold = [](unsigned char c) -> std::uint32_t {
        if (c >= 'A' && c <= 'Z') return c + 32U;
        return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0U;
    };
    std::uint32_t window = 0;
    for (const char raw : text) {
        const std::uint32_t c = fold(static_cast<unsigned char>(raw));
        if (c != 0) {
            if (window == 0) window = '^';
            window = (window << 8 | c) & 0xFFFFFF;
            if (window > 0xFFFF) visit(window);
        } else if (window != 0) {
            window = (window << 8 | '$') & 0xFFFFFF;
            if (window > 0xFFFF) visit(window);
            window = 0;
        }
    }
    if (window != 0) {
        window = (window << 8 | '$') & 0xFFFFFF;
        if (window > 0xFFFF) visit(window);
    }
}

// Whether a text speaks of time: a digit, "yesterday", "last week", the name of a month or a day.
bool speaks_of_time(std::string_view text);

}  // namespace stele::retrieval
