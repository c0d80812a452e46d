// Scores by their formula, with what they do not know; trends; and how the database finds them.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cmath>

#include "work/analytics/interval.hpp"
#include "work/analytics/sql.hpp"
#include "work/analytics/tests/fixture.hpp"

namespace stele::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

struct Bench : World {
    runtime::Context here = context();

    Score one(Dimension dimension, const std::string& value, double half_life = 30) {
        for (const Score& score : scores(here, {dimension, half_life}).scores)
            if (score.value == value) return score;
        ADD_FAILURE() << "no score of " << value;
        return {};
    }
};

TEST(Scores, NewerOnesWeighMore) {
    Bench bench;
    bench.add({.many = 4, .verdict = Verdict::pass, .days = 0});
    bench.add({.many = 4, .verdict = Verdict::fail, .days = 30});
    bench.add({.many = 4, .verdict = Verdict::partial, .days = 60});
    const Score all = bench.one(Dimension::overall, "all");
    EXPECT_NEAR(all.pass_rate, (4 * 1 + 4 * 0 + 4 * 0.25 * 0.5) / (4 + 2 + 1), 1e-4);
    EXPECT_EQ(all.total, 12);
    EXPECT_EQ(all.passed, 4);
    EXPECT_EQ(all.failed, 4);
    EXPECT_EQ(all.partial, 4);
    EXPECT_NEAR(all.effective, 7.0 * 7 / (4 + 4 * 0.25 + 4 * 0.0625), 1e-3);
    const Interval sure = wilson(all.pass_rate, all.effective);
    EXPECT_NEAR(all.low, sure.low, 1e-9);
    EXPECT_NEAR(all.high, sure.high, 1e-9);
    // Another half-life is another score.
    EXPECT_NEAR(bench.one(Dimension::overall, "all", 36500).pass_rate, 0.5, 1e-2);
    EXPECT_NEAR(bench.one(Dimension::overall, "all", 1).pass_rate, 1, 1e-6);
}

TEST(Scores, PartialIsHalf) {
    Bench bench;
    bench.add({.many = 10, .verdict = Verdict::partial});
    EXPECT_NEAR(bench.one(Dimension::overall, "all").pass_rate, 0.5, 1e-9);
}

TEST(Scores, EachKnowsHowSureItIs) {
    Bench bench;
    bench.add({.many = 40, .agent = "often"});
    bench.add({.many = 2, .agent = "seldom"});
    const ScoresOutput all = scores(bench.here, {});
    EXPECT_EQ(all.status, "ok");
    ASSERT_TRUE(all.by_agent);
    ASSERT_THAT(*all.by_agent, SizeIs(2));
    const Score &often = (*all.by_agent)[0], &seldom = (*all.by_agent)[1];
    EXPECT_EQ(often.value, "often");
    EXPECT_EQ(often.pass_rate, seldom.pass_rate);
    EXPECT_TRUE(often.sufficient);
    EXPECT_FALSE(seldom.sufficient) << "the tenant has enough, this agent has not";
    EXPECT_LT(seldom.low, 0.4);
    EXPECT_GT(often.low, 0.9);
}

TEST(Scores, FewAreSaidToBeFewAndShownAllTheSame) {
    Bench bench;
    ScoresOutput none = scores(bench.here, {});
    EXPECT_EQ(none.status, "insufficient_data");
    EXPECT_TRUE(none.insufficient_data);
    EXPECT_EQ(none.overall->high, 1);
    EXPECT_EQ(none.overall->low, 0);
    bench.add({.many = 9});
    const ScoresOutput few = scores(bench.here, {});
    EXPECT_EQ(few.status, "insufficient_data");
    EXPECT_EQ(few.total, 9);
    EXPECT_TRUE(few.overall->sufficient);
    bench.add({.many = 1});
    EXPECT_EQ(scores(bench.here, {}).status, "ok");
}

