// Summaries, and the worker that makes them: made once, behind the writers' backs, whoever dies on
// the way.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "foundation/base/log.hpp"
#include "foundation/embed/tests/stub_server.hpp"
#include "knowledge/conversations/search.hpp"
#include "knowledge/conversations/tests/work_fixture.hpp"
#include "knowledge/conversations/windows.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Summaries, OneEveryTwentyMessages) {
    World world;
    runtime::Context context = world.context();
    talk(context, 19);
    EXPECT_EQ(work(world), 0);
    log(context, said("We decided to ship the plan on Friday, because the tests are green."));
    EXPECT_EQ(summaries(context, {"t"}).waiting, 1);
    EXPECT_EQ(work(world), 1);
    talk(context, 45, "t", 21);
    EXPECT_EQ(work(world), 2);
    EXPECT_THAT(ranges(context), ElementsAre("1-20", "21-40", "41-60"));
    const Summary s = summaries(context, {"t"}).summaries[0];
    EXPECT_THAT(s.summary, HasSubstr("ship the plan on Friday"));
    EXPECT_EQ(s.message_count, 20);
    EXPECT_EQ(s.method, "extractive");
    EXPECT_GE(s.keywords.size(), 3u);
    EXPECT_EQ(work(world), 0);
}

TEST(Summaries, OneOfTheLastFortyAtTheEnd) {
    World world;
    runtime::Context context = world.context();
    talk(context, 45);
    EXPECT_EQ(end_thread(context, {"t"}).from_seq, 6);
    work(world);
    EXPECT_THAT(ranges(context), ElementsAre("1-20", "21-40", "6-45"));
    // Ending again asks for nothing; a new message opens the thread again.
    EXPECT_FALSE(end_thread(context, {"t"}).from_seq);
    EXPECT_TRUE(read(context, "t").thread.ended_at);
    log(context, said("one more"));
    EXPECT_FALSE(read(context, "t").thread.ended_at);
    EXPECT_EQ(end_thread(context, {"t"}).to_seq, 46);
    EXPECT_EQ(code_of([&] { end_thread(context, {"none"}); }), Code::not_found);
    talk(context, 20, "exact");
    end_thread(context, {"exact"});
    work(world);
    EXPECT_THAT(ranges(context, "exact"), ElementsAre("1-20"));
}

TEST(Summaries, AForkIsSummarizedFromWhereItBegan) {
    World world;
    runtime::Context context = world.context();
    talk(context, 10);
    ForkInput in;
    in.thread_id = "t";
    in.new_thread_id = "f";
    fork(context, in);
    EXPECT_FALSE(end_thread(context, {"f"}).from_seq);
    talk(context, 20, "f", 11);
    work(world);
    EXPECT_THAT(ranges(context, "f"), ElementsAre("11-30"));
    EXPECT_THAT(ranges(context, "t"), IsEmpty());
}

TEST(Summaries, OfWhatIsForgottenAreMadeAnew) {
    World world;
    runtime::Context context = world.context();
    talk(context, 10);
    const std::string id =
        log(context, said("We decided that the launch code is swordfish, must not leak.")).id;
    talk(context, 9, "t", 12);
    work(world);
    EXPECT_THAT(summaries(context, {"t"}).summaries[0].summary, HasSubstr("swordfish"));
    ForgetInput in;
    in.message_ids = {id};
    forget(context, in);
    EXPECT_THAT(ranges(context), IsEmpty());
    EXPECT_EQ(work(world), 1);
    const Summary s = summaries(context, {"t"}).summaries.at(0);
    EXPECT_THAT(s.summary, Not(HasSubstr("swordfish")));
    EXPECT_EQ(s.message_count, 19);
    // All of a range: nothing is left to say.
    in.message_ids.clear();
    for (const Message& m : read(context, "t").messages) in.message_ids.push_back(m.id);
    forget(context, in);
    work(world);
    EXPECT_THAT(ranges(context), IsEmpty());
    EXPECT_EQ(summaries(context, {"t"}).waiting, 0);
}

TEST(Summaries, AreWrittenByAModelThatIsConfigured) {
    World world;
    runtime::Context context = world.context();
    talk(context, 20);
    embed::StubServer server([](const embed::StubRequest&, int) {
        const std::string content = R"(```json\n{\"summary\": \"They planned twenty topics.\", )"
                                    R"(\"keywords\": [\"plan\"]}\n```)";
        return embed::StubReply{.body = R"({"choices":[{"message":{"content":")" + content +
                                        R"("}}]})"};
    });
    world.settings.summary.url = server.url();
    world.settings.summary.model = "tiny";
    EXPECT_EQ(work(world), 1);
    const Summary s = summaries(context, {"t"}).summaries.at(0);
    EXPECT_EQ(s.summary, "They planned twenty topics.");
    EXPECT_EQ(s.method, "tiny");
    EXPECT_THAT(s.keywords, ElementsAre("plan"));

    world.settings.summary.url = "http://127.0.0.1:1/v1";
    talk(context, 20, "u");
    EXPECT_EQ(work(world), 1);
    EXPECT_THAT(summaries(context, {"u"}).summaries.at(0).method,
                HasSubstr("extractive, for tiny did not answer"));
}

