// One list of everything that happened to a job.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/history/timeline.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Timelines : ::testing::Test {
    World world;
    runtime::Context context = world.context();

    TimelineOutput of(const std::string& id, int limit = 200,
                      std::optional<std::string> cursor = {}) {
        TimelineInput in;
        in.id = id;
        in.limit = limit;
        in.cursor = std::move(cursor);
        return timeline(context, in);
    }
    // A job that failed once, went on, and left a step, a tool call, an event and a checkpoint.
    std::string eventful() {
        SubmitInput in = job();
        in.backoff_seconds = 1;
        const Leased first = submit_and_take(context, in);
        fail(context, failed(first, "no compiler"));
        world.pass(10);
        const Leased again = take(context).at(0);
        save_steps(context, {{finished(again, "compile", 1)}});
        Report said = about(again);
        said.events = {{.type = "output", .payload = "12 of 40"}};
        said.tool_calls = {{.tool = "bash", .duration_ms = 1200}};
        said.checkpoints = {point("compiled", true, 1), point("halfway", false, 2)};
        report(context, {{said}});
        complete(context, done({again}));
        return first.id;
    }
};

TEST_F(Timelines, TellEverythingInTheOrderOfTime) {
    const std::string id = eventful();
    SubmitInput other = job("other");
    submit(context, other);
    const TimelineOutput out = of(id);
    EXPECT_EQ(out.job.status, Status::complete);
    EXPECT_TRUE(out.job.completed_at);
    std::vector<std::string> kinds;
    for (const TimelineEntry& entry : out.entries) kinds.push_back(entry.kind);
    EXPECT_EQ(kinds.front(), "status");
    EXPECT_EQ(*out.entries.front().status, "queued");
    EXPECT_EQ(*out.entries.back().status, "complete");
    std::ranges::sort(kinds);
    EXPECT_THAT(kinds, ElementsAre("attempt", "attempt", "checkpoint", "checkpoint", "event",
                                   "status", "status", "step", "tool"));
    EXPECT_TRUE(std::ranges::is_sorted(out.entries, {}, &TimelineEntry::at));
    const auto attempt = std::ranges::find(out.entries, "attempt", &TimelineEntry::kind);
    EXPECT_EQ(*attempt->status, "retried");
    EXPECT_EQ(*attempt->detail, "no compiler");
    const auto last = std::ranges::find_if(out.entries, [](const TimelineEntry& e) {
        return e.kind == "attempt" && e.status == "complete";
    });
    ASSERT_NE(last, out.entries.end());
    EXPECT_GT(last->at, attempt->at);
    const auto tool = std::ranges::find(out.entries, "tool", &TimelineEntry::kind);
    EXPECT_EQ(*tool->duration_ms, 1200);
    ASSERT_TRUE(out.resumable_from);
    const auto point = std::ranges::find_if(
        out.entries, [](const TimelineEntry& e) { return e.title == "compiled"; });
    EXPECT_EQ(*out.resumable_from, point->seq);
    EXPECT_FALSE(out.truncated);
}

TEST_F(Timelines, PagesAreTheWhole) {
    const std::string id = eventful();
    const TimelineOutput whole = of(id);
    std::vector<std::string> titles;
    std::optional<std::string> cursor;
    do {
        const TimelineOutput page = of(id, 3, cursor);
        for (const TimelineEntry& entry : page.entries) titles.push_back(entry.kind + *entry.title);
        EXPECT_EQ(page.truncated, page.cursor.has_value());
        cursor = page.cursor;
    } while (cursor);
    std::vector<std::string> expected;
    for (const TimelineEntry& entry : whole.entries) expected.push_back(entry.kind + *entry.title);
    EXPECT_EQ(titles, expected);
}

TEST_F(Timelines, OfWhatRunsNowAndItsChildren) {
    const Leased running = submit_and_take(context);
    SubmitInput part = job("part");
    part.parent_id = running.id;
    const std::string child = submit(context, part).id;
    const TimelineOutput out = of(running.id);
    ASSERT_EQ(out.entries.size(), 3u);
    EXPECT_EQ(*out.entries[1].status, "running");
    EXPECT_EQ(out.entries[2].kind, "delegation");
    EXPECT_EQ(*out.entries[2].ref_id, child);
}

TEST_F(Timelines, AreDrawn) {
    const json::value output = reflect::write(of(eventful()));
    const std::string drawn = render_timeline(output);
    EXPECT_THAT(drawn, HasSubstr("attempt"));
    EXPECT_THAT(drawn, HasSubstr("no compiler"));
    EXPECT_THAT(drawn, HasSubstr("█"));
    EXPECT_THAT(drawn, HasSubstr("resumable from checkpoint"));
}

TEST_F(Timelines, OfNoJobOrAnothersIsAnError) {
    const std::string id = eventful();
    EXPECT_EQ(code_of([&] { of("01890a5d-ac96-774b-bcce-b302099a8050"); }), Code::not_found);
    runtime::Context stranger = world.stranger();
    TimelineInput in;
    in.id = id;
    EXPECT_EQ(code_of([&] { timeline(stranger, in); }), Code::not_found);
}

// Retention takes the job; its events are in partitions that are only appended to.
TEST(Timeline, EventsOfAJobThatIsGoneAreNotShown) {
    World world;
    runtime::Context context = world.context();
    const Leased one = submit_and_take(context);
    add_context(context, {one.id, "a word"});
    complete(context, done({one}));
    world.tell("DELETE FROM jobs");
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM job_events"), "1");
    EventsInput look;
    look.id = one.id;
    EXPECT_EQ(code_of([&] { events(context, look); }), Code::not_found);
    TimelineInput all;
    all.id = one.id;
    EXPECT_EQ(code_of([&] { timeline(context, all); }), Code::not_found);
}

}  // namespace
}  // namespace stele::jobs
