// Vectors of messages and summaries: made behind the writers' backs, whatever an endpoint refuses.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/search.hpp"
#include "knowledge/conversations/tests/work_fixture.hpp"
#include "knowledge/memory/tests/refusing_endpoint.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The length of the text that a vector was made of.
std::string vectors(World& world, const std::string& content) {
    return world.ask(fmt::format(
        "SELECT string_agg(part || ':' || (embedding::vector::real[])[2]::int, ' ' ORDER BY part) "
        "FROM chat_vectors v JOIN chat_messages m ON m.id = v.message_id WHERE content = '{}'",
        content));
}

TEST(Vectors, FollowTheConversation) {
    World world;
    LengthModel model;
    world.embedder = &model;
    runtime::Context context = world.context();
    log(context, said("1", "t", "Ann"));
    EXPECT_EQ(work(world), 1);
    EXPECT_EQ(vectors(world, "1"), "0:1 1:1 2:1");
    log(context, said("22", "t", "Bob"));
    const std::string third = log(context, said("333", "t", "Ann")).id;
    work(world);
    EXPECT_EQ(vectors(world, "1"), "0:1 1:4 2:8");
    EXPECT_EQ(vectors(world, "22"), "0:2 1:8");
    EXPECT_EQ(vectors(world, "333"), "0:3 1:6");
    // A vector that has a forgotten text in it goes with it.
    ForgetInput in;
    in.message_ids = {third};
    forget(context, in);
    EXPECT_EQ(vectors(world, "1"), "0:1");
    EXPECT_EQ(vectors(world, "22"), "0:2");
    work(world);
    EXPECT_EQ(vectors(world, "1"), "0:1 1:4 2:4");
    EXPECT_EQ(vectors(world, "22"), "0:2 1:4");
}

TEST(Vectors, AFailingEmbedderCostsNoMessage) {
    World world;
    LengthModel model;
    world.embedder = &model;
    model.fail = true;
    runtime::Context context = world.context();
    talk(context, 20);
    EXPECT_THROW(work(world), background::Pause);
    EXPECT_THAT(read(context, "t").messages, SizeIs(20));
    EXPECT_THAT(ranges(context), ElementsAre("1-20"));
    model.fail = false;
    EXPECT_EQ(work(world), 20);
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 0"), "20");
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_summaries WHERE embedding IS NOT NULL"), "1");
}

TEST(Vectors, ATextThatIsRefusedStopsNoOther) {
    World world;
    memory::RefusingEndpoint endpoint;
    const auto model = endpoint.model();
    world.embedder = model.get();
    runtime::Context context = world.context();
    for (int i = 0; i < 10; ++i)
        log(context, said(i == 4 ? "a forbidden word" : "message " + std::to_string(i), "t"));
    talk(context, 3, "another thread");
    const std::string refused = read(context, "t").messages[4].id;
    EXPECT_EQ(work(world), 13);
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 0"), "12");
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_work"), "0");
    EXPECT_EQ(world.ask("SELECT task || ' ' || kind || ' ' || item FROM dead_letters"),
              "conversations message " + refused);
    EXPECT_EQ(stats(context, {}).dead_letters, 1);
    SearchInput question;
    question.query = "message";
    EXPECT_THAT(search(context, question).degraded, ElementsAre("vector"));

    endpoint.status = 200;  // the reason is gone: somebody asks
    conversations_task({}).retry(context, "message", {*Uuid::parse(refused)});
    EXPECT_EQ(work(world), 1);
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 0"), "13");
    EXPECT_EQ(stats(context, {}).dead_letters, 0);
    EXPECT_THAT(search(context, question).degraded, IsEmpty());
}

TEST(Vectors, OfASummaryThatWasRefusedAreMadeWhenSomebodyAsks) {
    World world;
    memory::RefusingEndpoint endpoint;
    const auto model = endpoint.model();
    world.embedder = model.get();
    runtime::Context context = world.context();
    for (int i = 0; i < 20; ++i)
        log(context, said("The forbidden word number " + std::to_string(i) + " is in the plan."));
    work(world);
    const std::string summary = world.ask("SELECT item FROM dead_letters WHERE kind = 'summary'");
    EXPECT_EQ(summary, world.ask("SELECT id FROM chat_summaries"));

    endpoint.status = 200;
    conversations_task({}).retry(context, "summary", {*Uuid::parse(summary)});
    EXPECT_EQ(work(world), 1);
    EXPECT_EQ(world.ask("SELECT count(*) FROM dead_letters WHERE kind = 'summary'"), "0");
}

TEST(Vectors, WhatIsForgottenIsNoDeadLetter) {
    World world;
    memory::RefusingEndpoint endpoint;
    const auto model = endpoint.model();
    world.embedder = model.get();
    runtime::Context context = world.context();
    log(context, said("a forbidden word"));
    work(world);
    EXPECT_EQ(stats(context, {}).dead_letters, 1);
    ForgetInput gone;
    gone.message_ids = {read(context, "t").messages[0].id};
    forget(context, gone);
    EXPECT_EQ(stats(context, {}).dead_letters, 0);
}

TEST(Vectors, AreMadeAnewForAnotherModel) {
    World world;
    LengthModel first, second("second");
    world.embedder = &first;
    runtime::Context context = world.context();
    talk(context, 21);
    work(world);
    world.embedder = &second;
    world.restart();
    runtime::Context other = world.context();
    log(other, said("no vector of this one yet"));
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_work"), "0");
    const memory::ReembedOutput made =
        memory::reembed(other, {memory::refill(), refill()}, world.tenants());
    EXPECT_TRUE(made.active);
    EXPECT_EQ(made.queued, 23);  // and a summary
    EXPECT_EQ(world.ask("SELECT count(DISTINCT model) || ' ' || count(*) FROM chat_vectors WHERE "
                        "part = 0"),
              "1 22");
    EXPECT_EQ(world.ask("SELECT count(DISTINCT s.model) FROM chat_summaries s JOIN chat_vectors v "
                        "ON v.model = s.model"),
              "1");
}

}  // namespace
}  // namespace stele::conversations
