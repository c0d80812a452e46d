#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "memory/search.hpp"
#include "memory/store.hpp"
#include "memory/tests/fixture.hpp"

namespace stele::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Code code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
}

std::vector<std::string> contents(const std::vector<Memory>& memories) {
    std::vector<std::string> out;
    for (const Memory& m : memories) out.push_back(m.content);
    return out;
}

TEST(Store, KeepsEverythingItIsGiven) {
    World world;
    api::Context context = world.context();
    StoreInput in = note("The port is 6543", "fact");
    in.tags = {"db", "ports"};
    in.metadata = {{"nested", {{"a", 1}}}};
    in.pinned = true;
    in.trust = Trust::verified;
    in.source = "agent:builder";
    in.source_uri = "https://example.org/x";
    in.commit = "abc123";
    in.file = "README.md";
    in.job_id = "job-1";
    in.message_id = "m-9";
    in.valid_from = parse_timestamp("2020-01-01");
    in.valid_until = parse_timestamp("2099-01-01");
    const StoreOutput stored = store(context, in);
    EXPECT_TRUE(stored.stored);
    EXPECT_FALSE(stored.duplicate);
    EXPECT_EQ(stored.scope, "global");  // facts are global by themselves
    EXPECT_EQ(stored.content_hash, sha256_hex("The port is 6543"));

    const Memory m = find(context, stored.id).value();
    EXPECT_EQ(m.content, in.content);
    EXPECT_EQ(m.tags, in.tags);
    EXPECT_EQ(m.metadata, in.metadata);
    EXPECT_TRUE(m.pinned);
    EXPECT_EQ(m.trust, Trust::verified);
    EXPECT_EQ(m.source, "agent:builder");
    EXPECT_EQ(m.source_uri, in.source_uri);
    EXPECT_EQ(m.commit, in.commit);
    EXPECT_EQ(m.file, in.file);
    EXPECT_EQ(m.job_id, in.job_id);
    EXPECT_EQ(m.message_id, in.message_id);
    EXPECT_EQ(m.valid_from, in.valid_from);
    EXPECT_EQ(m.valid_until, in.valid_until);
    EXPECT_EQ(m.instance, "tester");
    EXPECT_EQ(m.version, 1);
}

TEST(Store, DeduplicatesWithinItsScopeOnly) {
    World world;
    api::Context context = world.context();
    const StoreOutput first = store(context, note("same text"));
    const StoreOutput second = store(context, note("same text"));
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.duplicate, true);
    EXPECT_EQ(second.message, "Memory already exists (deduplicated)");
    api::Context elsewhere = world.context("project:/other");
    EXPECT_FALSE(store(elsewhere, note("same text")).duplicate);
    api::Context stranger = world.stranger();
    EXPECT_FALSE(store(stranger, note("same text")).duplicate);
}

