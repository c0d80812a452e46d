// Cancelling: against completion, and down the tree of children.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Cancel, EndsAJobWhateverItIsDoing) {
    World world;
    runtime::Context context = world.context();
    const std::string waiting = submit(context, job()).id;
    EXPECT_TRUE(cancel(context, {waiting, "enough"}).cancelled);
    EXPECT_THAT(take(context), IsEmpty());
    const Job ended = get(context, {waiting});
    EXPECT_EQ(ended.status, Status::stopped);
    EXPECT_EQ(ended.stop_reason, "enough");
    const std::string running = submit(context, job()).id;
    const auto jobs = take(context);
    EXPECT_TRUE(cancel(context, {running, "enough"}).cancelled);
    EXPECT_EQ(heartbeat(context, {{{running, 1}}, {}}).stale[0].why, "cancelled");
    EXPECT_EQ(complete(context, done(jobs)).stale[0].why, "cancelled");
    EXPECT_EQ(status_of(context, running), Status::stopped);
    const CancelOutput again = cancel(context, {running, "more"});
    EXPECT_FALSE(again.cancelled);
    EXPECT_EQ(again.status, Status::stopped);
    ListInput stopped;
    stopped.status = Status::stopped;
    EXPECT_THAT(list(context, stopped).jobs, SizeIs(2));
    EXPECT_EQ(code_of([&] {
                  cancel(context, {"01890a5d-ac96-774b-bcce-b302099a8057", ""});
              }),
              Code::not_found);
    submit(context, job());
    const auto finished = take(context);
    complete(context, done(finished));
    EXPECT_EQ(heartbeat(context, {{{finished[0].id, 1}}, {}}).stale[0].why, "finished");
    EXPECT_EQ(cancel(context, {finished[0].id, ""}).status, Status::complete);
}

TEST(Cancel, AgainstCompleteExactlyOneWins) {
    World world;
    runtime::Context context = world.context();
    constexpr int kRounds = 40;
    submit_batch(context, many(kRounds));
    const auto jobs = take(context, kRounds);
    int cancelled = 0, completed = 0;
    std::barrier start(2);
    std::thread other([&] {
        runtime::Context mine = world.context();
        for (const Leased& one : jobs) {
            start.arrive_and_wait();
            cancelled += cancel(mine, {one.id, "race"}).cancelled;
        }
    });
    for (const Leased& one : jobs) {
        start.arrive_and_wait();
        completed += complete(context, done({one})).completed;
    }
    other.join();
    EXPECT_EQ(cancelled + completed, kRounds);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM jobs WHERE status = 'stopped'"),
              std::to_string(cancelled));
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM jobs WHERE status = 'complete'"),
              std::to_string(completed));
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_queue"), "0");
}

TEST(Cancel, TakesTheChildrenWithIt) {
    World world;
    runtime::Context context = world.context();
    const std::string root = submit(context, job("root")).id;
    SubmitInput child = job("child");
    child.parent_id = root;
    const SubmitBatchOutput children = submit_batch(context, {{child, child}});
    SubmitInput grandchild = job("grandchild");
    grandchild.parent_id = children.jobs[0].id;
    const std::string leaf = submit(context, grandchild).id;
    EXPECT_EQ(get(context, {leaf}).root_id, root);
    EXPECT_EQ(get(context, {root}).open_children, 2);
    EXPECT_EQ(cancel(context, {root, "enough"}).children, 3);
    EXPECT_EQ(status_of(context, leaf), Status::stopped);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_queue"), "0");
    EXPECT_EQ(code_of([&] { submit(context, child); }), Code::conflict);
    child.parent_id = "01890a5d-ac96-774b-bcce-b302099a8057";
    EXPECT_EQ(code_of([&] { submit(context, child); }), Code::not_found);
}

TEST(List, ByWhatIsAsked) {
    World world;
    runtime::Context context = world.context();
    SubmitInput in = job("a", "q1");
    in.group = "g";
    const std::string root = submit(context, in).id;
    in = job("b", "q2");
    in.parent_id = root;
    submit(context, in);
    submit_batch(context, many(3));
    EXPECT_THAT(list(context, {}).jobs, SizeIs(5));
    ListInput one;
    one.limit = 2;
    std::vector<std::string> seen;
    for (int page = 0; page < 3; ++page) {
        const ListOutput out = list(context, one);
        for (const Job& each : out.jobs) seen.push_back(each.id);
        one.cursor = out.next_cursor;
        EXPECT_EQ(out.next_cursor.has_value(), page < 2);
    }
    EXPECT_THAT(seen, SizeIs(5));
    EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater{}));
    const auto count = [&](auto set) {
        ListInput asked;
        set(asked);
        return list(context, asked).jobs.size();
    };
    EXPECT_EQ(count([](ListInput& i) { i.queue = "q1"; }), 1u);
    EXPECT_EQ(count([](ListInput& i) { i.name = "b"; }), 1u);
    EXPECT_EQ(count([](ListInput& i) { i.group = "g"; }), 1u);
    EXPECT_EQ(count([&](ListInput& i) { i.parent_id = root; }), 1u);
    EXPECT_EQ(count([](ListInput& i) { i.since = Timestamp{now().micros + 60'000'000}; }), 0u);
    EXPECT_EQ(count([](ListInput& i) { i.since = Timestamp{now().micros - 60'000'000}; }), 5u);
    take(context, 2);
    EXPECT_EQ(count([](ListInput& i) { i.status = Status::running; }), 2u);
    EXPECT_EQ(count([](ListInput& i) { i.status = Status::queued; }), 3u);
    complete(context, done(take(context)));
    EXPECT_EQ(count([](ListInput& i) { i.status = Status::complete; }), 1u);
}

}  // namespace
}  // namespace stele::jobs
