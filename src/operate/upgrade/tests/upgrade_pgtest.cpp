// stele upgrade against real databases: each step in its turn, and the first that fails ends it.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "operate/archive/manifest.hpp"
#include "operate/archive/operations.hpp"
#include "operate/lint/operations.hpp"
#include "operate/migrations/migration_files.hpp"
#include "operate/setup/operations.hpp"
#include "operate/upgrade/operations.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::upgrade {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

const int kLast = int(ops::embedded_migrations().size());
const std::string kLatest = ops::version_text(kLast), kBefore = ops::version_text(kLast - 1);

struct UpgradeVerb : testing::Test {
    TestDatabase database{TestDatabase::Schema::none};
    fs::path home = [] {
        char name[] = "/tmp/stele-upgrade.XXXXXX";
        return fs::path(::mkdtemp(name));
    }();
    runtime::Registry registry;
    runtime::Dispatcher dispatcher;
    runtime::Settings settings;
    std::unique_ptr<pg::Database> db =
        std::make_unique<pg::Database>(pg::ConnInfo::parse(database.url()), pg::PoolOptions{});

    UpgradeVerb() {
        ::setenv("STELE_HOME", home.c_str(), 1);
        ops::register_operations(registry);
        lint::register_operations(registry);
        archive::register_operations(registry, {});
        register_operations(registry, dispatcher);
        settings.database.url = database.url();
    }
    ~UpgradeVerb() override {
        ::unsetenv("STELE_HOME");
        fs::remove_all(home);
    }

    json::value run(const std::string& name, const json::object& input = {}) {
        runtime::Context context{{}, settings, *db,  nullptr, deadline_in(std::chrono::minutes(2)),
                                 {}, "test",   true, {}};
        return dispatcher.call(registry.get(name), context, input);
    }
    json::value upgrade(const json::object& input = {}) { return run("ops.upgrade", input); }
    std::string print(const json::value& output) {
        return registry.get("ops.upgrade").render(output);
    }
    // "plan ok", "lint ok", "backup failed", "migrate not run", …
    static std::vector<std::string> states(const json::value& output) {
        std::vector<std::string> out;
        for (const json::value& step : output.at("steps").as_array())
            out.push_back(fmt::format("{} {}", std::string_view(step.at("step").as_string()),
                                      std::string_view(step.at("state").as_string())));
        return out;
    }
    static std::string message(const json::value& output, std::size_t step) {
        return std::string(output.at("steps").as_array()[step].at("message").as_string());
    }
    std::string version() {
        return query(database.url(), "SELECT max(version) FROM public.schema_migrations");
    }
    // The embedded files and one more.
    std::string folder_with(const std::string& sql) {
        const fs::path dir = home / "migrations";
        fs::create_directories(dir);
        for (const ops::MigrationFile& file : ops::embedded_migration_files())
            std::ofstream(dir / file.name) << file.text;
        const std::string next = ops::version_text(kLast + 1) + "_next";
        std::ofstream(dir / (next + ".up.sql")) << "-- What is next.\n" + sql;
        std::ofstream(dir / (next + ".down.sql"))
            << "-- Nothing.\n-- stele:phase contract\nSET LOCAL lock_timeout = '5s';\n";
        return dir.string();
    }
    void make_backup_older(const std::string& file, int hours) {
        archive::Manifest manifest = archive::read_manifest(file);
        manifest.made_at.micros -= std::int64_t(hours) * 3'600'000'000;
        ops::write_file(archive::manifest_of(file), archive::manifest_text(manifest), 0600);
    }
};

TEST_F(UpgradeVerb, FromNothingItMigratesAndIsWell) {
    const json::value output = upgrade();
    EXPECT_THAT(states(output),
                ElementsAre("plan ok", "lint ok", "backup ok", "migrate ok", "status ok"));
    EXPECT_EQ(output.at("exitCode"), 0);
    EXPECT_EQ(output.at("stoppedAt"), "");
    EXPECT_THAT(message(output, 2), HasSubstr("the database is empty"));
    EXPECT_EQ(version(), std::to_string(kLast));
    EXPECT_EQ(output.at("steps").as_array()[4].at("report").at("writable"), true);
    // Again: nothing to do, and no backup is asked for.
    const json::value again = upgrade();
    EXPECT_THAT(states(again),
                ElementsAre("plan ok", "lint ok", "backup ok", "migrate ok", "status ok"));
    EXPECT_THAT(message(again, 0), HasSubstr("nothing is pending"));
}

