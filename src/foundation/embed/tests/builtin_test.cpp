#include "foundation/embed/builtin.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "foundation/base/error.hpp"
#include "real_model.hpp"
#include "tiny_bert.hpp"

namespace stele::embed {
namespace {

using ::testing::HasSubstr;

const auto kNoDeadline = std::chrono::steady_clock::time_point::max();

double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

class RealModel : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        Settings settings;
        settings.model_dir = real_model_dir();
        settings.query_cache_entries = 0;
        embedder_ = make_embedder(settings);
    }
    static void TearDownTestSuite() { embedder_.reset(); }

    static std::vector<Vector> embed(const std::vector<std::string>& texts) {
        return embedder_->embed(texts, Purpose::document, kNoDeadline);
    }
    static double similarity(const std::string& a, const std::string& b) {
        const auto vectors = embed({a, b});
        return dot(vectors[0], vectors[1]);
    }

    inline static std::shared_ptr<Embedder> embedder_;
};

// The first numbers that the model's own page gives for these sentences.
TEST_F(RealModel, PublishedVectors) {
    const auto vectors = embed({"This is an example sentence", "Each sentence is converted"});
    EXPECT_NEAR(vectors[0][0], 0.06766, 0.005);
    EXPECT_NEAR(vectors[0][1], 0.0635, 0.005);
    EXPECT_NEAR(vectors[0][2], 0.0487, 0.005);
    EXPECT_NEAR(vectors[1][0], 0.0864, 0.005);
    EXPECT_NEAR(vectors[1][1], 0.1028, 0.005);
    for (const Vector& vector : vectors) {
        EXPECT_EQ(vector.size(), 384u);
        EXPECT_NEAR(dot(vector, vector), 1, 1e-5);
    }
}

// The first two are published; the others come from a forward pass in floats, with the same weights
// and Hugging Face's tokenizer.
TEST_F(RealModel, Cosines) {
    EXPECT_NEAR(similarity("reset my password", "forgot my login credentials"), 0.686, 0.005);
    EXPECT_NEAR(similarity("The cat sat on the mat", "A feline rested on a rug"), 0.561, 0.005);
    EXPECT_NEAR(similarity("pod OOMKilled", "container runs out of memory"), 0.348, 0.005);
    EXPECT_NEAR(similarity("how do I reset my password", "best pizza in town"), 0.038, 0.005);
    EXPECT_NEAR(similarity("The pod was OOMKilled", "pod OOMKilled"), 0.874, 0.005);
    EXPECT_NEAR(similarity("pizza", "This is an example sentence"), 0.192, 0.005);
}

TEST_F(RealModel, ABatchGivesWhatEachTextGivesAlone) {
    std::vector<std::string> texts;
    for (int i = 0; i < 40; ++i) {
        texts.emplace_back("note " + std::to_string(i));
        for (int words = 0; words < i % 13; ++words) texts.back() += " and some more words";
    }
    const auto together = embed(texts);
    ASSERT_EQ(together.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); i += 7)
        EXPECT_NEAR(dot(together[i], embed({texts[i]})[0]), 1, 1e-5) << i;
}

TEST_F(RealModel, ManyThreadsAtOnce) {
    const std::vector<std::string> texts{"one thread", "another thread of work", "", "42"};
    const auto wanted = embed(texts);
    std::vector<std::thread> threads;
    std::atomic<int> same = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int round = 0; round < 5; ++round) same += embed(texts) == wanted;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(same, 20);
}

TEST_F(RealModel, OddTexts) {
    for (const Vector& vector : embed({"[CLS] [SEP]", "日本語", "a 🚀"}))
        EXPECT_NEAR(dot(vector, vector), 1, 1e-5);
    EXPECT_TRUE(embed({}).empty());
}

TEST_F(RealModel, WhatItCannotReadHasNoDirection) {
    const auto vectors =
        embed({"readable", "", " \t\n", std::string("\xff\xfe\0", 3), "🚀", "አዲስ አበባ የት ነው", "b 🚀 🐛",
               std::string(1'000'000, 'x'), "also readable"});
    ASSERT_EQ(vectors.size(), 9u);
    for (const std::size_t read : {0u, 8u}) {
        EXPECT_FALSE(is_unreadable(vectors[read]));
        EXPECT_NEAR(dot(vectors[read], vectors[read]), 1, 1e-5);
    }
    for (std::size_t i = 1; i < 8; ++i) {
        EXPECT_TRUE(is_unreadable(vectors[i])) << i;
        EXPECT_EQ(vectors[i].size(), 384u);
    }
    EXPECT_EQ(vectors[8], embed({"also readable"})[0]);  // each has its own place
}

