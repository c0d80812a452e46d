// WordPiece, as described by a Hugging Face tokenizer.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "foundation/embed/words.hpp"

namespace stele::embed {

using Token = std::int32_t;

class Tokenizer {
  public:
    // Throws Error(configuration) when the file is not an uncased or cased BERT tokenizer. The
    // padding and the truncation that it declares are ignored.
    explicit Tokenizer(const std::filesystem::path& tokenizer_json);

    // Appends the tokens of the text, without [CLS] and [SEP], until `tokens` holds `max_tokens`.
    // Text is data: "[SEP]" in it is five characters, never the special token.
    void append(std::string_view text, std::size_t max_tokens, std::vector<Token>& tokens) const;

    Token cls() const { return cls_; }
    Token sep() const { return sep_; }
    Token unknown() const { return unknown_; }    // of a word that no pieces make up
    Token greatest() const { return greatest_; }  // of all ids in the vocabulary

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>{}(s);
        }
    };

    void append_word(std::string_view word, std::vector<Token>& tokens) const;

    WordRules rules_;
    std::unordered_map<std::string, Token, Hash, std::equal_to<>> vocabulary_;
    std::string continuation_ = "##";
    std::size_t max_word_characters_ = 100;
    std::size_t longest_ = 0;  // bytes of the longest piece
    Token unknown_ = 0;
    Token cls_ = 0;
    Token sep_ = 0;
    Token greatest_ = 0;
};

}  // namespace stele::embed