TEST_F(UpgradeVerb, WithoutAFreshBackupNothingIsChanged) {
    run("db.migrate", {{"to", kLast - 1}});
    for (const bool dry : {true, false}) {
        const json::value output = upgrade({{"dryRun", dry}});
        EXPECT_THAT(states(output), ElementsAre("plan ok", "lint ok", "backup failed",
                                                "migrate not run", "status not run"));
        EXPECT_EQ(output.at("exitCode"), 4);
        EXPECT_EQ(output.at("stoppedAt"), "backup");
        EXPECT_THAT(print(output), HasSubstr("stopped at backup: exit code 4"));
        EXPECT_THAT(print(output), HasSubstr("`stele db backup` makes one"));
        EXPECT_EQ(version(), std::to_string(kLast - 1));
    }
    const std::string file(run("db.backup").at("file").as_string());
    make_backup_older(file, 27);
    EXPECT_THAT(message(upgrade(), 2), HasSubstr("27.0 hours old, more than 26"));
    EXPECT_EQ(version(), std::to_string(kLast - 1));
    const json::value dry = upgrade({{"dryRun", true}, {"maxBackupAgeHours", 28}});
    EXPECT_THAT(states(dry), ElementsAre("plan ok", "lint ok", "backup ok", "migrate not run",
                                         "status not run"));
    EXPECT_EQ(dry.at("exitCode"), 0);
    EXPECT_THAT(print(dry), HasSubstr("locks:"));
    EXPECT_THAT(print(dry), HasSubstr("nothing stands in the way"));
    EXPECT_EQ(version(), std::to_string(kLast - 1));
    EXPECT_EQ(upgrade({{"maxBackupAgeHours", 28}}).at("exitCode"), 0);
    EXPECT_EQ(version(), std::to_string(kLast));
}

TEST_F(UpgradeVerb, ABackupOfAnotherDatabaseIsNone) {
    const TestDatabase other;
    settings.database.url = other.url();
    run("db.backup");
    settings.database.url = database.url();
    run("db.migrate", {{"to", kLast - 1}});
    EXPECT_EQ(upgrade().at("stoppedAt"), "backup");
    EXPECT_EQ(upgrade({{"withoutBackup", true}}).at("exitCode"), 0);
    EXPECT_EQ(version(), std::to_string(kLast));
}

TEST_F(UpgradeVerb, FindingsOfTheLintStopIt) {
    run("db.migrate");
    const std::string dir =
        folder_with("SET LOCAL lock_timeout = '5s';\nDROP TABLE dead_letters;\n");
    const json::value output = upgrade({{"dir", dir}});
    EXPECT_THAT(states(output), ElementsAre("plan ok", "lint failed", "backup not run",
                                            "migrate not run", "status not run"));
    EXPECT_EQ(output.at("exitCode"), 1);
    EXPECT_THAT(print(output), HasSubstr("_next.up.sql:3:1"));
    EXPECT_EQ(version(), std::to_string(kLast));
}

TEST_F(UpgradeVerb, AFileThatFailsStopsItAndIsRolledBack) {
    run("db.migrate");
    const std::string dir =
        folder_with("SET LOCAL lock_timeout = '5s';\nCREATE TABLE half (id int);\nSELECT 1 / 0;\n");
    const json::value output = upgrade({{"dir", dir}, {"withoutBackup", true}});
    EXPECT_THAT(states(output),
                ElementsAre("plan ok", "lint ok", "backup ok", "migrate failed", "status not run"));
    EXPECT_NE(output.at("exitCode"), 0);
    EXPECT_THAT(message(output, 3), HasSubstr("division by zero"));
    EXPECT_EQ(query(database.url(), "SELECT to_regclass('half') IS NULL"), "t");
}

TEST_F(UpgradeVerb, DriftStopsItAtThePlan) {
    run("db.migrate", {{"to", kLast - 1}});
    query(database.url(),
          "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 3");
    const json::value output = upgrade({{"withoutBackup", true}});
    EXPECT_THAT(states(output), ElementsAre("plan failed", "lint not run", "backup not run",
                                            "migrate not run", "status not run"));
    EXPECT_EQ(output.at("exitCode"), 4);
    EXPECT_EQ(version(), std::to_string(kLast - 1));
}

// The files are newer than this program: it can apply them, and what it then finds is that it is
// old.
TEST_F(UpgradeVerb, ADatabaseThatIsNotWellIsSaid) {
    run("db.migrate");
    const std::string dir =
        folder_with("SET LOCAL lock_timeout = '5s';\nCREATE TABLE next (id int);\n");
    const json::value output = upgrade({{"dir", dir}, {"withoutBackup", true}});
    EXPECT_THAT(states(output),
                ElementsAre("plan ok", "lint ok", "backup ok", "migrate ok", "status failed"));
    EXPECT_EQ(output.at("exitCode"), 3);
    EXPECT_EQ(version(), std::to_string(kLast + 1));
}

}  // namespace
}  // namespace stele::upgrade
