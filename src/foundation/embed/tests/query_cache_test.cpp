#include "foundation/embed/query_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace stele::embed {
namespace {

const auto kNoDeadline = std::chrono::steady_clock::time_point::max();

// Counts the texts that reach it; the vector of a text is its length.
class Counting final : public Embedder {
  public:
    const ModelInfo& info() const override { return info_; }
    std::vector<Vector> embed(std::span<const std::string> texts, Purpose,
                              std::chrono::steady_clock::time_point) override {
        seen += static_cast<int>(texts.size());
        std::vector<Vector> out;
        for (const std::string& text : texts) {
            if (text == "fail") throw std::runtime_error("no");
            out.push_back({static_cast<float>(text.size())});
        }
        return out;
    }
    std::atomic<int> seen = 0;

  private:
    ModelInfo info_{"counting", 1, "hash", 8};
};

class QueryCacheTest : public ::testing::Test {
  protected:
    std::vector<Vector> ask(const std::vector<std::string>& texts,
                            Purpose purpose = Purpose::query) {
        return cache_.embed(texts, purpose, kNoDeadline);
    }

    std::shared_ptr<Counting> inner_ = std::make_shared<Counting>();
    QueryCache cache_{inner_, 3};
};

TEST_F(QueryCacheTest, AsksOnceForEachQuery) {
    EXPECT_EQ(ask({"a", "bb"}), (std::vector<Vector>{{1}, {2}}));
    EXPECT_EQ(ask({"ccc", "bb", "a"}), (std::vector<Vector>{{3}, {2}, {1}}));
    EXPECT_EQ(inner_->seen, 3);
    EXPECT_EQ(cache_.info().name, "counting");
}

TEST_F(QueryCacheTest, KeysAreExactBytes) {
    ask({"a", "A", "a "});
    ask({"a", "A", "a "});
    EXPECT_EQ(inner_->seen, 3);
}

TEST_F(QueryCacheTest, DocumentsPassThrough) {
    ask({"a"}, Purpose::document);
    ask({"a"}, Purpose::document);
    EXPECT_EQ(inner_->seen, 2);
    ask({"a"});
    EXPECT_EQ(inner_->seen, 3);
}

TEST_F(QueryCacheTest, TheLeastRecentlyAskedGoesFirst) {
    ask({"a", "bb", "ccc"});
    ask({"a"});
    ask({"dddd"});  // pushes "bb" out
    inner_->seen = 0;
    ask({"a", "ccc", "dddd"});
    EXPECT_EQ(inner_->seen, 0);
    ask({"bb"});
    EXPECT_EQ(inner_->seen, 1);
}

TEST_F(QueryCacheTest, TheSameTextTwiceInOneCall) {
    EXPECT_EQ(ask({"a", "a"}), (std::vector<Vector>{{1}, {1}}));
    EXPECT_EQ(ask({"a"}), (std::vector<Vector>{{1}}));
    EXPECT_LE(inner_->seen, 2);
}

TEST_F(QueryCacheTest, LongTextsAreNotKept) {
    const std::string longest(QueryCache::kMaxTextBytes, 'x');
    for (int i = 0; i < 2; ++i) ask({longest, longest + "x"});
    EXPECT_EQ(inner_->seen, 3);
}

TEST_F(QueryCacheTest, AFailureIsNotRemembered) {
    EXPECT_THROW(ask({"a", "fail"}), std::runtime_error);
    EXPECT_THROW(ask({"fail"}), std::runtime_error);
    EXPECT_EQ(ask({"a"}), (std::vector<Vector>{{1}}));
}

TEST_F(QueryCacheTest, ManyThreads) {
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 2000; ++i) {
                const std::string text(static_cast<std::size_t>((i * 7 + t) % 5 + 1), 'x');
                wrong += ask({text})[0][0] != static_cast<float>(text.size());
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace stele::embed
