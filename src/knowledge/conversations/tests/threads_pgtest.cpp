// Forks, pending actions, forgetting.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/conversations/tests/fixture.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ForkInput fork_of(const std::string& thread, std::optional<int> at, const std::string& name) {
    ForkInput in;
    in.thread_id = thread;
    in.at_seq = at;
    in.new_thread_id = name;
    return in;
}

TEST(Fork, ShowsWhatItSharesAndGoesItsOwnWay) {
    World world;
    runtime::Context context = world.context();
    for (const char* text : {"a1", "a2", "a3"}) log(context, said(text, "a"));
    const Thread b = fork(context, fork_of("a", 2, "b"));
    EXPECT_EQ(b.forked_from, "a");
    EXPECT_EQ(b.forked_at, 2);
    EXPECT_EQ(log(context, said("b3", "b")).seq, 3);
    log(context, said("b4", "b"));
    log(context, said("a4", "a"));
    EXPECT_THAT(contents(read(context, "a").messages), ElementsAre("a1", "a2", "a3", "a4"));
    EXPECT_THAT(contents(read(context, "b").messages), ElementsAre("a1", "a2", "b3", "b4"));
    // A fork of a fork, before and after the place where that one branched off.
    fork(context, fork_of("b", 3, "c"));
    fork(context, fork_of("b", 1, "d"));
    fork(context, fork_of("c", {}, "e"));
    log(context, said("c4", "c"));
    log(context, said("e4", "e"));
    EXPECT_THAT(contents(read(context, "c").messages), ElementsAre("a1", "a2", "b3", "c4"));
    EXPECT_THAT(contents(read(context, "d").messages), ElementsAre("a1"));
    EXPECT_THAT(contents(read(context, "e").messages), ElementsAre("a1", "a2", "b3", "e4"));
    EXPECT_THAT(places(read(context, "e").messages), ElementsAre(1, 2, 3, 4));
    ThreadInput in;
    in.thread_id = "e";
    in.limit = 2;
    in.newest = true;
    EXPECT_THAT(contents(thread(context, in).messages), ElementsAre("b3", "e4"));
    in.newest = false;
    in.after = 1;
    EXPECT_THAT(contents(thread(context, in).messages), ElementsAre("a2", "b3"));
    // One in which nothing was said yet shows the place it branched off at.
    RecentInput all;
    all.limit = 100;
    for (const ThreadRow& row : recent(context, all).results) {
        if (row.thread_id != "d") continue;
        EXPECT_EQ(row.content, "a1");
    }
    EXPECT_THAT(recent(context, all).results, SizeIs(5));
}

TEST(Fork, RefusesWhatMakesNoSense) {
    World world;
    runtime::Context context = world.context();
    log(context, said("a1", "a"));
    log(context, said("x1", "x"));
    EXPECT_EQ(code_of([&] { fork(context, fork_of("none", 1, "b")); }), Code::not_found);
    EXPECT_EQ(code_of([&] { fork(context, fork_of("a", 2, "b")); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { fork(context, fork_of("a", 1, "x")); }), Code::conflict);
    fork(context, fork_of("a", 1, "b"));
    fork(context, fork_of("a", 1, "b"));  // the same again
    std::string last = "a";
    for (std::size_t depth = 0; depth < limits::kForkDepth; ++depth) {
        const std::string next = fmt::format("deep {}", depth);
        fork(context, fork_of(last, {}, next));
        log(context, said("own", next));
        last = next;
    }
    EXPECT_EQ(code_of([&] { fork(context, fork_of(last, {}, "too deep")); }), Code::conflict);
    EXPECT_THAT(read(context, last).messages, SizeIs(limits::kForkDepth + 1));
}

TEST(Pending, StaysOpenUntilResolved) {
    World world;
    runtime::Context context = world.context(), other = world.context("project:/other");
    LogInput ask = said("Tonight?", "a");
    ask.pending_action = "decide when";
    const std::string first = log(context, ask).id;
    ask.content = "And tomorrow?";
    ask.thread_id = "b";
    const std::string second = log(context, ask).id;
    const auto open = [&](runtime::Context& who, const PendingInput& in) {
        std::vector<std::string> out;
        for (const PendingAction& a : pending(who, in).results) out.push_back(a.message_id);
        return out;
    };
    EXPECT_THAT(open(context, {}), ElementsAre(first, second));
    EXPECT_THAT(open(other, {}), IsEmpty());
    PendingInput in;
    in.thread_id = "b";
    EXPECT_THAT(open(other, in), ElementsAre(second));
    in.thread_id.reset();
    in.limit = 1;
    const PendingOutput page = pending(context, in);
    EXPECT_EQ(page.results[0].action, "decide when");
    EXPECT_EQ(page.results[0].content, "Tonight?");
    in.cursor = page.next_cursor;
    EXPECT_THAT(open(context, in), ElementsAre(second));

    ResolveInput done{first, "at two", false};
    EXPECT_TRUE(resolve(context, done).ok);
    EXPECT_EQ(resolve(context, done).action.resolution, "at two");
    done.resolution = "at three";
    EXPECT_EQ(code_of([&] { resolve(context, done); }), Code::conflict);
    done = {second, "not needed", true};
    EXPECT_EQ(resolve(context, done).action.status, ActionStatus::cancelled);
    done.cancel = false;
    EXPECT_EQ(code_of([&] { resolve(context, done); }), Code::conflict);
    EXPECT_THAT(open(context, {}), IsEmpty());
    done.message_id = log(context, said("nothing asked")).id;
    EXPECT_EQ(code_of([&] { resolve(context, done); }), Code::not_found);
    runtime::Context stranger = world.stranger();
    done.message_id = second;
    EXPECT_EQ(code_of([&] { resolve(stranger, done); }), Code::not_found);
}

TEST(Pending, OfTwoResolutionsAtOnceOneWins) {
    World world;
    runtime::Context context = world.context();
    LogInput ask = said("Who?");
    ask.pending_action = "choose";
    const std::string id = log(context, ask).id;
    constexpr int kThreads = 8;
    std::latch start(kThreads);
    std::vector<std::thread> threads;
    std::atomic<int> won = 0;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&, i] {
            runtime::Context own = world.context();
            start.arrive_and_wait();
            try {
                won += resolve(own, {id, fmt::format("answer {}", i), false}).ok ? 1 : 0;
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), Code::conflict);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
}

