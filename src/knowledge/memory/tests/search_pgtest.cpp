#include "knowledge/memory/search.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"

namespace stele::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(Search, FindsWordsRanksThemAndFillsUpToTheLimit) {
    World world;
    runtime::Context context = world.context();
    store(context, note("The staging database listens on port 6543", "fact"));
    store(context, note("Deploys happen on Tuesdays"));
    store(context, note("The office has a coffee machine"));
    for (int i = 0; i < 20; ++i) store(context, note("backfill number " + std::to_string(i)));
    SearchInput in = question("which port does the staging database use");
    in.signals = true;
    const ResultsOutput out = search(context, in);
    ASSERT_EQ(out.results.size(), 10u);  // rows = k whenever the tenant owns k
    EXPECT_THAT(out.results[0].content, HasSubstr("6543"));
    EXPECT_DOUBLE_EQ(*out.results[0].signals->fts, 1);
    EXPECT_FALSE(out.results[0].signals->vector);
    EXPECT_THAT(out.degraded, ElementsAre("vector"));
    for (std::size_t i = 1; i < out.results.size(); ++i)
        EXPECT_GE(*out.results[i - 1].score, *out.results[i].score);
}

TEST(Search, ForgivesMisspellings) {
    World world;
    runtime::Context context = world.context();
    store(context, note("Kubernetes restarts the gateway every night"));
    for (int i = 0; i < 15; ++i) store(context, note("nothing of interest " + std::to_string(i)));
    SearchInput in = question("kuberntes");
    in.signals = true;
    const ResultsOutput out = search(context, in);
    EXPECT_THAT(out.results[0].content, HasSubstr("Kubernetes"));
    EXPECT_GT(out.results[0].signals->trgm.value_or(0), 0.4);
}

TEST(Search, ScopesAreSeenExactlyAsTheContractSays) {
    World world;
    runtime::Context a = world.context("project:/a"), b = world.context("project:/b");
    const auto put = [](runtime::Context& context, const char* text, const char* scope) {
        StoreInput in = note(text);
        in.scope = scope;
        store(context, in);
    };
    put(a, "word in global", "global");
    put(a, "word in a", "project");
    put(b, "word in b", "project");
    put(a, "word of instance", "instance");
    put(a, "word of posse", "posse");
    const auto found = [&](runtime::Context& context, std::optional<std::string> scope) {
        SearchInput in = question("word");
        in.scope = std::move(scope);
        return contents(search(context, in).results);
    };
    EXPECT_THAT(found(a, {}), UnorderedElementsAre("word in global", "word in a"));
    EXPECT_THAT(found(b, {}), UnorderedElementsAre("word in global", "word in b"));
    EXPECT_THAT(found(a, "global"), ElementsAre("word in global"));
    EXPECT_THAT(found(a, "project:/b"), UnorderedElementsAre("word in global", "word in b"));
    EXPECT_THAT(found(a, "instance"), UnorderedElementsAre("word in global", "word of instance"));
    EXPECT_THAT(found(a, "posse"), UnorderedElementsAre("word in global", "word of posse"));
    EXPECT_EQ(found(a, "all").size(), 5u);
    EXPECT_EQ(code_of([&] { found(a, "proj"); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { found(a, "project:"); }), Code::invalid_argument);
}

TEST(Search, PreferencesFollowTheUserProjectsDoNot) {
    World world;
    runtime::Context a = world.context("project:/a"), b = world.context("project:/b");
    store(a, note("Prefers tabs over spaces", "preference"));
    store(a, note("This repository uses bazel", "pattern"));
    EXPECT_THAT(contents(search(b, question("tabs or bazel")).results),
                ElementsAre("Prefers tabs over spaces"));
}

TEST(Search, EveryFilterFilters) {
    World world;
    runtime::Context context = world.context();
    StoreInput in = note("alpha release notes", "fact");
    in.scope = "project";
    in.tags = {"red", "blue"};
    in.metadata = {{"team", "core"}, {"n", 1}};
    in.source = "human";
    in.type = "snapshot";
    in.timestamp = parse_timestamp("2024-05-01");
    store(context, in);
    StoreInput other = note("beta release notes", "lesson");
    other.tags = {"red"};
    store(context, other);

    const auto found = [&](auto change) {
        SearchInput q = question("release notes");
        change(q);
        return contents(search(context, q).results);
    };
    const auto only_alpha = ElementsAre("alpha release notes");
    EXPECT_THAT(found([](SearchInput& q) { q.category = "fact"; }), only_alpha);
    EXPECT_THAT(found([](SearchInput& q) { q.source = "human"; }), only_alpha);
    EXPECT_THAT(found([](SearchInput& q) { q.type = "snapshot"; }), only_alpha);
    EXPECT_THAT(found([](SearchInput& q) { q.tags = {"blue", "green"}; }), only_alpha);
    EXPECT_THAT(found([](SearchInput& q) { q.all_tags = {"red", "blue"}; }), only_alpha);
    EXPECT_EQ(found([](SearchInput& q) { q.tags = {"red"}; }).size(), 2u);
    EXPECT_THAT(found([](SearchInput& q) { q.until = parse_timestamp("2024-06-01"); }), only_alpha);
    EXPECT_THAT(found([](SearchInput& q) { q.since = parse_timestamp("2024-06-01"); }),
                ElementsAre("beta release notes"));
    EXPECT_THAT(found([](SearchInput& q) {
                    q.metadata = json::object{{"team", "core"}};
                }),
                only_alpha);
    EXPECT_TRUE(found([](SearchInput& q) { q.metadata = json::object{{"team", "x"}}; }).empty());
}

TEST(Search, TheArmsOfALargeScopeFindWhatTheSheetCannotHold) {
    World world;
    runtime::Context context = world.context();
    StoreInput needle = note("The zebra crossing is closed");
    needle.timestamp = parse_timestamp("2020-01-01");
    store(context, needle);
    for (int chunk = 0; chunk < 2; ++chunk) {
        StoreBatchInput batch;
        for (int i = 0; i < 1000; ++i)
            batch.memories.push_back(note("ordinary note " + std::to_string(chunk * 1000 + i)));
        store_batch(context, batch);
    }
    SearchInput in = question("zebra");
    in.limit = 100;
    const ResultsOutput out = search(context, in);
    ASSERT_EQ(out.results.size(), 100u);
    EXPECT_THAT(out.results[0].content, HasSubstr("zebra"));
}

TEST(Search, SaysWhenNothingFits) {
    World world;
    runtime::Context context = world.context();
    store(context, note("Parking is on level two"));
    store(context, note("The VPN password rotates monthly"));
    store(context, note("Lunch is at noon"));
    const ResultsOutput nothing = search(context, question("quantum chromodynamics lattice"));
    EXPECT_EQ(nothing.relevant, false);
    EXPECT_EQ(nothing.results.size(), 3u);  // shown all the same
    SearchInput in = question("when does the VPN password rotate");
    const ResultsOutput out = search(context, in);
    EXPECT_EQ(out.relevant, true);
    in.min_score = *out.results[0].score - 0.01;
    EXPECT_EQ(search(context, in).results.size(), 1u);
    in.min_score = *out.results[0].score + 1;
    EXPECT_TRUE(search(context, in).results.empty());
}

}  // namespace
}  // namespace stele::memory
