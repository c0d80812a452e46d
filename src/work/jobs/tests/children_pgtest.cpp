// Children: counted with their parent, who is woken by the last of them.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Children, TheLastOneWakesTheParent) {
    World world;
    runtime::Context context = world.context();
    const Leased parent = submit_and_take(context, job("parent"));
    SubmitInput child = job("child");
    child.parent_id = parent.id;
    child.max_attempts = 1;
    submit_batch(context, {{child, child, child, child}});
    Wait wait = waiting(parent);
    wait.children = true;
    EXPECT_EQ(suspend(context, {{wait}}).suspended, 1);
    const auto jobs = take(context, 10);
    ASSERT_THAT(jobs, SizeIs(4));
    CompleteInput first = done({jobs[0]}, 1);
    first.jobs[0].usage = json::object{{"tokens", 100}, {"cost", 0.5}};
    complete(context, first);
    fail(context, failed(jobs[1]));
    cancel(context, {jobs[2].id, ""});
    EXPECT_THAT(take(context), IsEmpty());
    CompleteInput last = done({jobs[3]}, 1);
    last.jobs[0].usage = json::object{{"tokens", 20}};
    complete(context, last);
    const Leased again = take(context).at(0);
    EXPECT_EQ(again.id, parent.id);
    EXPECT_EQ(again.woken_by, "children");
    const ChildrenOutput all = children(context, {parent.id});
    EXPECT_THAT(all.children, SizeIs(4));
    EXPECT_EQ(all.descendants, 4);
    EXPECT_EQ(all.statuses.at("complete"), json::value(2));
    EXPECT_EQ(all.statuses.at("failed"), json::value(1));
    EXPECT_EQ(all.statuses.at("stopped"), json::value(1));
    EXPECT_EQ(all.usage.at("tokens").to_number<double>(), 120);
    // None is left: it need not wait.
    wait.generation = again.generation;
    EXPECT_THAT(suspend(context, {{wait}}).ready, ElementsAre(parent.id));
    EXPECT_THAT(children(context, {jobs[0].id}).children, IsEmpty());
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM graph_edges WHERE type = 'part_of'"), "4");
}

TEST(Children, EndInOneBatchWithTheirParent) {
    World world;
    runtime::Context context = world.context();
    const Leased parent = submit_and_take(context);
    SubmitInput child = job();
    child.parent_id = parent.id;
    submit_batch(context, {{child, child}});
    auto jobs = take(context, 2);
    // The parent's own item is stale, so it lives on and must know that its child has ended.
    CompleteInput both = done({jobs[0], parent});
    both.jobs[1].generation = 7;
    EXPECT_EQ(complete(context, both).completed, 1);
    EXPECT_EQ(get(context, {parent.id}).open_children, 1);
    FailInput failing;
    failing.jobs = {failed(jobs[1]).jobs[0], failed(parent).jobs[0]};
    failing.jobs[0].retry = false;
    failing.jobs[1].delay_seconds = 0;
    EXPECT_THAT(fail(context, failing).jobs, SizeIs(2));
    EXPECT_EQ(get(context, {parent.id}).open_children, 0);
    const auto again = take(context, 5);
    EXPECT_THAT(ids_of(again), ElementsAre(parent.id));
}

TEST(Children, RacingEndsWakeTheParentOnce) {
    World world;
    runtime::Context context = world.context();
    for (int round = 0; round < 15; ++round) {
        const Leased parent = submit_and_take(context);
        SubmitInput child = job();
        child.parent_id = parent.id;
        submit_batch(context, many(4, child));
        const auto jobs = take(context, 4);
        Wait wait = waiting(parent);
        wait.children = true;
        std::vector<std::jthread> threads;
        for (const Leased& one : jobs)
            threads.emplace_back([&world, one] {
                runtime::Context mine = world.context();
                complete(mine, done({one}));
            });
        suspend(context, {{wait}});
        threads.clear();
        const auto again = take(context, 5);
        ASSERT_THAT(ids_of(again), ElementsAre(parent.id));
        complete(context, done(again));
    }
}

}  // namespace
}  // namespace stele::jobs
