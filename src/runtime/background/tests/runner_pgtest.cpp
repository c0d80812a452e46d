// Tenants are served in isolation: one that fails waits and stops nobody else.
#include "runtime/background/runner.hpp"

#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runtime/background/operations.hpp"
#include "runtime/call.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::background {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Runner : public ::testing::Test {
  protected:
    runtime::Context context(int tenant = 1) {
        runtime::Caller caller;
        caller.org = *Uuid::parse(fmt::format("00000000-0000-4000-8000-{:012}", tenant));
        caller.project = caller.org;
        return {caller, settings_, *db_, nullptr, deadline_in(std::chrono::seconds(20)),
                {},     "test",    true, {}};
    }
    void announce_in(int tenant) {
        const runtime::Context at = context(tenant);
        announce(*db_, runtime::call_of(at), "try");
    }
    std::string ask(const std::string& query) {
        return std::string(
            database_.connect()->script(query, deadline_in(std::chrono::seconds(10)))[0].raw(0));
    }
    void tell(const std::string& command) {
        database_.connect()->script(command, deadline_in(std::chrono::seconds(10)));
    }

    testing::TestDatabase database_;
    std::unique_ptr<pg::Database> db_ = database_.open();
    runtime::Settings settings_;
};

TEST_F(Runner, OneThatFailsStopsNobodyElse) {
    for (int tenant = 1; tenant <= 3; ++tenant) announce_in(tenant);
    const Uuid broken = context(1).caller.org;
    std::vector<Uuid> served;
    const Task task{"try", [&](runtime::Context& at) -> Progress {
                        if (at.caller.org == broken) throw std::runtime_error("broken");
                        served.push_back(at.caller.org);
                        return {1, std::nullopt};
                    }};
    runtime::Context at = context();
    EXPECT_EQ(run_all(at, task, 0, "tries"), 2);
    EXPECT_THAT(served, SizeIs(2));
    EXPECT_EQ(ask("SELECT count(*) || ' ' || bool_and(due_at > now()) || ' ' || max(attempts) FROM "
                  "due_work"),
              "1 true 1");
}

TEST_F(Runner, WhoFailsForEverIsSetAsideWithItsReason) {
    announce_in(1);
    const Task task{"try",
                    [](runtime::Context&) -> Progress { throw std::runtime_error("for good"); }};
    runtime::Context at = context();
    for (int i = 0; i < kMaxAttempts; ++i) {
        EXPECT_EQ(run_some(at, task)->failure, "for good");
        tell("UPDATE due_work SET due_at = now()");
    }
    EXPECT_FALSE(run_some(at, task));
    const auto letters = dead_letters(at, "try", std::nullopt, 10);
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].kind, kTenantKind);
    EXPECT_EQ(letters[0].reason, "for good");
    EXPECT_EQ(letters[0].attempts, kMaxAttempts);
    runtime::Context other = context(2);
    EXPECT_THAT(dead_letters(other, std::nullopt, std::nullopt, 10), IsEmpty());

    runtime::Registry registry;
    register_operations(registry, {task});
    runtime::Dispatcher dispatcher;
    const json::value listed = dispatcher.call(registry.get("background.list"), at, json::object{});
    EXPECT_THAT(serialize(listed), HasSubstr("for good"));
    const json::value retried =
        dispatcher.call(registry.get("background.retry"), at, json::object{});
    EXPECT_EQ(retried.at("retried").to_number<int>(), 1);
    EXPECT_TRUE(run_some(at, task));
    EXPECT_THAT(dead_letters(at, std::nullopt, std::nullopt, 10), IsEmpty());
}

TEST_F(Runner, APauseIsNobodysFault) {
    announce_in(1);
    const Task task{"try",
                    [](runtime::Context&) -> Progress { throw Pause("the endpoint is away"); }};
    runtime::Context at = context();
    for (int i = 0; i < 3; ++i) EXPECT_THROW(run_some(at, task), Pause);
    EXPECT_EQ(ask("SELECT count(*) || ' ' || max(attempts) FROM due_work"), "1 0");
}

TEST_F(Runner, WhatADeadWorkerHadComesBack) {
    announce_in(1);
    // As one that took it and died.
    tell("UPDATE due_work SET due_at = now() + interval '1 hour', attempts = 1");
    int runs = 0;
    const Task task{"try", [&](runtime::Context&) -> Progress {
                        ++runs;
                        return {1, std::nullopt};
                    }};
    runtime::Context at = context();
    EXPECT_FALSE(run_some(at, task));
    tell("UPDATE due_work SET due_at = now() - interval '1 s'");
    EXPECT_TRUE(run_some(at, task));
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(ask("SELECT count(*) FROM due_work"), "0");
}

// A writer that counts on a row holds it until its work can be seen.
TEST_F(Runner, WorkThatIsNotCommittedYetIsNotLost) {
    announce_in(1);
    const auto writer = database_.connect();
    const Deadline soon = deadline_in(std::chrono::seconds(10));
    writer->script("BEGIN", soon);
    const std::string org = context(1).caller.org.text();
    EXPECT_EQ(
        writer->script(fmt::format("SELECT stele_is_announced('{0}', '{0}', 'try')", org), soon)[0]
            .raw(0),
        "t");
    const Task task{"try", [](runtime::Context&) -> Progress { return {0, std::nullopt}; }};
    runtime::Context at = context();
    EXPECT_FALSE(run_some(at, task));
    // Who writes without a pause keeps it for five seconds at most: then there is another row.
    tell(
        "INSERT INTO due_work SELECT gen_random_uuid(), org_id, project_id, task, now() - "
        "interval '1 min' FROM due_work");
    EXPECT_TRUE(run_some(at, task));
    writer->script("COMMIT", soon);
    EXPECT_TRUE(run_some(at, task));
    EXPECT_EQ(ask("SELECT count(*) FROM due_work"), "0");
}

TEST_F(Runner, AnnouncingTwiceIsAnnouncingOnce) {
    for (int i = 0; i < 5; ++i) announce_in(1);
    EXPECT_EQ(ask("SELECT count(*) FROM due_work"), "1");
    // With no worker in sight there are four at most.
    for (int i = 0; i < 10; ++i) {
        tell("UPDATE due_work SET due_at = due_at - interval '10 s'");
        announce_in(1);
    }
    EXPECT_EQ(ask("SELECT count(*) FROM due_work"), "4");
    const Task more{"try", [](runtime::Context&) -> Progress { return {1, 100}; }};
    runtime::Context at = context();
    EXPECT_TRUE(run_some(at, more));
    EXPECT_EQ(ask("SELECT count(*) FROM due_work"), "1");  // it stands for the others
}

TEST_F(Runner, AWorkerGoesOnAfterAPause) {
    announce_in(1);
    announce_in(2);
    std::atomic<int> calls = 0, done = 0;
    const Worker worker({"try",
                         [&](runtime::Context&) -> Progress {
                             if (++calls == 1) throw Pause("away");
                             ++done;
                             return {1, std::nullopt};
                         }},
                        [this] { return context(); });
    const Deadline patience = deadline_in(std::chrono::seconds(20));
    while (done < 2 && time_left(patience).count() > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace stele::background
