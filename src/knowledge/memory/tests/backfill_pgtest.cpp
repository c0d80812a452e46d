// What an endpoint refuses is set aside with its reason, and everything else has its vector.
#include "knowledge/memory/backfill.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/memory/reembed.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/memory/tests/refusing_endpoint.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Poisoned : World, RefusingEndpoint {
    std::shared_ptr<embed::Embedder> endpoint = model();

    Poisoned() { embedder = endpoint.get(); }
    std::string ask(const std::string& query) {
        return std::string(
            database.connect()->script(query, deadline_in(std::chrono::seconds(10)))[0].raw(0));
    }
    void tell(const std::string& command) {
        database.connect()->script(command, deadline_in(std::chrono::seconds(10)));
    }
};

std::string store_some(runtime::Context& context) {
    StoreBatchInput batch;
    for (int i = 0; i < 16; ++i) batch.memories.push_back(note("memory " + std::to_string(i)));
    batch.memories.push_back(note("this holds the forbidden phrase"));
    return store_batch(context, batch).ids.back();
}

TEST(Backfill, ARefusedTextStopsNobodyElse) {
    Poisoned world;
    runtime::Context context = world.context(), stranger = world.stranger();
    const std::string id = store_some(context);
    store_some(stranger);
    EXPECT_EQ(fill_all(context), 34);
    for (runtime::Context* tenant : {&context, &stranger}) {
        EXPECT_EQ(stats(*tenant).with_vector, 16);
        EXPECT_EQ(stats(*tenant).waiting_for_vector, 0);
        EXPECT_EQ(stats(*tenant).dead_letters, 1);
    }
    const auto letters = background::dead_letters(context, "embedding", std::nullopt, 10);
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].kind, "memory");
    EXPECT_EQ(letters[0].item.text(), id);
    EXPECT_THAT(letters[0].reason, HasSubstr("content filter"));
    SearchInput ask = question("phrase");
    ask.limit = 20;
    const ResultsOutput found = search(context, ask);
    EXPECT_THAT(found.degraded, ElementsAre("vector"));
    EXPECT_THAT(*found.message, HasSubstr("stele background list"));
    EXPECT_THAT(contents(found.results), Contains("this holds the forbidden phrase"));
}

TEST(Backfill, WhatIsForgottenOrChangedIsNoDeadLetter) {
    Poisoned world;
    runtime::Context context = world.context();
    const std::string id = store(context, note("forbidden one")).id;
    const std::string other = store(context, note("forbidden two")).id;
    fill_all(context);
    EXPECT_EQ(stats(context).dead_letters, 2);
    ForgetInput gone;
    gone.id = id;
    forget(context, gone);
    EXPECT_EQ(stats(context).dead_letters, 1);
    UpdateInput change;
    change.id = other;
    change.content = "a harmless text";
    update(context, change);
    EXPECT_EQ(stats(context).dead_letters, 0);
    EXPECT_EQ(stats(context).with_vector, 1);
    EXPECT_THAT(search(context, question("harmless")).degraded, IsEmpty());
}

TEST(Backfill, WhatIsSetAsideIsTriedAgainWhenAskedFor) {
    Poisoned world;
    runtime::Context context = world.context();
    const Uuid id = *Uuid::parse(store(context, note("forbidden one")).id);
    fill_all(context);
    world.status = 200;
    EXPECT_EQ(fill_all(context), 0);
    embedding_task().retry(context, "memory", {id});
    EXPECT_EQ(fill_all(context), 1);
    EXPECT_EQ(stats(context).dead_letters, 0);
    EXPECT_EQ(stats(context).with_vector, 1);
}

TEST(Backfill, ATextOverWhichTheEndpointFailsIsTriedAFewTimes) {
    Poisoned world;
    world.status = 500;
    runtime::Context context = world.context();
    store_some(context);
    EXPECT_EQ(fill_all(context), 16);
    EXPECT_EQ(stats(context).with_vector, 16);
    EXPECT_EQ(stats(context).waiting_for_vector, 1);
    EXPECT_EQ(stats(context).dead_letters, 0);
    for (int i = 0; i < kTextAttempts; ++i) {
        world.tell(
            "UPDATE embedding_queue SET not_before = now(), queued_at = queued_at - "
            "interval '1 min'; UPDATE due_work SET due_at = now()");
        if (i == 0) {
            const ResultsOutput found = search(context, question("memory"));
            EXPECT_THAT(found.degraded, ElementsAre("vector"));
            EXPECT_THAT(*found.message, HasSubstr("no vector yet"));
        }
        fill_all(context);
    }
    EXPECT_EQ(stats(context).waiting_for_vector, 0);
    EXPECT_EQ(stats(context).dead_letters, 1);
}

TEST(Backfill, AnEndpointThatIsAwayBlamesNoTextAndNoTenant) {
    Poisoned world;
    world.status = 503;
    runtime::Context context = world.context();
    store_some(context);
    for (int i = 0; i < 2 * kTextAttempts; ++i) EXPECT_THROW(fill_all(context), background::Pause);
    EXPECT_EQ(world.ask("SELECT max(attempts) FROM embedding_queue"), "0");
    EXPECT_EQ(world.ask("SELECT max(attempts) FROM due_work"), "0");
    world.status = 200;
    EXPECT_EQ(fill_all(context), 17);
    EXPECT_EQ(stats(context).dead_letters, 0);
}

TEST(Backfill, ATextThatIsChangedMeanwhileIsAskedForAnew) {
    Poisoned world;
    runtime::Context context = world.context();
    StoreBatchInput batch;
    batch.memories = {note("before")};
    const std::string id = store_batch(context, batch).ids[0];
    // As a worker has it in hand.
    world.tell("UPDATE embedding_queue SET not_before = now() + interval '1 min', attempts = 1");
    world.status = 503;
    UpdateInput change;
    change.id = id;
    change.content = "after, with the forbidden word";
    update(context, change);
    EXPECT_EQ(world.ask("SELECT attempts || ' ' || (not_before <= now()) FROM embedding_queue"),
              "0 true");
}

TEST(Reembed, SwitchesWhenNoTenantLacksAVector) {
    Poisoned world;
    world.status = 200;
    runtime::Context context = world.context(), stranger = world.stranger();
    store_some(context);
    store_some(stranger);
    fill_all(context);

    const auto another = world.model("another");
    world.embedder = another.get();
    world.restart();
    runtime::Context oper = world.context();
    world.status = 503;
    const ReembedOutput stopped = reembed(oper, {refill()}, world.tenants());
    EXPECT_FALSE(stopped.active);
    EXPECT_EQ(stopped.tenants, 2);
    EXPECT_EQ(stopped.queued, 34);
    EXPECT_EQ(world.ask("SELECT name FROM embedding_models WHERE active"), "fake");
    EXPECT_EQ(world.ask("SELECT count(*) FROM memory_vectors"), "34");
    world.status = 200;
    const ReembedOutput made = reembed(oper, {refill()}, world.tenants());
    EXPECT_TRUE(made.active);
    EXPECT_EQ(made.done, 34);
    EXPECT_EQ(made.dropped, 34);
    EXPECT_EQ(world.ask("SELECT string_agg(DISTINCT m.name, ' ') || count(*) FROM memory_vectors v "
                        "JOIN embedding_models m ON m.id = v.model"),
              "another34");
    runtime::Context other = world.stranger();
    EXPECT_EQ(stats(other).with_vector, 17);
    EXPECT_THAT(search(other, question("memory")).degraded, IsEmpty());
}

}  // namespace
}  // namespace stele::memory
