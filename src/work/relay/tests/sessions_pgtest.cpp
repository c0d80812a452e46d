// A relay's conversation: created once, said once, steered, stopped, followed.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/store.hpp"
#include "work/jobs/tests/fixture.hpp"
#include "work/relay/store.hpp"

namespace stele::relay {
namespace {

using jobs::World;
using memory::code_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CreateInput named(std::string id) {
    CreateInput out;
    out.id = std::move(id);
    out.agent = "opencode";
    return out;
}

std::vector<std::string> types_of(const events::ListOutput& list) {
    std::vector<std::string> out;
    for (const events::Event& event : list.events) out.push_back(event.type);
    return out;
}

TEST(Sessions, TheSameNameIsTheSameSession) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    EXPECT_TRUE(create(context, named("s")).created);
    CreateInput again = named("s");
    again.agent.reset();
    again.model = "big";
    EXPECT_FALSE(create(context, again).created);
    const Session session = get(context, {"s"});
    EXPECT_EQ(session.options.at("agent").as_string(), "opencode");
    EXPECT_EQ(session.options.at("model").as_string(), "big");
    EXPECT_EQ(session.channel, "api");
    EXPECT_TRUE(create(context, {}).created) << "a name is made";
    EXPECT_EQ(code_of([&] { get(stranger, {"s"}); }), Code::not_found);
    EXPECT_TRUE(create(stranger, named("s")).created);
}

TEST(Sessions, AMessageIsSaidOnceAndAnsweredByOneJob) {
    World world;
    runtime::Context context = world.context();
    create(context, named("s"));
    const SayOutput first = say(context, {"s", "why?", "m1"});
    const SayOutput again = say(context, {"s", "why?", "m1"});
    EXPECT_FALSE(first.duplicate);
    EXPECT_TRUE(again.duplicate);
    EXPECT_EQ(first.message_id, again.message_id);
    EXPECT_EQ(first.job_id, again.job_id);
    EXPECT_NE(say(context, {"s", "why?", {}}).job_id, first.job_id) << "no key: said again";
    conversations::ThreadInput thread;
    thread.thread_id = "s";
    EXPECT_THAT(conversations::thread(context, thread).messages, SizeIs(2));
    const auto jobs = jobs::take(context, 5);
    ASSERT_THAT(jobs, SizeIs(2));
    EXPECT_EQ(jobs[0].input.at("prompt").as_string(), "why?");
    EXPECT_EQ(jobs[0].input.at("agent").as_string(), "opencode");
    EXPECT_THAT(get(context, {"s"}).jobs, SizeIs(2));
    EXPECT_EQ(code_of([&] { say(context, {"nobody's", "x", {}}); }), Code::not_found);
}

TEST(Sessions, RemembersItsLastJobs) {
    World world;
    runtime::Context context = world.context();
    create(context, named("s"));
    std::vector<std::string> ids;
    for (int i = 0; i < 35; ++i) ids.push_back(say(context, {"s", "x", {}}).job_id);
    EXPECT_EQ(get(context, {"s"}).jobs.at(0).id, ids.back());
    EXPECT_THAT(stop(context, {"s"}).stopped, SizeIs(32));
    EXPECT_EQ(jobs::status_of(context, ids[2]), jobs::Status::queued);
    EXPECT_EQ(jobs::status_of(context, ids[3]), jobs::Status::stopped);
    EXPECT_THAT(stop(context, {"s"}).stopped, IsEmpty());
}

TEST(Sessions, TheNewestJobThatLivesIsTold) {
    World world;
    runtime::Context context = world.context();
    create(context, named("s"));
    EXPECT_EQ(code_of([&] { add_context(context, {"s", "look"}); }), Code::conflict);
    const std::string first = say(context, {"s", "x", {}}).job_id;
    const std::string second = say(context, {"s", "y", {}}).job_id;
    EXPECT_EQ(add_context(context, {"s", "look"}).job_id, second);
    jobs::cancel(context, {second, "enough"});
    EXPECT_EQ(add_context(context, {"s", "look"}).job_id, first);
}

TEST(Sessions, ItsStreamHasWhatHappensInIt) {
    World world;
    runtime::Context context = world.context();
    create(context, named("s"));
    create(context, named("other"));
    say(context, {"other", "x", {}});
    const std::string id = say(context, {"s", "y", {}}).job_id;
    const auto jobs = jobs::take(context, 5);
    ASSERT_THAT(jobs, SizeIs(2));
    jobs::Report report = jobs::about(jobs[1]);
    report.events.push_back({"iteration.start", {}, json::object{{"iteration", 1}}});
    jobs::report(context, {{report}});
    add_context(context, {"s", "look"});
    jobs::complete(context, jobs::done(jobs, json::object{{"summary", "it is the linker"}}));
    EventsInput in;
    in.id = "s";
    const events::ListOutput list = events_of(context, in);
    EXPECT_THAT(types_of(list), ElementsAre("job.queued", "job.started", "iteration.start",
                                            "job.context_injected", "job.complete"));
    EXPECT_EQ(list.events[2].data.at("iteration").as_int64(), 1);
    EXPECT_EQ(list.events[4].data.at("summary").as_string(), "it is the linker");
    for (const events::Event& event : list.events) EXPECT_EQ(event.job_id, id);
    in.id = "nobody's";
    EXPECT_EQ(code_of([&] { events_of(context, in); }), Code::not_found);
}

}  // namespace
}  // namespace stele::relay
