#include "foundation/embed/tokenizer.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <random>

#include "foundation/base/error.hpp"
#include "real_model.hpp"
#include "temp_dir.hpp"
#include "tiny_bert.hpp"

namespace stele::embed {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> words(const std::string& text, const WordRules& rules = {}) {
    std::vector<std::string> out;
    split_words(text, rules, [&](std::string_view word) {
        out.emplace_back(word);
        return true;
    });
    return out;
}

TEST(Words, SplitAtSpacePunctuationAndIdeographs) {
    EXPECT_THAT(words("  Hello,\tWorld!\r\n"), ElementsAre("hello", ",", "world", "!"));
    EXPECT_THAT(words("a$b+c=d~e|f`g^h"), ElementsAre("a", "$", "b", "+", "c", "=", "d", "~", "e",
                                                      "|", "f", "`", "g", "^", "h"));
    EXPECT_THAT(words("x\u00A0y\u3000z\u2028w"), ElementsAre("x", "y", "z", "w"));
    EXPECT_THAT(words("«где—тут»…"), ElementsAre("«", "где", "—", "тут", "»", "…"));
    EXPECT_THAT(words("日本go語"), ElementsAre("日", "本", "go", "語"));
    EXPECT_THAT(words(""), ElementsAre());
}

TEST(Words, AccentsAndCaseGo) {
    EXPECT_THAT(words("ÀÉÎõü Ñandú"), ElementsAre("aeiou", "nandu"));
    EXPECT_THAT(words("e\u0301 İstanbul ẞ Σας"), ElementsAre("e", "istanbul", "ß", "σας"));
    WordRules cased;
    cased.lowercase = cased.strip_accents = false;
    EXPECT_THAT(words("Éa B", cased), ElementsAre("Éa", "B"));
}

TEST(Words, ControlCharactersAndBrokenBytesGo) {
    EXPECT_THAT(words(std::string("a\0b\x01\x7f", 5) + "c\u200Bd\uFFFDe\u0085f"),
                ElementsAre("abcdef"));
    EXPECT_THAT(words("a\xff\xfe"
                      "b \xc3"),
                ElementsAre("ab"));
    EXPECT_THAT(words("\xed\xa0\x80x\xf4\x90\x80\x80y\xc0\xafz"), ElementsAre("xyz"));
}

TEST(Words, AreCutAndStopWhenAsked) {
    const auto cut = words(std::string(100'000, 'x'));
    ASSERT_EQ(cut.size(), 1u);
    EXPECT_EQ(cut[0].size(), 256u);
    int seen = 0;
    split_words("a b c d", {}, [&](std::string_view) { return ++seen < 2; });
    EXPECT_EQ(seen, 2);
}

TEST(Words, SurviveAnyBytes) {
    std::minstd_rand random(3);
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 40, '\0');
        for (char& byte : text) byte = static_cast<char>(random());
        for (const std::string& word : words(text)) {
            EXPECT_FALSE(word.empty());
            EXPECT_GT(characters(word), 0u);
        }
    }
}

class TinyTokenizer : public ::testing::Test {
  protected:
    std::vector<Token> tokens(const std::string& text, std::size_t limit = 100) {
        const Tokenizer tokenizer(dir_.write("tokenizer.json", TinyBert::tokenizer()));
        std::vector<Token> out;
        tokenizer.append(text, limit, out);
        return out;
    }

    void expect_refused(const std::string& json, const std::string& why) {
        try {
            const Tokenizer tokenizer(dir_.write("tokenizer.json", json));
            FAIL() << "accepted, should say: " << why;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("tokenizer.json"));
            EXPECT_THAT(error.what(), HasSubstr(why));
        }
    }

    static std::string with(const std::string& from, const std::string& to) {
        std::string json = TinyBert::tokenizer();
        const std::size_t at = json.find(from);
        EXPECT_NE(at, std::string::npos);
        return json.replace(at, from.size(), to);
    }

    TempDir dir_;
};

TEST_F(TinyTokenizer, TakesTheLongestPieceEachTime) {
    EXPECT_THAT(tokens("asks tells"), ElementsAre(4, 7, 5, 7));
    EXPECT_THAT(tokens("tels acs"), ElementsAre(11, 7, 8, 10, 7));
}

TEST_F(TinyTokenizer, AWordWithAPartOutsideTheVocabularyIsUnknown) {
    EXPECT_THAT(tokens("asksx a"), ElementsAre(1, 8));
    EXPECT_THAT(tokens("a" + std::string(100, 'c')), ElementsAre(1));  // 101 characters
    EXPECT_EQ(tokens("a" + std::string(99, 'c')).size(), 100u);
}

TEST_F(TinyTokenizer, SpecialTokensInTheTextAreText) {
    EXPECT_THAT(tokens("[SEP]"), ElementsAre(1, 1, 1));
}

TEST_F(TinyTokenizer, StopsAtTheLimit) {
    EXPECT_THAT(tokens("asks asks asks", 3), ElementsAre(4, 7, 4));
    EXPECT_THAT(tokens("a", 0), ElementsAre());
}

