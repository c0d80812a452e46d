// Killed, stopped and repeated: at every stage of a restore the target is as before or complete.
#include <signal.h>
#include <sys/wait.h>

#include "archive_fixture.hpp"
#include "operate/archive/restore.hpp"

namespace stele::archive {
namespace {

using Watch = std::function<void(std::string_view stage)>;

// The stages that a restore over data goes through, in order; what they are called is what
// Context::progress says.
const std::vector<std::string> kStages{"verifying",
                                       "of the dump hashed",
                                       "looking at the target",
                                       "taking a snapshot",
                                       "dumping",
                                       "counting and hashing tables",
                                       "restoring",
                                       "analyzing",
                                       "comparing every table",
                                       "probing",
                                       "taking the target's place",
                                       "dropping what was replaced"};

void restore_watched(const std::string& url, const std::string& file, const Watch& watch,
                     const std::stop_token& cancelled = {}) {
    const runtime::Settings settings;
    pg::Database db(pg::ConnInfo::parse(url), {.size = 1});
    runtime::Context context{{}, settings, db, nullptr, deadline_in(2min), cancelled, "", true, {}};
    context.progress = [&](const runtime::Progress& progress) { watch(progress.message); };
    RestoreInput input;
    input.force = input.replace = true;
    input.confirm = "restore-postgres";
    input.file = file;
    restore(context, input, pg::ConnInfo::parse(url));
}

bool killed_at(const std::string& stage, const std::string& url, const std::string& file) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            restore_watched(url, file, [&](std::string_view at) {
                if (at == stage) ::kill(::getpid(), SIGKILL);
            });
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child: %s\n", error.what());
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST_F(Archive, ARestoreKilledAtAnyStageIsBeforeOrCompleteAndTheNextRunFinishes) {
    const TestDatabase source, target;
    fill(source);
    query(target.url(), insert_sql(90'000, 30));
    const std::string file = dumped(source);
    const std::string before = contents(target.url()), wanted = contents(source.url());
    for (const std::string& stage : kStages) {
        SCOPED_TRACE(stage);
        query(target.url(), "DELETE FROM memories; " + insert_sql(90'000, 30));
        ASSERT_TRUE(killed_at(stage, target.url(), file)) << "the stage was never reached";
        const std::string now = contents(target.url());
        const bool replaced = stage == "dropping what was replaced";
        // Rows made anew differ in their times, so they are counted.
        EXPECT_EQ(query(target.url(), "SELECT count(*) FROM memories"), replaced ? "500" : "30");
        if (replaced) EXPECT_EQ(now, wanted);
    }
    restore_watched(target.url(), file, [](std::string_view) {});
    EXPECT_EQ(contents(target.url()), wanted);
    EXPECT_EQ(scratches(), "0");
}

TEST_F(Archive, CtrlCAtAnyStageLeavesNoDebris) {
    const TestDatabase source, target;
    fill(source);
    query(target.url(), insert_sql(90'000, 30));
    const std::string file = dumped(source), before = contents(target.url());
    for (const std::string& stage : kStages) {
        if (stage == kStages.back()) break;  // by then it is done
        SCOPED_TRACE(stage);
        std::stop_source interrupt;
        const Error error = refusal([&] {
            restore_watched(
                target.url(), file,
                [&](std::string_view at) {
                    if (at == stage) interrupt.request_stop();
                },
                interrupt.get_token());
        });
        EXPECT_EQ(error.code(), Code::cancelled) << error.what();
        EXPECT_EQ(contents(target.url()), before);
        EXPECT_EQ(scratches(), "0");
    }
    for (const auto& entry : fs::recursive_directory_iterator(dir))
        EXPECT_EQ(entry.path().filename().string().find(".partial"), std::string::npos)
            << entry.path();
}

TEST_F(Archive, AKilledDumpLeavesNothingThatCountsAndTheNextOneCleansUp) {
    const TestDatabase database;
    fill(database);
    const fs::path file = dir / "d.dump";
    // The number of a process that is no more.
    const pid_t gone = ::fork();
    if (gone == 0) ::_exit(0);
    ::waitpid(gone, nullptr, 0);
    const fs::path partial = dir / fmt::format(".d.dump.partial-{}", gone);
    std::ofstream(partial) << "half";
    run(database.url(), "db.dump", {{"file", file.string()}});
    EXPECT_FALSE(fs::exists(partial));
    EXPECT_EQ(verify(file.string()).at("ok"), true);
    EXPECT_THAT(refusal([&] {
                    run(database.url(), "db.dump", {{"file", file.string()}});
                }).what(),
                HasSubstr("exists already"));
}

TEST_F(Archive, SessionsThatHangOnDoNotStopARestore) {
    const TestDatabase source, target;
    fill(source);
    const std::string file = dumped(source);
    const auto idle = target.connect();
    query(*idle, "BEGIN");
    restore_watched(target.url(), file, [](std::string_view) {});
    EXPECT_EQ(contents(target.url()), contents(source.url()));
    idle->mark_broken();
}

}  // namespace
}  // namespace stele::archive