TEST(Forget, TakesAMessageOutOfEverything) {
    World world;
    runtime::Context context = world.context();
    LogInput secret = said("the secret plan");
    secret.pending_action = "keep it";
    log(context, said("before"));
    const std::string id = log(context, secret).id;
    log(context, said("after"));
    ForgetInput in;
    in.message_ids = {id, Uuid::v7().text()};
    in.dry_run = true;
    EXPECT_EQ(forget(context, in).forgotten, 1);
    EXPECT_THAT(read(context, "t").messages, SizeIs(3));
    runtime::Context stranger = world.stranger();
    in.dry_run = false;
    EXPECT_EQ(forget(stranger, in).forgotten, 0);
    in.reason = "asked to";
    const ForgetOutput out = forget(context, in);
    EXPECT_THAT(out.ids, ElementsAre(id));
    EXPECT_THAT(out.missing, SizeIs(1));
    ASSERT_THAT(out.receipts, SizeIs(1));
    EXPECT_EQ(world.ask("SELECT reason || ' ' || encode(content_hashes[1], 'hex') FROM "
                        "chat_receipts"),
              "asked to " + sha256_hex("the secret plan"));
    EXPECT_EQ(world.ask("SELECT count(*) FROM pending_actions"), "0");
    // Its place stays empty: places are never given twice.
    EXPECT_THAT(places(read(context, "t").messages), ElementsAre(1, 3));
    EXPECT_EQ(log(context, said("next")).seq, 4);
    EXPECT_THAT(forget(context, in).receipts, IsEmpty());
}

TEST(Forget, TakesAWholeThread) {
    World world;
    runtime::Context context = world.context();
    for (int i = 0; i < 5; ++i) log(context, said("x", "gone"));
    log(context, said("y", "kept"));
    ForgetInput in;
    EXPECT_EQ(code_of([&] { forget(context, in); }), Code::invalid_argument);
    in.thread_id = "gone";
    EXPECT_EQ(forget(context, in).forgotten, 5);
    EXPECT_EQ(code_of([&] { forget(context, in); }), Code::not_found);
    EXPECT_EQ(world.ask("SELECT string_agg(key, ' ') FROM chat_threads"), "kept");
    EXPECT_EQ(world.ask("SELECT cardinality(message_ids) FROM chat_receipts"), "5");
}

TEST(Forget, RefusesWhatIsUnderLegalHold) {
    World world;
    runtime::Context context = world.context();
    LogInput held = said("evidence");
    held.retention = Retention::legal_hold;
    const std::string id = log(context, held).id;
    const std::string other = log(context, said("free")).id;
    ForgetInput in;
    in.message_ids = {id, other};
    EXPECT_EQ(code_of([&] { forget(context, in); }), Code::refused);
    in.message_ids.clear();
    in.thread_id = "t";
    EXPECT_EQ(code_of([&] { forget(context, in); }), Code::refused);
    EXPECT_THAT(read(context, "t").messages, SizeIs(2));
    // The database refuses, too, whoever asks.
    auto owner = world.database.connect();
    EXPECT_THROW(owner->script("DELETE FROM chat_threads", deadline_in(std::chrono::seconds(5))),
                 Error);
}

}  // namespace
}  // namespace stele::conversations