TEST_F(TinyTokenizer, RefusesWhatIsNotABertTokenizer) {
    expect_refused("", "not a JSON object");
    expect_refused("[1]", "not a JSON object");
    expect_refused("{}", "\"normalizer\" is not an object");
    expect_refused(with("BertNormalizer", "Lowercase"), "not a BertNormalizer");
    expect_refused(with("BertPreTokenizer", "ByteLevel"), "not a BertPreTokenizer");
    expect_refused(with("\"WordPiece\"", "\"BPE\""), "not a WordPiece");
    expect_refused(with("\"clean_text\": true", "\"clean_text\": 1"), "clean_text");
    expect_refused(with("[CLS]", "[cls]"), "has no [CLS]");
    expect_refused(with("\"ask\": 4", "\"ask\": -4"), "the vocabulary's id of \"ask\"");
    expect_refused(with("\"ask\": 4", "\"ask\": 4e9"), "the vocabulary's id of \"ask\"");
    expect_refused(with("\"ask\": 4", "\"ask\": 4000000000"), "the vocabulary's id of \"ask\"");
    expect_refused(with("_word\": 100", "_word\": 0"), "max_input_chars_per_word");
    expect_refused(with("_word\": 100", "_word\": 256"), "max_input_chars_per_word");
    expect_refused(with("\"vocab\"", "\"words\""), "has no vocabulary");
}

TEST_F(TinyTokenizer, SurvivesFlippedBytes) {
    const std::string whole = TinyBert::tokenizer();
    std::minstd_rand random(5);
    for (int round = 0; round < 1000; ++round) {
        std::string json = whole.substr(0, round % 2 ? whole.size() : random() % whole.size());
        for (int flips = static_cast<int>(random() % 3); flips > 0 && !json.empty(); --flips)
            json[random() % json.size()] = static_cast<char>(random());
        try {
            const Tokenizer tokenizer(dir_.write("tokenizer.json", json));
            std::vector<Token> out;
            tokenizer.append("ask: tells acs", 100, out);
            EXPECT_THAT(
                out, Each(::testing::AllOf(::testing::Ge(0), ::testing::Le(tokenizer.greatest()))));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
        }
    }
}

// Expected ids: Hugging Face's tokenizers 0.13 with the same tokenizer.json.
TEST(RealTokenizer, AgreesWithHuggingFace) {
    const Tokenizer tokenizer(real_model_dir() / "tokenizer.json");
    const auto ids = [&](const std::string& text) {
        std::vector<Token> out;
        tokenizer.append(text, 1000, out);
        return out;
    };
    EXPECT_EQ(tokenizer.cls(), 101);
    EXPECT_EQ(tokenizer.sep(), 102);
    EXPECT_EQ(tokenizer.greatest(), 30521);
    EXPECT_THAT(ids("This is an example sentence"), ElementsAre(2023, 2003, 2019, 2742, 6251));
    EXPECT_THAT(ids("Pod OOMKilled: exit code 137"),
                ElementsAre(17491, 1051, 5358, 15872, 2098, 1024, 6164, 3642, 14989));
    EXPECT_THAT(ids("Ñandú cafés naïve façade"), ElementsAre(16660, 8566, 23812, 15743, 8508));
    EXPECT_THAT(ids("naïve 東京 café—«x»…"),
                ElementsAre(15743, 1879, 1755, 7668, 1517, 1077, 1060, 1090, 1529));
    EXPECT_THAT(ids("don't re-use foo_bar(baz) == 3.14!"),
                ElementsAre(2123, 1005, 1056, 2128, 1011, 2224, 29379, 1035, 3347, 1006, 8670, 2480,
                            1007, 1027, 1027, 1017, 1012, 2403, 999));
    EXPECT_THAT(ids("antidisestablishmentarianism"),
                ElementsAre(3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964));
    EXPECT_THAT(ids("한국어 텍스트"),
                ElementsAre(1469, 30006, 30021, 29991, 30014, 30020, 29999, 30008, 1467, 30009,
                            30020, 29997, 30017, 30003, 30017));
    EXPECT_THAT(ids("emoji 😀 and ½ ﬁ"), ElementsAre(7861, 29147, 2072, 100, 1998, 1092, 1984));
    EXPECT_THAT(ids("C++20's std::span<T>"), ElementsAre(1039, 1009, 1009, 2322, 1005, 1055, 2358,
                                                         2094, 1024, 1024, 8487, 1026, 1056, 1028));
    EXPECT_THAT(ids(""), ElementsAre());
    EXPECT_THAT(ids("Ελληνικά και русский"),
                ElementsAre(1159, 29727, 29727, 24824, 16177, 18199, 29726, 14608, 1164, 14608,
                            18199, 1195, 29748, 29747, 29747, 23925, 15414));
    EXPECT_THAT(ids("a\u0301\u0327 İI"), ElementsAre(1037, 2462));
}

}  // namespace
}  // namespace stele::embed