TEST_F(RealModel, OfALongTextTheBeginningIsEmbedded) {
    std::string words;
    for (int i = 0; i < 254; ++i) words += "tree ";
    const auto vectors = embed({words, words + "password", "password " + words});
    EXPECT_EQ(vectors[0], vectors[1]);
    EXPECT_LT(dot(vectors[0], vectors[2]), 0.999);
}

TEST_F(RealModel, StopsAtTheDeadline) {
    try {
        embedder_->embed(std::vector<std::string>{"late"}, Purpose::query,
                         std::chrono::steady_clock::now());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unavailable);
        EXPECT_TRUE(error.retryable());
    }
}

class TinyModel : public ::testing::Test {
  protected:
    TinyModel() { tiny_.write(dir_); }

    Vector embed(const std::string& text, Purpose purpose) {
        BuiltinEmbedder embedder(read_model_dir(dir_.path()));
        return embedder.embed(std::vector{text}, purpose, kNoDeadline).at(0);
    }

    static Vector normalized(std::vector<double> row) {
        double squares = 0;
        for (const double v : row) squares += v * v;
        Vector out;
        for (const double v : row) out.push_back(static_cast<float>(v / std::sqrt(squares)));
        return out;
    }

    TempDir dir_;
    TinyBert tiny_;
};

TEST_F(TinyModel, PoolsTheMeanOfAllTokens) {
    std::vector<double> mean(TinyBert::kHidden);
    for (const auto& row : tiny_.forward({2, 5, 8, 3}))
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += row[i];
    EXPECT_GT(dot(embed("tell a", Purpose::query), normalized(mean)), 0.999);
}

TEST_F(TinyModel, PoolsTheFirstTokenAndAddsPrefixesAsTheCardSays) {
    dir_.write("stele-model.json",
               R"({"pooling": "cls", "queryPrefix": "ask:", "documentPrefix": "tell:"})");
    const auto asked = normalized(tiny_.forward({2, 4, 6, 8, 3})[0]);
    const auto told = normalized(tiny_.forward({2, 5, 6, 8, 3})[0]);
    EXPECT_GT(dot(embed("a", Purpose::query), asked), 0.999);
    EXPECT_GT(dot(embed("a", Purpose::document), told), 0.999);
    EXPECT_LT(dot(asked, told), 0.99);
}

TEST_F(TinyModel, CutsAtTheCardsWindow) {
    dir_.write("stele-model.json", R"({"maxTokens": 8})");
    EXPECT_EQ(embed("a b a b a b", Purpose::query), embed("a b a b a b tell", Purpose::query));
    EXPECT_NE(embed("a b a b a b", Purpose::query), embed("a b a b a tell", Purpose::query));
}

TEST_F(TinyModel, LoadsNothingBeforeTheFirstTextAndNothingWithAWrongHash) {
    dir_.write("stele-model.json", R"({"sha256": "0123"})");
    BuiltinEmbedder embedder(read_model_dir(dir_.path()));
    EXPECT_EQ(embedder.info().hash, "0123");
    for (int attempt = 0; attempt < 2; ++attempt) try {
            embedder.embed(std::vector<std::string>{"a"}, Purpose::query, kNoDeadline);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("its sha256 is not 0123"));
            EXPECT_THAT(error.hint(), HasSubstr("./script/fetch-model"));
        }
}

TEST_F(TinyModel, RefusesAVocabularyThatPointsOutsideTheTable) {
    std::string tokenizer = TinyBert::tokenizer();
    tokenizer.replace(tokenizer.find("\"tel\": 11"), 9, "\"tel\": 12");
    dir_.write("tokenizer.json", tokenizer);
    EXPECT_THROW(embed("a", Purpose::query), Error);
}

TEST(MakeEmbedder, WithoutAModelItSaysHowToGetOne) {
    TempDir empty;
    Settings settings;
    settings.model_dir = empty.path() / "missing";
    try {
        make_embedder(settings);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        EXPECT_THAT(error.what(), HasSubstr("missing"));
        EXPECT_THAT(error.hint(), HasSubstr("./script/fetch-model"));
    }
    settings.kind = Kind::none;
    EXPECT_EQ(make_embedder(settings), nullptr);
}

}  // namespace
}  // namespace stele::embed