TEST(Scores, ByWhatTellsWorkApart) {
    Bench bench;
    bench.add({.many = 3, .agent = "a", .model = "m", .domain = "d", .iterations = 3});
    bench.add({.many = 2, .verdict = Verdict::fail, .agent = "b", .model = "n", .iterations = 4});
    bench.add({.many = 2, .verdict = Verdict::fail, .model = "n", .iterations = 10});
    bench.add({.many = 1, .verdict = Verdict::fail, .model = "n", .iterations = 11});
    EXPECT_EQ(bench.one(Dimension::complexity, "simple").total, 3);
    EXPECT_EQ(bench.one(Dimension::complexity, "moderate").total, 4);
    EXPECT_EQ(bench.one(Dimension::complexity, "complex").total, 1);
    EXPECT_EQ(bench.one(Dimension::agent, "b").pass_rate, 0);
    EXPECT_EQ(bench.one(Dimension::model, "m").pass_rate, 1);
    EXPECT_EQ(bench.one(Dimension::domain, "d").total, 3);
    const ScoresOutput all = scores(bench.here, {});
    EXPECT_THAT(*all.by_model, SizeIs(2));
    EXPECT_THAT(*all.by_complexity, SizeIs(3));
    EXPECT_THAT(all.scores, SizeIs(1 + 2 + 2 + 2 + 3));
    EXPECT_FALSE(scores(bench.here, {Dimension::model, 30}).overall);
}

