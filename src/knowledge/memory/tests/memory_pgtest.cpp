#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"

namespace stele::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(Store, KeepsEverythingItIsGiven) {
    World world;
    runtime::Context context = world.context();
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
    runtime::Context context = world.context();
    const StoreOutput first = store(context, note("same text"));
    const StoreOutput second = store(context, note("same text"));
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.duplicate, true);
    EXPECT_EQ(second.message, "Memory already exists (deduplicated)");
    runtime::Context elsewhere = world.context("project:/other");
    EXPECT_FALSE(store(elsewhere, note("same text")).duplicate);
    runtime::Context stranger = world.stranger();
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
            runtime::Context context = world.context();
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
    runtime::Context context = world.context();
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
    runtime::Context context = world.context();
    StoreInput in = note("first");
    in.id = Uuid::v7().text();
    store(context, in);
    EXPECT_EQ(store(context, in).duplicate, true);  // the same again
    in.content = "second";
    EXPECT_EQ(code_of([&] { store(context, in); }), Code::conflict);
}

TEST(StoreBatch, AllOrNothingInOrder) {
    World world;
    runtime::Context context = world.context();
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

TEST(Supersede, EndsTheOldAndKeepsItForThePast) {
    World world;
    runtime::Context context = world.context();
    StoreInput first = note("The port is 1111", "fact");
    first.timestamp = parse_timestamp("2024-01-01");
    const std::string old_id = store(context, first).id;
    SupersedeInput next;
    next.supersedes = old_id;
    next.content = "The port is 2222";
    next.category = "fact";
    const StoreOutput fresh = supersede(context, next);
    EXPECT_THAT(contents(search(context, question("port")).results),
                ElementsAre("The port is 2222"));
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
    runtime::Context context = world.context();
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
    runtime::Context context = world.context();
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
    runtime::Context context = world.context(), stranger = world.stranger();
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
    runtime::Context context = world.context();
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
    runtime::Context context = world.context();
    StoreInput in = note("short lived");
    in.expires_at = parse_timestamp("2020-01-01");
    store(context, in);
    EXPECT_TRUE(search(context, question("short")).results.empty());
    EXPECT_TRUE(list(context, {}, 10, {}).results.empty());
    EXPECT_EQ(stats(context).expired, 1);
}

TEST(Tenants, SeeNothingOfEachOther) {
    World world;
    runtime::Context mine = world.context(), theirs = world.stranger();
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
    runtime::Context context = world.context();
    store(context, note("hidden"));
    auto plain = testing::connect(world.database.app_url());
    const Deadline soon = deadline_in(std::chrono::seconds(5));
    for (const char* table :
         {"memories", "memory_vectors", "memory_versions", "memory_receipts", "embedding_queue"})
        EXPECT_EQ(plain->script(fmt::format("SELECT count(*) FROM {}", table), soon)[0].raw(0),
                  "0");
    EXPECT_THROW(plain->script("INSERT INTO memory_receipts VALUES (gen_random_uuid(), "
                               "gen_random_uuid(), gen_random_uuid(), now(), 'x', '', '{}', '{}')",
                               soon),
                 Error);
    EXPECT_THROW(plain->script("CREATE TABLE mine (x int)", soon), Error);
    EXPECT_THROW(plain->script("SET ROLE stele_owner", soon), Error);
}

}  // namespace
}  // namespace stele::memory
