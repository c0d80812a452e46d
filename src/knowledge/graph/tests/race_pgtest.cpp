// Writers that race to close a cycle: whoever comes second is refused, always.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <mutex>
#include <random>
#include <thread>

#include "knowledge/graph/tests/fixture.hpp"

namespace stele::graph {
namespace {

constexpr int kThreads = 4;

// The number of nodes from which strict edges lead back to themselves: counted without ranks.
std::string nodes_on_cycles(World& world) {
    // What has no edge out, or none in, is on no cycle; taking such nodes away again and again
    // leaves the cycles.
    world.sql(R"sql(
CREATE TABLE left_over AS SELECT src, dst FROM graph_edges WHERE strict;
DO $$ BEGIN
    LOOP
        DELETE FROM left_over l WHERE NOT EXISTS (SELECT FROM left_over n WHERE n.src = l.dst);
        EXIT WHEN NOT FOUND;
    END LOOP;
END $$)sql");
    const std::string out = testing::query(world.database.url(), "SELECT count(*) FROM left_over");
    world.sql("DROP TABLE left_over");
    return out;
}

struct Tally {
    std::atomic<int> linked = 0, refused = 0;
    std::mutex mutex;
    std::vector<std::string> surprises;

    void link(World& world, const std::string& from, const std::string& to) {
        try {
            world.link(from, "depends_on", to);
            ++linked;
        } catch (const Error& error) {
            const std::lock_guard lock(mutex);
            if (std::string_view(error.what()).find("would close a cycle") !=
                std::string_view::npos)
                ++refused;
            else
                surprises.emplace_back(error.what());
        }
    }
};

TEST(Race, TenThousandPairsLeaveNoCycle) {
    World world;
    constexpr int kPairs = 10'000;
    Tally tally;
    std::vector<std::unique_ptr<std::barrier<>>> starts;
    for (int i = 0; i < kThreads / 2; ++i) starts.push_back(std::make_unique<std::barrier<>>(2));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (int i = t / 2; i < kPairs; i += kThreads / 2) {
                const std::string a = fmt::format("decision:a{}", i);
                const std::string b = fmt::format("decision:b{}", i);
                starts[std::size_t(t / 2)]->arrive_and_wait();
                if (t % 2 == 0)
                    tally.link(world, a, b);
                else
                    tally.link(world, b, a);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(tally.linked, kPairs);
    EXPECT_EQ(tally.refused, kPairs);
    EXPECT_THAT(tally.surprises, testing::IsEmpty());
    EXPECT_EQ(nodes_on_cycles(world), "0");
}

// Rings of any length, closed by whoever comes last.
TEST(Race, RandomEdgesAmongFewNodesStayInOrder) {
    World world;
    Tally tally;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            std::mt19937 random{unsigned(t)};
            for (int i = 0; i < 500; ++i) {
                const int a = int(random() % 40), b = int(random() % 40);
                if (a != b)
                    tally.link(world, fmt::format("decision:{}", a), fmt::format("decision:{}", b));
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(tally.surprises, testing::IsEmpty());
    EXPECT_GT(tally.linked, 100);
    EXPECT_GT(tally.refused, 100);
    EXPECT_EQ(nodes_on_cycles(world), "0");
    runtime::Context context = world.context();
    EXPECT_EQ(check(context, world.domains).out_of_order, 0);
}

}  // namespace
}  // namespace stele::graph