TEST(Scores, VeryOldOnesDoNotBreakThem) {
    Bench bench;
    bench.add({.many = 1, .days = 100'000});
    bench.add({.many = 1, .verdict = Verdict::fail, .days = 0});
    EXPECT_NEAR(bench.one(Dimension::overall, "all", 0.01).pass_rate, 0, 1e-9);
}

TEST(Scores, AreCutOffAndSaySo) {
    Bench bench;
    for (int i = 0; i < limits::kScoreValues + 5; ++i)
        bench.add({.many = i < 3 ? 2 : 1, .agent = "agent-" + std::to_string(i)});
    const ScoresOutput all = scores(bench.here, {});
    EXPECT_TRUE(all.truncated);
    EXPECT_THAT(*all.by_agent, SizeIs(limits::kScoreValues));
    EXPECT_EQ(all.by_agent->front().total, 2) << "the most annotated stay";
    EXPECT_FALSE(scores(bench.here, {Dimension::model, 30}).truncated);
}

TEST(Scores, OfSomeAgentsForRouting) {
    Bench bench;
    bench.add({.many = 3, .agent = "a"});
    bench.add({.many = 5, .verdict = Verdict::fail, .agent = "a", .days = 30});
    bench.add({.many = 2, .agent = "b"});
    const auto found = reliability_by_agent(bench.here, {"a", "nobody"});
    ASSERT_THAT(found, SizeIs(1));
    const Score same = bench.one(Dimension::agent, "a");
    EXPECT_NEAR(found.at("a").pass_rate, same.pass_rate, 1e-6);
    EXPECT_NEAR(found.at("a").low, same.low, 1e-6);
    EXPECT_EQ(found.at("a").total, 8);
}

TEST(Trends, ArePlainShares) {
    Bench bench;
    bench.add({.many = 2, .verdict = Verdict::pass, .days = 1});
    bench.add({.many = 2, .verdict = Verdict::fail, .days = 10});
    bench.add({.many = 1, .verdict = Verdict::pass, .days = 40});
    const Trends lately = scores(bench.here, {}).trends;
    EXPECT_FALSE(lately.seven_day) << "two are too few";
    EXPECT_EQ(lately.thirty_day, 0.5);
    bench.add({.many = 1, .verdict = Verdict::partial, .days = 1});
    EXPECT_NEAR(*scores(bench.here, {}).trends.seven_day, 2.5 / 3, 1e-9);
}

TEST(Trends, HaveNoGapsAndLoseNothing) {
    Bench bench;
    bench.add({.many = 2, .days = 0.5});
    bench.add({.many = 3, .verdict = Verdict::fail, .days = 2.5});
    bench.add({.many = 4, .days = 6.9});
    bench.add({.many = 5, .days = 7.1});
    const TrendsOutput week = trends(bench.here, {"7d", {}, {}, {}});
    ASSERT_THAT(week.points, SizeIs(7));
    EXPECT_EQ(week.points[6].total, 2);
    EXPECT_EQ(week.points[4].total, 3);
    EXPECT_EQ(week.points[4].pass_rate, 0);
    EXPECT_EQ(week.points[0].total, 4);
    EXPECT_EQ(week.points[5].total, 0);
    EXPECT_FALSE(week.points[5].pass_rate);
    const TrendsOutput quarter = trends(bench.here, {"12w", {}, {}, {}});
    ASSERT_THAT(quarter.points, SizeIs(12));
    EXPECT_EQ(quarter.bucket_days, 7);
    EXPECT_EQ(quarter.points[11].total, 9);
    EXPECT_EQ(quarter.points[10].total, 5);
    EXPECT_EQ(trends(bench.here, {"7d", "nobody", {}, {}}).points[0].total, 0);
    for (const char* wrong : {"7", "d7", "0d", "-1d", "367d", "53w", "7h", "99999999d"})
        EXPECT_EQ(code_of([&] {
                      trends(bench.here, {wrong, {}, {}, {}});
                  }),
                  Code::invalid_argument)
            << wrong;
}

// Among other tenants' rows, as the runtime role: read from the indexes made for it.
TEST(Scores, AreReadFromTheirIndexes) {
    Bench bench;
    for (int i = 0; i < 30; ++i)
        bench.add({.many = 1000, .agent = "a" + std::to_string(i % 7), .days = i * 1.0},
                  "22222222-2222-4222-8222-2222222222" + std::to_string(10 + i));
    bench.add({.many = 1000});
    // An index alone answers when all rows are seen by all: whoever else looks delays that.
    do bench.tell("VACUUM ANALYZE annotations");
    while (bench.ask("SELECT (relallvisible < relpages)::text FROM pg_class "
                     "WHERE oid = 'annotations'::regclass") == "true");
    const auto plan_of = [&](const pg::Statement& statement, const std::string& arguments) {
        const auto connection = testing::connect(bench.database.app_url());
        const auto run = [&](const std::string& text) {
            return connection->script(text, deadline_in(std::chrono::seconds(30)));
        };
        const std::string tenant = "'00000000-0000-4000-8000-000000000001'";
        run("SELECT set_config('stele.org_id', " + tenant +
            ", false), set_config('stele.project_id'"
            ", " +
            tenant + ", false)");
        run("PREPARE asked AS " + std::string(statement.text));
        std::string out;
        for (const pg::Row row :
             run("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE "
                 "asked(" +
                 tenant + ", " + tenant + arguments + ")"))
            out += std::string(row.raw(0)) + "\n";
        return out;
    };
    const std::string all = plan_of(sql::scores, ", 30, 100");
    EXPECT_THAT(all, HasSubstr("annotations_scored"));
    EXPECT_THAT(all, Not(HasSubstr("Seq Scan on annotations")));
    const std::string agents = plan_of(sql::agents, ", '{a,b}', 30, 1000");
    EXPECT_THAT(agents, HasSubstr("annotations_agent"));
    EXPECT_THAT(agents, Not(HasSubstr("Seq Scan on annotations")));
    const std::string failures = plan_of(sql::failures, ", 'general', 3");
    EXPECT_THAT(failures, HasSubstr("annotations_failed"));
    const std::string list = plan_of(sql::list,
                                     ", NULL, NULL, NULL, NULL, NULL, '-infinity', 'infinity', "
                                     "'ffffffff-ffff-ffff-ffff-ffffffffffff', 51");
    EXPECT_THAT(list, HasSubstr("annotations_time"));
    EXPECT_THAT(list, Not(HasSubstr("Sort")));
}

}  // namespace
}  // namespace stele::analytics
