// What the annotations suggest, rule by rule.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "work/analytics/tests/fixture.hpp"

namespace stele::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Bench : World {
    runtime::Context here = context();

    std::vector<std::string> ids() {
        std::vector<std::string> out;
        for (const Recommendation& one : recommendations(here, {}).recommendations)
            out.push_back(one.id);
        return out;
    }
    Recommendation one(const std::string& id) {
        for (const Recommendation& r : recommendations(here, {}).recommendations)
            if (r.id == id) return r;
        ADD_FAILURE() << id << " was not recommended";
        return {};
    }
    std::string told(const std::string& domain) { return feedback(here, {domain}).feedback; }
};

TEST(Recommendations, NeedTenAnnotations) {
    Bench bench;
    bench.add({.many = 9, .verdict = Verdict::fail, .domain = "legal-governance"});
    EXPECT_THAT(bench.ids(), IsEmpty());
    bench.add({.many = 1, .verdict = Verdict::fail, .domain = "legal-governance"});
    const Recommendation gap = bench.one("knowledge_gap:legal-governance");
    EXPECT_EQ(gap.type, Advice::knowledge_gap);
    EXPECT_EQ(gap.severity, Severity::critical);
    EXPECT_TRUE(gap.data.at("certain").as_bool());
}

TEST(Recommendations, AGapIsWeakWork) {
    Bench bench;
    bench.add({.many = 10, .domain = "fine"});
    bench.add({.many = 4, .verdict = Verdict::fail, .domain = "too few"});
    bench.add({.many = 2, .domain = "weak"});
    bench.add({.many = 3, .verdict = Verdict::fail, .domain = "weak"});
    bench.add({.many = 3, .verdict = Verdict::partial, .domain = "half"});
    bench.add({.many = 2, .domain = "half"});
    bench.add({.many = 1, .verdict = Verdict::fail, .domain = "half"});
    const Recommendation gap = bench.one("knowledge_gap:weak");
    EXPECT_EQ(gap.severity, Severity::warning);
    EXPECT_FALSE(gap.data.at("certain").as_bool()) << "two of five could be chance";
    for (const std::string& id : bench.ids()) {
        EXPECT_THAT(id, Not(HasSubstr("fine")));
        EXPECT_THAT(id, Not(HasSubstr("too few")));
        EXPECT_THAT(id, Not(HasSubstr("half"))) << "a partial success is half of one";
    }
}

TEST(Recommendations, AModelThatIsFarBehind) {
    Bench bench;
    bench.add({.many = 40, .model = "good"});
    bench.add({.many = 3, .model = "bad"});
    bench.add({.many = 17, .verdict = Verdict::fail, .model = "bad"});
    bench.add({.many = 2, .verdict = Verdict::fail, .model = "unknown"});
    const Recommendation other = bench.one("model_switch::bad:good");
    EXPECT_EQ(other.data.at("suggested").at("model"), "good");
    EXPECT_TRUE(other.data.at("certain").as_bool());
    EXPECT_THAT(other.message, HasSubstr("Use good instead of bad"));
    for (const std::string& id : bench.ids()) EXPECT_THAT(id, Not(HasSubstr("unknown")));
}

TEST(Recommendations, AModelForAKindOfWork) {
    Bench bench;
    bench.add({.many = 4, .model = "x", .domain = "d"});
    bench.add({.many = 3, .verdict = Verdict::fail, .model = "y", .domain = "d"});
    bench.add({.many = 10, .model = "y", .domain = "e"});
    const Recommendation other = bench.one("model_switch:d:y:x");
    EXPECT_EQ(other.data.at("domain"), "d");
}

TEST(Recommendations, AnInstanceOfItsOwn) {
    Bench bench;
    bench.add({.many = 25, .domain = "a"});
    bench.add({.many = 13, .domain = "b"});
    bench.add({.many = 6, .domain = "c"});
    EXPECT_THAT(bench.ids(), IsEmpty());
    bench.add({.many = 5, .verdict = Verdict::fail, .domain = "c"});
    EXPECT_THAT(bench.ids(), Not(::testing::Contains("split_instance"))) << "49 are too few";
    bench.add({.many = 1, .domain = "b"});
    EXPECT_EQ(bench.one("split_instance").data.at("worst").at("domain"), "c");
}

TEST(Recommendations, AChange) {
    Bench bench;
    bench.add({.many = 10, .days = 20});
    bench.add({.many = 9, .verdict = Verdict::fail, .days = 1});
    EXPECT_THAT(bench.ids(), Not(::testing::Contains("general:change")));
    bench.add({.many = 1, .verdict = Verdict::fail, .days = 1});
    const Recommendation change = bench.one("general:change");
    EXPECT_EQ(change.severity, Severity::warning);
    EXPECT_EQ(change.data.at("before").as_double(), 1);
    EXPECT_EQ(change.data.at("after").as_double(), 0);
}

TEST(Feedback, TellsOfFailures) {
    Bench bench;
    bench.add({.many = 7, .domain = "other"});
    EXPECT_EQ(bench.told("weak"), "");
    const auto fail = [&](const std::string& job, const std::string& why) {
        AnnotateInput in = verdict(job, Verdict::fail);
        in.domain = "weak";
        in.feedback = why;
        annotate(bench.here, in);
    };
    fail("1", "no backup was taken");
    fail("2", "the test\nwas skipped");
    bench.add({.many = 2, .domain = "weak"});
    bench.add({.many = 3, .verdict = Verdict::partial, .domain = "weak"});
    EXPECT_EQ(bench.told("weak"), "") << "half of it passes";
    bench.add({.many = 2, .verdict = Verdict::fail, .domain = "weak"});
    const std::string told = bench.told("weak");
    EXPECT_THAT(told, HasSubstr("## Empirical Guidance (from 16 past task annotations)\n"));
    EXPECT_THAT(told, HasSubstr("\"no backup was taken\""));
    EXPECT_THAT(told, HasSubstr("\"the test was skipped\"")) << "one line each";
    for (int i = 3; i < 9; ++i) fail(std::to_string(i), "reason " + std::to_string(i));
    EXPECT_THAT(bench.told("weak"), HasSubstr("reason 8"));
    EXPECT_THAT(bench.told("weak"), HasSubstr("reason 6"));
    EXPECT_THAT(bench.told("weak"), Not(HasSubstr("reason 5"))) << "three are enough";
}

TEST(Feedback, PraisesAndWarnsOfLongTasks) {
    Bench bench;
    bench.add({.many = 9, .domain = "strong"});
    bench.add({.many = 2, .domain = "middling"});
    bench.add({.many = 2, .verdict = Verdict::fail, .domain = "middling"});
    bench.add({.many = 1, .domain = "middling"});
    EXPECT_THAT(bench.told("strong"), HasSubstr("passes 100 %"));
    EXPECT_EQ(bench.told("middling"), "");
    EXPECT_EQ(bench.told("nothing is known of it"), "");
    bench.add({.many = 5, .verdict = Verdict::fail, .domain = "x", .iterations = 11});
    EXPECT_THAT(bench.told("middling"), HasSubstr("split the work into smaller steps"));
    EXPECT_THAT(bench.told("middling"), Not(HasSubstr("of the kind")));
}

}  // namespace
}  // namespace stele::analytics