TEST(Store, ManyWritersOfOneTextMakeOneMemory) {
    World world;
    constexpr int kThreads = 16;
    std::latch start(kThreads);
    std::vector<StoreOutput> outputs(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&, i] {
            api::Context context = world.context();
            start.arrive_and_wait();
            outputs[std::size_t(i)] = store(context, note("raced text"));
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::string> ids;
    int fresh = 0;
    for (const StoreOutput& out : outputs) {
        ids.insert(out.id);
        fresh += out.duplicate ? 0 : 1;
    }
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(fresh, 1);
}

TEST(Store, AnEndedMemoryMakesRoomForTheSameText) {
    World world;
    api::Context context = world.context();
    StoreInput brief = note("build is red");
    brief.valid_until = parse_timestamp("2021-01-01");
    const StoreOutput old = store(context, brief);
    const StoreOutput fresh = store(context, note("build is red"));
    EXPECT_NE(fresh.id, old.id);
    EXPECT_FALSE(fresh.duplicate);
    EXPECT_EQ(find(context, old.id)->superseded_by, fresh.id);
}

TEST(Store, AnIdBelongsToOneMemory) {
    World world;
    api::Context context = world.context();
    StoreInput in = note("first");
    in.id = Uuid::v7().text();
    store(context, in);
    EXPECT_EQ(store(context, in).duplicate, true);  // the same again
    in.content = "second";
    EXPECT_EQ(code_of([&] { store(context, in); }), Code::conflict);
}

TEST(StoreBatch, AllOrNothingInOrder) {
    World world;
    api::Context context = world.context();
    store(context, note("known"));
    StoreBatchInput batch;
    for (const char* text : {"a", "known", "b", "a"}) batch.memories.push_back(note(text));
    batch.memories[0].tags = {"one", "two"};
    batch.memories[2].tags = {};
    const StoreBatchOutput out = store_batch(context, batch);
    EXPECT_EQ(out.stored, 2);
    EXPECT_EQ(out.duplicates, 2);
    ASSERT_EQ(out.ids.size(), 4u);
    EXPECT_EQ(out.ids[0], out.ids[3]);
    EXPECT_THAT(find(context, out.ids[0])->tags, ElementsAre("one", "two"));
    EXPECT_TRUE(find(context, out.ids[2])->tags.empty());

    batch.memories.clear();
    for (int i = 0; i < 10; ++i) batch.memories.push_back(note("fine " + std::to_string(i)));
    batch.memories[7].id = out.ids[0];  // another memory's
    EXPECT_EQ(code_of([&] { store_batch(context, batch); }), Code::conflict);
}

TEST(Search, FindsWordsRanksThemAndFillsUpToTheLimit) {
    World world;
    api::Context context = world.context();
    store(context, note("The staging database listens on port 6543", "fact"));
    store(context, note("Deploys happen on Tuesdays"));
    store(context, note("The office has a coffee machine"));
    for (int i = 0; i < 20; ++i) store(context, note("filler number " + std::to_string(i)));
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
    api::Context context = world.context();
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
    api::Context a = world.context("project:/a"), b = world.context("project:/b");
    const auto put = [](api::Context& context, const char* text, const char* scope) {
        StoreInput in = note(text);
        in.scope = scope;
        store(context, in);
    };
    put(a, "word in global", "global");
    put(a, "word in a", "project");
    put(b, "word in b", "project");
    put(a, "word of instance", "instance");
    put(a, "word of posse", "posse");
    const auto found = [&](api::Context& context, std::optional<std::string> scope) {
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
    api::Context a = world.context("project:/a"), b = world.context("project:/b");
    store(a, note("Prefers tabs over spaces", "preference"));
    store(a, note("This repository uses bazel", "pattern"));
    EXPECT_THAT(contents(search(b, question("tabs or bazel")).results),
                ElementsAre("Prefers tabs over spaces"));
}

TEST(Search, EveryFilterFilters) {
    World world;
    api::Context context = world.context();
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
    EXPECT_THAT(found([](SearchInput& q) { q.metadata = json::object{{"team", "core"}}; }), only_alpha);
    EXPECT_TRUE(found([](SearchInput& q) { q.metadata = json::object{{"team", "x"}}; }).empty());
}

TEST(Search, TheArmsOfALargeScopeFindWhatTheSheetCannotHold) {
    World world;
    api::Context context = world.context();
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

TEST(Supersede, EndsTheOldAndKeepsItForThePast) {
    World world;
    api::Context context = world.context();
    StoreInput first = note("The port is 1111", "fact");
    first.timestamp = parse_timestamp("2024-01-01");
    const std::string old_id = store(context, first).id;
    SupersedeInput next;
    next.supersedes = old_id;
    next.content = "The port is 2222";
    next.category = "fact";
    const StoreOutput fresh = supersede(context, next);
    EXPECT_THAT(contents(search(context, question("port")).results), ElementsAre("The port is 2222"));
    SearchInput past = question("port");
    past.as_of = parse_timestamp("2024-02-01");
    EXPECT_THAT(contents(search(context, past).results), ElementsAre("The port is 1111"));
    EXPECT_EQ(find(context, old_id)->superseded_by, fresh.id);
    EXPECT_EQ(code_of([&] { supersede(context, next); }), Code::conflict);
    next.supersedes = Uuid::v7().text();
    EXPECT_EQ(code_of([&] { supersede(context, next); }), Code::not_found);
}

TEST(Update, KeepsHistoryAndFindsTheNewText) {
    World world;
    api::Context context = world.context();
    const std::string id = store(context, note("teh cat")).id;
    store(context, note("taken"));
    UpdateInput in;
    in.id = id;
    in.content = "the dog";
    in.tags = std::vector<std::string>{"pets"};
    const Memory after = update(context, in);
    EXPECT_EQ(after.version, 2);
    EXPECT_EQ(after.content_hash, sha256_hex("the dog"));
    const auto versions = history(context, id);
    ASSERT_EQ(versions.size(), 1u);
    EXPECT_EQ(versions[0].state.at("content"), "teh cat");
    EXPECT_EQ(search(context, question("dog")).results[0].id, id);

    in.content = "taken";
    EXPECT_EQ(code_of([&] { update(context, in); }), Code::conflict);
    in.content.reset();
    in.if_version = 1;
    EXPECT_EQ(code_of([&] { update(context, in); }), Code::conflict);
    in.id = Uuid::v7().text();
    EXPECT_EQ(code_of([&] { update(context, in); }), Code::not_found);
}

TEST(Forget, LeavesAReceiptAndNothingElse) {
    World world;
    api::Context context = world.context();
    const std::string id = store(context, note("a secret plan")).id;
    UpdateInput change;
    change.id = id;
    change.content = "a secret plan, revised";
    update(context, change);
    ForgetInput in;
    in.id = id;
    in.dry_run = true;
    EXPECT_EQ(forget(context, in).forgotten, 1);
    EXPECT_TRUE(find(context, id));
    in.dry_run = false;
    in.reason = "asked to";
    const ForgetOutput out = forget(context, in);
    EXPECT_EQ(out.forgotten, 1);
    EXPECT_TRUE(out.receipt);
    EXPECT_FALSE(find(context, id));
    EXPECT_TRUE(history(context, id).empty());
    EXPECT_TRUE(search(context, question("secret plan")).results.empty());
    EXPECT_THAT(forget(context, in).missing, ElementsAre(id));
    // Nothing of the text is left anywhere but the receipt's hash.
    auto admin = world.database.connect();
    const pg::Result left = admin->script(
        "SELECT (SELECT count(*) FROM memories) + (SELECT count(*) FROM memory_versions) + "
        "(SELECT count(*) FROM memory_vectors) + (SELECT count(*) FROM embedding_queue)",
        deadline_in(std::chrono::seconds(5)));
    EXPECT_EQ(left[0].raw(0), "0");
}

TEST(Forget, ByFilterWithinTheTenant) {
    World world;
    api::Context context = world.context(), stranger = world.stranger();
    for (int i = 0; i < 1500; ++i) {
        StoreInput in = note("error " + std::to_string(i), "session-error");
        if (i % 500 == 0) store(stranger, in);
        if (i < 20) store(context, in);
    }
    store(context, note("keep me"));
    ForgetInput in;
    in.category = "session-error";
    EXPECT_EQ(forget(context, in).forgotten, 20);
    EXPECT_EQ(stats(context).total, 1);
    EXPECT_EQ(stats(stranger).total, 3);
    EXPECT_EQ(code_of([&] { forget(context, ForgetInput{}); }), Code::invalid_argument);
}

TEST(List, PagesWithoutGapsOrDoubles) {
    World world;
    api::Context context = world.context();
    const auto same_time = parse_timestamp("2024-01-01");
    for (int i = 0; i < 25; ++i) {
        StoreInput in = note("item " + std::to_string(i));
        in.timestamp = same_time;
        store(context, in);
    }
    std::set<std::string> seen;
    std::optional<std::string> cursor;
    int pages = 0;
    do {
        const ListOutput page = list(context, {}, 10, cursor);
        for (const Memory& m : page.results) EXPECT_TRUE(seen.insert(m.id).second);
        cursor = page.next_cursor;
        ++pages;
    } while (cursor);
    EXPECT_EQ(seen.size(), 25u);
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(code_of([&] { list(context, {}, 10, "nonsense"); }), Code::invalid_argument);
}

TEST(Expiry, WhatHasExpiredIsNotFound) {
    World world;
    api::Context context = world.context();
    StoreInput in = note("short lived");
    in.expires_at = parse_timestamp("2020-01-01");
    store(context, in);
    EXPECT_TRUE(search(context, question("short")).results.empty());
    EXPECT_TRUE(list(context, {}, 10, {}).results.empty());
    EXPECT_EQ(stats(context).expired, 1);
}

TEST(Tenants, SeeNothingOfEachOther) {
    World world;
    api::Context mine = world.context(), theirs = world.stranger();
    const std::string id = store(mine, note("mine alone")).id;
    EXPECT_FALSE(find(theirs, id));
    EXPECT_TRUE(search(theirs, question("mine alone")).results.empty());
    ForgetInput in;
    in.id = id;
    EXPECT_EQ(forget(theirs, in).forgotten, 0);
    EXPECT_EQ(code_of([&] { set_pinned(theirs, id, true); }), Code::not_found);
    EXPECT_TRUE(find(mine, id));
}

TEST(Tenants, WithoutASettingNothingIsSeenOrWritten) {
    World world;
    api::Context context = world.context();
    store(context, note("hidden"));
    auto plain = testing::connect(world.database.app_url());
    const Deadline soon = deadline_in(std::chrono::seconds(5));
    for (const char* table : {"memories", "memory_vectors", "memory_versions", "memory_receipts",
                              "embedding_queue"})
        EXPECT_EQ(plain->script(fmt::format("SELECT count(*) FROM {}", table), soon)[0].raw(0), "0");
    EXPECT_THROW(plain->script("INSERT INTO memory_receipts VALUES (gen_random_uuid(), "
                               "gen_random_uuid(), gen_random_uuid(), now(), 'x', '', '{}', '{}')",
                               soon),
                 Error);
    EXPECT_THROW(plain->script("CREATE TABLE mine (x int)", soon), Error);
    EXPECT_THROW(plain->script("SET ROLE stele_owner", soon), Error);
}

}  // namespace
}  // namespace stele::memory
