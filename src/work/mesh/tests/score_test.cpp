// The formula, against numbers worked out by hand.
#include "work/mesh/routing/score.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "work/mesh/routing/reliability.hpp"
#include "work/mesh/types.hpp"

namespace stele::mesh {
namespace {

constexpr double kClose = 1e-6;
const runtime::RoutingWeights kPublished{};

double score(const Candidate& candidate, const Wanted& wanted) {
    return score_of(factors_of(candidate, wanted), normalised(kPublished));
}

TEST(Score, IsTheWeightedSum) {
    const std::vector<std::string> models{"anthropic/claude-opus"};
    const Candidate expert{"data", {}, models, false, 1, 0.9};
    // .4·1 + .3·.9 + .2·.7 + .1·1
    EXPECT_NEAR(score(expert, {"data", "anthropic/claude-opus", {}}), 0.91, kClose);
    // .4·.2 + .3·.9 + .2·.7 + .1·.6
    EXPECT_NEAR(score(expert, {"design", "anthropic/claude-haiku", {}}), 0.55, kClose);
    // .4·.5 + .3·.9 + .2·.7 + .1·.5
    EXPECT_NEAR(score(expert, {"", "", {}}), 0.66, kClose);
    // .4·.5 + .3·.5 + .2·1 + .1·.2: nothing known, and another provider's model
    EXPECT_NEAR(score({}, {"data", "openai/gpt", {}}), 0.57, kClose);
}

TEST(Score, VectorsGoBeforeRoles) {
    const std::vector<float> one{0.6F, 0.8F}, other{0.8F, 0.6F}, against{-0.6F, -0.8F};
    Candidate candidate;
    candidate.role = "design";
    candidate.vector = one;
    EXPECT_NEAR(factors_of(candidate, {"data", "", other}).expertise, 0.96, kClose);
    EXPECT_EQ(factors_of(candidate, {"data", "", against}).expertise, 0);
    // Of another length it is of another model: as if it were not there.
    const std::vector<float> longer{1, 0, 0};
    EXPECT_EQ(factors_of(candidate, {"data", "", longer}).expertise, 0.2);
    EXPECT_EQ(factors_of(candidate, {"design", "", {}}).expertise, 1.0);
    EXPECT_EQ(factors_of(candidate, {"", "", {}}).expertise, 0.5);
}

TEST(Score, LongVectorsAreMultipliedWhole) {
    std::vector<float> a(387), b(387);
    double expected = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = 0.001F * float(i % 17);
        b[i] = 0.5F;
        expected += double(a[i]) * 0.5;
    }
    Candidate candidate;
    candidate.vector = a;
    EXPECT_NEAR(factors_of(candidate, {"", "", b}).expertise, std::min(expected, 1.0), 1e-4);
}

TEST(Score, LoadGoesByJobsUnderWay) {
    const double loads[] = {1.0, 0.7, 0.4, 0.1, 0.1};
    for (int jobs = 0; jobs < 5; ++jobs) {
        Candidate candidate;
        candidate.idle = false;
        candidate.active_jobs = jobs;
        EXPECT_EQ(factors_of(candidate, {}).load, loads[jobs]) << jobs;
        candidate.idle = true;
        EXPECT_EQ(factors_of(candidate, {}).load, 1.0);
    }
}

TEST(Score, ModelsOfOneProviderAreAlike) {
    const std::vector<std::string> models{"openai/gpt", "local"};
    Candidate candidate;
    candidate.models = models;
    EXPECT_EQ(factors_of(candidate, {"", "openai/gpt", {}}).model, 1.0);
    EXPECT_EQ(factors_of(candidate, {"", "openai/other", {}}).model, 0.6);
    EXPECT_EQ(factors_of(candidate, {"", "mistral/large", {}}).model, 0.2);
    // Without a provider there is nothing to be alike in.
    EXPECT_EQ(factors_of(candidate, {"", "local2", {}}).model, 0.2);
    EXPECT_EQ(factors_of(candidate, {"", "", {}}).model, 0.5);
}

TEST(Score, WeightsAreNormalisedAndNegativeOnesRefused) {
    const runtime::RoutingWeights w = normalised({4, 3, 2, 1});
    EXPECT_NEAR(w.expertise, 0.4, kClose);
    EXPECT_NEAR(w.reliability, 0.3, kClose);
    EXPECT_NEAR(w.load, 0.2, kClose);
    EXPECT_NEAR(w.model, 0.1, kClose);
    EXPECT_THROW(normalised({1, -0.1, 0, 0}), Error);
    EXPECT_THROW(normalised({0, 0, 0, 0}), Error);
}

TEST(Score, ReasonsAreTheFactorsThatStandOut) {
    EXPECT_EQ(reason_of({1, 0.8, 1, 1}, "data"),
              "expertise match (data), high reliability, low load, model available");
    EXPECT_EQ(reason_of({0.79, 0.5, 1, 0.5}, "data"), "low load");
    EXPECT_EQ(reason_of({0.9, 0, 0.7, 0}, ""), "expertise match");
    EXPECT_EQ(reason_of({0.5, 0.5, 0.7, 0.5}, "data"), "general availability");
}

TEST(Reliability, OutcomesMoveItFromTheBase) {
    EXPECT_EQ(blended(0.5, {}), 0.5);
    EXPECT_NEAR(blended(0.5, {3, 3}), 0.75, kClose);   // (3·.5 + 3) / 6
    EXPECT_NEAR(blended(0.5, {1, 0}), 0.375, kClose);  // (3·.5 + 0) / 4
    EXPECT_NEAR(blended(0.9, {7, 0}), 0.27, kClose);   // (3·.9 + 0) / 10
}

TEST(Health, GoesByTheLastBeat) {
    EXPECT_EQ(health_of(0, false), Health::healthy);
    EXPECT_EQ(health_of(90, false), Health::healthy);
    EXPECT_EQ(health_of(90.001, false), Health::unhealthy);
    EXPECT_EQ(health_of(600, false), Health::unhealthy);
    EXPECT_EQ(health_of(600.001, false), Health::offline);
    EXPECT_EQ(health_of(0, true), Health::offline);
}

}  // namespace
}  // namespace stele::mesh
