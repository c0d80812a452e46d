// Words: how text becomes the weighted terms that lexical search compares.
//
// A document's weights are final when it is written: tf·2.2 / (tf + 0.3 + 0.03·length), which is
// BM25 with k1 = 1.2, b = 0.75 and the average length fixed at 30 terms; inverse document frequency
// is applied at search time from the tenant's own documents. The fixed average ranks as well as a
// per-tenant one and spares a hot statistics row; see docs/guides/search.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/pg/params.hpp"

namespace stele::retrieval {

// The terms of a text, in order, repeated as often as they occur.
//
// A word: letters and digits in a row, in compatibility form (NFKC), case folded, marks stripped,
// English stop words left out, stemmed (Snowball English); an identifier also gives the parts of
// its camelCase. A symbol that is drawn in a text (emoji, currency, arrow) is a word. A script
// without spaces between words gives overlapping pairs: of Han, Kana and Hangul characters, of
// consonants with their signs in Thai, Lao, Khmer, Burmese and their kin. An ideograph, the
// first syllable of a Korean word and a syllable with vowel signs are terms by themselves as well.
// Linear in the text.
std::vector<std::string> terms_of(std::string_view text);

// Whether a word, in lower case, is among the English stop words.
bool is_stop_word(std::string_view word);

// A term's dimension in the sparsevec column: 1..1,000,000,000, from a 64-bit hash.
std::int32_t dimension_of(std::string_view term);

// A pair of neighbouring terms as one number; pairs tell "red wine" from "wine, red light".
std::int32_t pair_of(std::string_view first, std::string_view second);

// What is stored beside a document.
struct Document {
    pg::SparseVector lexemes;         // each term's final weight
    std::int32_t words = 0;           // terms, repeated as often as they occur
    std::vector<std::int32_t> pairs;  // of neighbouring terms, distinct; limits::kDocumentPairs
};
Document analyse(std::string_view text);
pg::SparseVector document_weights(std::string_view text);

// ln(1 + (N − df + ½)/(df + ½)), Robertson and Spärck Jones as Lucene has it: never negative.
double inverse_document_frequency(double documents, double containing);

// A query's distinct terms: all, or of more than `limits::kLongQueryTerms` the first half of so
// many and the last, for a question stands at either end of what is pasted with it.
std::vector<std::string> query_terms(std::string_view query);

}  // namespace stele::retrieval
