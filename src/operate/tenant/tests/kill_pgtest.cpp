// kill -9 of an importing process at points that the server's locks show: what was there stays
// there, and the next run finishes.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "operate/tenant/tests/fixture.hpp"

namespace stele::tenant {
namespace {

using namespace std::chrono_literals;

class Kill : public ::testing::Test {
  protected:
    void SetUp() override {
        add_models(source_.url());
        add_rows(source_.url(), 1, 90, "one");
        Operator(source_.app_url()).export_to(file_, 1);
    }

    std::string waiting_for(const std::string& condition) {
        return query(target_.url(),
                     "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                     "current_database() AND pid <> pg_backend_pid() AND " +
                         condition);
    }
    void until(const std::string& condition, const std::string& number) {
        for (int i = 0; i < 3000 && waiting_for(condition) != number; ++i)
            std::this_thread::sleep_for(10ms);
        ASSERT_EQ(waiting_for(condition), number) << condition;
    }

    // Runs an import in a process of its own until it stands before what `obstacle` holds, and
    // kills it there.
    void import_until(const std::string& obstacle, const json::object& more) {
        const auto rival = target_.connect();
        query(*rival, "BEGIN; " + obstacle);
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                Operator(target_.app_url()).import(file_, more);
            } catch (...) {
            }
            ::_exit(0);
        }
        until("wait_event_type = 'Lock'", "1");
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        query(*rival, "ROLLBACK");
        // Its server process sees that nobody is there and takes back what it had begun.
        until("usename = 'stele_test_app'", "0");
    }

    void expect_complete() {
        Operator(target_.app_url()).export_to(folder_ / "back", 1);
        EXPECT_EQ(sections_of(file_), sections_of(folder_ / "back"));
        fs::remove(folder_ / "back");
    }

    TestDatabase source_, target_;
    const Folder folder_;
    const std::string file_ = folder_ / "a";
};

TEST_F(Kill, BeforeEachTableTheDatabaseIsAsItWas) {
    const std::string before = state(target_.url());
    for (const char* table : {"embedding_models", "memories", "embedding_queue", "memory_receipts",
                              "memory_vectors", "memory_versions"}) {
        import_until(fmt::format("LOCK TABLE {} IN SHARE MODE", table), {});
        EXPECT_EQ(state(target_.url()), before) << table;
    }
    EXPECT_EQ(Operator(target_.app_url()).import(file_).at("written"), true);
    expect_complete();
}

// Somebody holds the key of one row, so the batch with it waits.
std::string hold(int row) {
    return fmt::format(
        "INSERT INTO memories SELECT '{}', '{}', '01890a5d-0000-7000-8000-{:012x}', 'global', '', "
        "'', "
        "'', '', '', 'x', sha256('x'), '{{}}/1000000000', '{{}}', '{{}}', false, NULL, NULL, NULL, "
        "NULL, NULL, NULL, NULL, NULL, NULL, 1, now(), now()",
        org_of(1), kProject, row);
}

TEST_F(Kill, InBatchesTheNextRunGoesOn) {
    const json::object in_batches{{"resume", true}, {"batchRows", 20}};
    import_until(hold(50), in_batches);
    EXPECT_EQ(count(target_.url(), "memories"), "40");
    EXPECT_TRUE(fs::exists(file_ + ".progress"));
    import_until("LOCK TABLE memory_vectors IN SHARE MODE", in_batches);
    EXPECT_EQ(count(target_.url(), "memories"), "90");
    const json::value done = Operator(target_.app_url()).import(file_, in_batches);
    EXPECT_EQ(done.at("written"), true);
    EXPECT_EQ(table_of(done, "memories").at("skipped"), 90);
    EXPECT_EQ(table_of(done, "memory_vectors").at("inserted"), 60);
    EXPECT_FALSE(fs::exists(file_ + ".progress"));
    expect_complete();
}

TEST_F(Kill, ProgressThatIsBehindAheadOrAnothersIsNoHarm) {
    const json::object in_batches{{"resume", true}, {"batchRows", 20}};
    import_until(hold(50), in_batches);
    const std::string progress = read(file_ + ".progress");
    const auto edited = [&](const std::string& from, const std::string& to) {
        const auto at = progress.find(from);
        EXPECT_NE(at, progress.npos) << progress;
        std::string text = progress;
        return text.replace(at, from.size(), to);
    };
    // Killed between the commit and the note of it.
    write(file_ + ".progress", edited("\"rows\":40", "\"rows\":20"));
    import_until(hold(90), in_batches);
    EXPECT_EQ(count(target_.url(), "memories"), "80");
    // The rows that it speaks of are gone.
    const auto at = parse_json(progress, "progress").at("table").to_number<int>();
    write(file_ + ".progress",
          edited(fmt::format("\"table\":{}", at), fmt::format("\"table\":{}", at + 3)));
    query(target_.url(), "DELETE FROM memories WHERE id = '01890a5d-0000-7000-8000-000000000001'");
    json::value out = Operator(target_.app_url()).import(file_, in_batches);
    EXPECT_EQ(table_of(out, "memories").at("skipped"), 0);
    EXPECT_EQ(table_of(out, "memories").at("identical"), 79);
    expect_complete();
    // About another database, or not a progress file at all.
    for (const std::string& text : {progress, edited("{", "["), std::string("{}")}) {
        const TestDatabase fresh;
        write(file_ + ".progress", text);
        out = Operator(fresh.app_url()).import(file_, in_batches);
        EXPECT_EQ(table_of(out, "memories").at("inserted"), 90);
    }
}

TEST_F(Kill, AConflictThatComesUpBetweenTwoBatchesStopsThere) {
    const auto rival = target_.connect();
    query(*rival, "BEGIN; " + hold(50));
    std::thread ends_well([&] {
        until("wait_event_type = 'Lock'", "1");
        query(*rival, "COMMIT");
    });
    const Error error = refusal([&] {
        Operator(target_.app_url()).import(file_, {{"resume", true}, {"batchRows", 20}});
    });
    ends_well.join();
    EXPECT_EQ(error.code(), Code::conflict);
    EXPECT_EQ(error.details().at("conflict").at("id"), "01890a5d-0000-7000-8000-000000000032");
    EXPECT_EQ(count(target_.url(), "memories"), "41");
    query(target_.url(), "DELETE FROM memories WHERE scope = 'global'");
    EXPECT_EQ(Operator(target_.app_url()).import(file_, {{"resume", true}}).at("written"), true);
    expect_complete();
}

// An export that dies leaves no file of that name.
TEST_F(Kill, AnExportLeavesNoHalfFile) {
    const auto rival = source_.connect();
    query(*rival, "BEGIN; LOCK TABLE memory_vectors IN ACCESS EXCLUSIVE MODE");
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            Operator(source_.app_url()).export_to(folder_ / "half", 1);
        } catch (...) {
        }
        ::_exit(0);
    }
    for (int i = 0; i < 3000 && query(source_.url(),
                                      "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                      "current_database() AND wait_event_type = 'Lock'") != "1";
         ++i)
        std::this_thread::sleep_for(10ms);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    query(*rival, "ROLLBACK");
    EXPECT_FALSE(fs::exists(folder_ / "half"));
    EXPECT_EQ(Operator(source_.app_url()).export_to(folder_ / "half", 1).at("rows"), 241);
}

}  // namespace
}  // namespace stele::tenant
