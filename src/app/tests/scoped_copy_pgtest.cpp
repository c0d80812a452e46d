// A tenant that is copied under another project: what is named is reached by its name.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "app/modules.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOrg = "0a000000-0000-4000-8000-000000000001";
constexpr const char* kFrom = "0b000000-0000-4000-8000-000000000001";
constexpr const char* kTo = "0b000000-0000-4000-8000-000000000002";

struct Copied : ::testing::Test {
    Copied() { register_operations(registry, dispatcher); }
    ~Copied() override { std::filesystem::remove_all(file); }

    json::value run(const std::string& name, const char* project, const json::object& input) {
        runtime::Caller caller;
        caller.org = *Uuid::parse(kOrg);
        caller.project = *Uuid::parse(project);
        caller.instance = "tester";
        caller.scope = "project:/repo";
        runtime::Context context{
            caller, settings, *db,  nullptr, deadline_in(std::chrono::seconds(60)),
            {},     "test",   true, {}};
        return dispatcher.call(registry.get(name), context, input);
    }
    std::string text(const std::string& name, const char* project, const json::object& input) {
        return serialize(run(name, project, input));
    }

    runtime::Registry registry;
    runtime::Dispatcher dispatcher;
    testing::TestDatabase database;
    std::unique_ptr<pg::Database> db = database.open();
    runtime::Settings settings;
    const std::string file = fmt::format("{}/stele-copied.{}", ::testing::TempDir(), ::getpid());
};

TEST_F(Copied, ThreadsNodesAndSchedulesAreReachedUnderAnotherProject) {
    run("chat.log", kFrom, {{"threadId", "standup"}, {"content", "good morning"}});
    run("chat.fork", kFrom, {{"threadId", "standup"}, {"newThreadId", "aside"}});
    run("chat.log", kFrom, {{"threadId", "aside"}, {"content", "by the way"}});
    run("memory.store", kFrom,
        {{"content", "the cause"}, {"category", "fact"}, {"commit", "4f2a1c9"}});
    run("job.schedule", kFrom, {{"name", "nightly"}, {"schedule", "0 2 * * *"}, {"job", "report"}});
    run("db.scoped_export", kFrom, {{"orgId", kOrg}, {"projectId", kFrom}, {"file", file}});
    run("db.scoped_import", kTo,
        {{"file", file},
         {"force", true},
         {"confirm", "import-scoped-postgres"},
         {"mapProject", json::array{fmt::format("{}={}", kFrom, kTo)}}});

    EXPECT_THAT(text("chat.thread", kTo, {{"threadId", "standup"}}), HasSubstr("good morning"));
    const std::string aside = text("chat.thread", kTo, {{"threadId", "aside"}});
    EXPECT_THAT(aside, HasSubstr("good morning"));
    EXPECT_THAT(aside, HasSubstr("by the way"));
    // It goes on where it was: no second thread of that name.
    EXPECT_EQ(run("chat.log", kTo, {{"threadId", "standup"}, {"content", "again"}}).at("seq"), 2);
    EXPECT_EQ(testing::query(database.url(), "SELECT count(*) FROM chat_threads"), "4");
    EXPECT_THAT(text("graph.trace", kTo, {{"nodeId", "commit:4f2a1c9"}, {"direction", "down"}}),
                HasSubstr("the cause"));
    EXPECT_THAT(text("job.schedules", kTo, {{"name", "nightly"}}), HasSubstr("0 2 * * *"));
    // What the copy says is its own.
    EXPECT_EQ(text("chat.thread", kFrom, {{"threadId", "standup"}}).find("again"),
              std::string::npos);
}

}  // namespace
}  // namespace stele::app
