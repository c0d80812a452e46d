// Summaries and vectors: made once, behind the writers' backs, whoever dies on the way.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "chat/search.hpp"
#include "chat/tests/fixture.hpp"
#include "chat/windows.hpp"
#include "chat/worker.hpp"
#include "embed/tests/stub_server.hpp"
#include "memory/model.hpp"
#include "memory/tests/refusing_endpoint.hpp"

namespace stele::chat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

void talk(api::Context& context, int count, const std::string& thread = "t", int first = 1) {
    LogBatchInput batch;
    for (int i = first; i < first + count; ++i)
        batch.messages.push_back(
            said(fmt::format("Message {} is about the topic number {} of the plan.", i, i), thread,
                 "Ann"));
    log_batch(context, batch);
}

std::int64_t work(World& world) {
    api::Context context = world.context();
    return work_all(context);
}

std::vector<std::string> ranges(api::Context& context, const std::string& thread = "t") {
    std::vector<std::string> out;
    for (const Summary& s : summaries(context, {thread}).summaries)
        out.push_back(fmt::format("{}-{}", s.from_seq, s.to_seq));
    return out;
}

// A model that needs nothing: the vector is the text's length.
class LengthModel : public embed::Embedder {
  public:
    explicit LengthModel(std::string name = "length") : info_{name, 2, "hash of " + name, 16} {}
    const embed::ModelInfo& info() const override { return info_; }
    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose,
                                     Deadline) override {
        if (fail) throw Error(Code::unavailable, "the endpoint is slow", "", {}, true);
        std::vector<embed::Vector> out;
        for (const std::string& text : texts) out.push_back({1, float(text.size())});
        return out;
    }
    bool fail = false;

  private:
    embed::ModelInfo info_;
};

TEST(Summaries, OneEveryTwentyMessages) {
    World world;
    api::Context context = world.context();
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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

// What a dead worker took comes back after a while; the test lets that while pass at once.
void let_time_pass(World& world) {
    world.database.connect()->script(
        "UPDATE chat_work SET not_before = now() - interval '1 s'; "
        "UPDATE due_work SET due_at = now() - interval '1 s'",
        deadline_in(std::chrono::seconds(5)));
}

pid_t start_worker(const std::string& url) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    log::set_level(log::Level::off);
    pg::Database db(pg::ConnInfo::parse(url), {.size = 2});
    const api::Settings settings;
    LengthModel model;
    const background::Task task = conversations_task(settings.summary);
    for (;;) {
        api::Context context{{}, settings, db,   &model, deadline_in(std::chrono::seconds(20)),
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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
    api::Context context = world.context();
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

TEST(Vectors, WhatIsForgottenIsNoDeadLetter) {
    World world;
    memory::RefusingEndpoint endpoint;
    const auto model = endpoint.model();
    world.embedder = model.get();
    api::Context context = world.context();
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
    api::Context context = world.context();
    talk(context, 21);
    work(world);
    world.embedder = &second;
    world.restart();
    api::Context other = world.context();
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

TEST(Worker, WorksInTheBackground) {
    World world;
    api::Context context = world.context();
    talk(context, 20);
    const background::Worker worker(conversations_task(world.settings.summary),
                                    [&] { return world.context(); });
    const Deadline patience = deadline_in(std::chrono::seconds(20));
    while (ranges(context).empty() && time_left(patience).count() > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_THAT(ranges(context), ElementsAre("1-20"));
}

}  // namespace
}  // namespace stele::chat
