#include "foundation/embed/tokenizer.hpp"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "foundation/embed/files.hpp"

namespace stele::embed {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMaxFileBytes = 64 * 1024 * 1024;
constexpr std::int64_t kMaxToken = 10'000'000;

// Looks members up and says what is wrong in the file's own words.
class Reader {
  public:
    Reader(const std::filesystem::path& path, const json::object& root)
        : path_(path), root_(root) {}

    const json::object& object(std::string_view name) const {
        const json::value* value = root_.if_contains(name);
        if (!value || !value->is_object()) fail("\"" + std::string(name) + "\" is not an object");
        return value->get_object();
    }

    void require_type(std::string_view part, std::string_view type) const {
        const json::value* value = object(part).if_contains("type");
        if (!value || !value->is_string() || value->get_string() != type)
            fail("\"" + std::string(part) + "\" is not a " + std::string(type) +
                 ": only BERT's WordPiece tokenizers are supported");
    }

    bool flag(const json::object& from, std::string_view name, bool fallback) const {
        const json::value* value = from.if_contains(name);
        if (!value || value->is_null()) return fallback;
        if (!value->is_bool()) fail("\"" + std::string(name) + "\" is not true or false");
        return value->get_bool();
    }

    std::string text(const json::object& from, std::string_view name, std::string fallback) const {
        const json::value* value = from.if_contains(name);
        if (!value) return fallback;
        if (!value->is_string()) fail("\"" + std::string(name) + "\" is not a string");
        return std::string(value->get_string());
    }

    [[noreturn]] void fail(const std::string& what) const { fail_model(path_, what); }

  private:
    const std::filesystem::path& path_;
    const json::object& root_;
};

}  // namespace

Tokenizer::Tokenizer(const std::filesystem::path& tokenizer_json) {
    const std::string text = File(tokenizer_json).text(kMaxFileBytes);
    json::monotonic_resource memory(text.size());
    boost::system::error_code error;
    const json::value root = json::parse(text, error, &memory);
    if (error || !root.is_object()) fail_model(tokenizer_json, "is not a JSON object");
    const Reader reader(tokenizer_json, root.get_object());
    reader.require_type("normalizer", "BertNormalizer");
    reader.require_type("pre_tokenizer", "BertPreTokenizer");
    reader.require_type("model", "WordPiece");

    const json::object& normalizer = reader.object("normalizer");
    rules_.clean_text = reader.flag(normalizer, "clean_text", true);
    rules_.split_chinese = reader.flag(normalizer, "handle_chinese_chars", true);
    rules_.lowercase = reader.flag(normalizer, "lowercase", true);
    rules_.strip_accents = reader.flag(normalizer, "strip_accents", rules_.lowercase);

    const json::object& model = reader.object("model");
    continuation_ = reader.text(model, "continuing_subword_prefix", "##");
    if (const json::value* limit = model.if_contains("max_input_chars_per_word")) {
        if (!limit->is_int64() || limit->get_int64() < 1 ||
            limit->get_int64() >= static_cast<std::int64_t>(kMaxWordCharacters))
            reader.fail("\"max_input_chars_per_word\" is not between 1 and 255");
        max_word_characters_ = static_cast<std::size_t>(limit->get_int64());
    }

    const json::value* vocabulary = model.if_contains("vocab");
    if (!vocabulary || !vocabulary->is_object()) reader.fail("has no vocabulary");
    vocabulary_.reserve(vocabulary->get_object().size());
    for (const auto& [piece, id] : vocabulary->get_object()) {
        if (!id.is_int64() || id.get_int64() < 0 || id.get_int64() > kMaxToken)
            reader.fail("the vocabulary's id of \"" + std::string(piece) + "\" is out of range");
        const Token token = static_cast<Token>(id.get_int64());
        vocabulary_.emplace(piece, token);
        greatest_ = std::max(greatest_, token);
        longest_ = std::max(longest_, piece.size());
    }
    const auto special = [&](const std::string& name) {
        const auto found = vocabulary_.find(name);
        if (found == vocabulary_.end()) reader.fail("the vocabulary has no " + name);
        return found->second;
    };
    unknown_ = special(reader.text(model, "unk_token", "[UNK]"));
    cls_ = special("[CLS]");
    sep_ = special("[SEP]");
}

void Tokenizer::append(std::string_view text, std::size_t max_tokens,
                       std::vector<Token>& tokens) const {
    if (tokens.size() >= max_tokens) return;
    split_words(text, rules_, [&](std::string_view word) {
        append_word(word, tokens);
        return tokens.size() < max_tokens;
    });
    if (tokens.size() > max_tokens) tokens.resize(max_tokens);
}

// The longest piece of the vocabulary that the rest of the word begins with, again and again; a
// word with a part that no piece covers is unknown as a whole.
void Tokenizer::append_word(std::string_view word, std::vector<Token>& tokens) const {
    if (characters(word) > max_word_characters_) return tokens.push_back(unknown_);
    const std::size_t before = tokens.size();
    std::string piece;
    for (std::size_t start = 0; start < word.size();) {
        const std::string_view prefix = start == 0 ? std::string_view() : continuation_;
        piece.assign(prefix).append(word.substr(start, longest_));
        auto found = vocabulary_.find(piece);
        while (found == vocabulary_.end() && piece.size() > prefix.size()) {
            piece.pop_back();
            found = vocabulary_.find(piece);
        }
        if (piece.size() == prefix.size()) {
            tokens.resize(before);
            return tokens.push_back(unknown_);
        }
        tokens.push_back(found->second);
        start += piece.size() - prefix.size();
    }
}

}  // namespace stele::embed
