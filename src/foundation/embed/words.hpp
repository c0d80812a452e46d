// BERT's normaliser and pre-tokenizer in one pass: text in, words out.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace stele::embed {

// The switches of tokenizer.json's BertNormalizer.
struct WordRules {
    bool clean_text = true;     // drop control characters; every white space is a space
    bool split_chinese = true;  // each CJK ideograph is a word
    bool strip_accents = true;  // canonical decomposition, then no combining marks
    bool lowercase = true;
};

inline constexpr std::size_t kMaxWordCharacters = 256;  // where a word is cut

// Calls `visit` with each word, as UTF-8: runs of characters between white space, each punctuation
// character alone. Bytes that are not UTF-8 are dropped. Stops when `visit` returns false.
void split_words(std::string_view text, const WordRules& rules,
                 const std::function<bool(std::string_view)>& visit);

// The number of characters in valid UTF-8.
std::size_t characters(std::string_view utf8);

}  // namespace stele::embed