void tell(World& world, const std::string& command) {
    world.database.connect()->script(command, deadline_in(std::chrono::seconds(5)));
}

// What a dead worker took comes back after a while; the test lets that while pass at once.
void let_time_pass(World& world) {
    world.database.connect()->script(
        "UPDATE chat_work SET not_before = now() - interval '1 s'; "
        "UPDATE due_work SET due_at = now() - interval '1 s'",
        deadline_in(std::chrono::seconds(5)));
}

TEST(Summaries, OneThatCannotBeKeptIsSetAsideUntilSomebodyAsks) {
    World world;
    runtime::Context context = world.context();
    talk(context, 20);
    talk(context, 20, "another thread");
    const std::string thread = world.ask("SELECT id FROM chat_threads WHERE key = 't'");
    tell(world,
         "ALTER TABLE chat_summaries ADD CONSTRAINT broken CHECK (thread_id <> '" + thread + "')");
    EXPECT_EQ(work(world), 1);
    for (int i = 1; i < memory::kTextAttempts; ++i) {
        EXPECT_EQ(world.ask("SELECT count(*) FROM dead_letters"), "0");
        let_time_pass(world);
        EXPECT_EQ(work(world), 0);
    }
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_work"), "0");
    EXPECT_EQ(world.ask("SELECT task || ' ' || kind || ' ' || item FROM dead_letters"),
              "conversations thread " + thread);
    EXPECT_THAT(ranges(context, "another thread"), ElementsAre("1-20"));

    tell(world, "ALTER TABLE chat_summaries DROP CONSTRAINT broken");
    conversations_task({}).retry(context, "thread", {*Uuid::parse(thread)});
    EXPECT_EQ(work(world), 1);
    EXPECT_THAT(ranges(context), ElementsAre("1-20"));
}

pid_t start_worker(const std::string& url) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    log::set_level(log::Level::off);
    pg::Database db(pg::ConnInfo::parse(url), {.size = 2});
    const runtime::Settings settings;
    LengthModel model;
    const background::Task task = conversations_task(settings.summary);
    for (;;) {
        runtime::Context context{{}, settings, db,   &model, deadline_in(std::chrono::seconds(20)),
                                 {}, "worker", true, {}};
        try {
            if (!background::run_some(context, task)) ::usleep(5000);
        } catch (const std::exception&) {
            ::usleep(5000);
        }
    }
}

TEST(Worker, KilledAnywhereEverythingIsMadeOnce) {
    World world;
    LengthModel model;
    world.embedder = &model;
    runtime::Context context = world.context();
    constexpr int kThreads = 12, kMessages = 90;
    for (int t = 0; t < kThreads; ++t) {
        talk(context, kMessages, fmt::format("thread {}", t));
        end_thread(context, {fmt::format("thread {}", t)});
    }
    const auto left = [&] { return std::stoi(world.ask("SELECT count(*) FROM chat_work")); };
    const int all = left();
    // Two at a time, one killed after the other, in the middle of whatever it does.
    for (int round = 0; round < 12 && left() > 0; ++round) {
        const pid_t first = start_worker(world.database.app_url());
        const pid_t second = start_worker(world.database.app_url());
        ::usleep(40'000 + 11'000 * useconds_t(round));
        ::kill(first, SIGKILL);
        ::waitpid(first, nullptr, 0);
        ::usleep(20'000);
        ::kill(second, SIGKILL);
        ::waitpid(second, nullptr, 0);
        let_time_pass(world);
    }
    EXPECT_LT(left(), all);  // the dead have done something
    work(world);
    EXPECT_EQ(left(), 0);
    for (int t = 0; t < kThreads; ++t)
        EXPECT_THAT(ranges(context, fmt::format("thread {}", t)),
                    ElementsAre("1-20", "21-40", "41-60", "61-80", "51-90"));
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 0"),
              std::to_string(kThreads * kMessages));
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 1"),
              std::to_string(kThreads * kMessages));
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_vectors WHERE part = 2"),
              std::to_string(kThreads * kMessages / kGroup));
    EXPECT_EQ(world.ask("SELECT count(*) FROM chat_summaries WHERE model IS NULL"), "0");
}

TEST(Worker, WorksInTheBackground) {
    World world;
    runtime::Context context = world.context();
    talk(context, 20);
    const background::Worker worker(conversations_task(world.settings.summary),
                                    [&] { return world.context(); });
    const Deadline patience = deadline_in(std::chrono::seconds(20));
    while (ranges(context).empty() && time_left(patience).count() > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_THAT(ranges(context), ElementsAre("1-20"));
}

}  // namespace
}  // namespace stele::conversations
