// Rotating passwords of a real cluster that asks for them, killed between any two steps.
#include "operate/passwords/rotate.hpp"

#include <fstream>

#include "foundation/pg/database.hpp"
#include "operate/cluster/tests/local_cluster_fixture.hpp"
#include "operate/passwords/operations.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"

namespace stele::passwords {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ops::DatabaseRole;
using testing::HasSubstr;
using testing::Not;
using testing::query;

struct Rotate : ops::LocalCluster {
    void SetUp() override {
        LocalCluster::SetUp();
        given();
        runtime::Registry registry;
        register_operations(registry);
        op = registry.get("db.rotate_password");
    }
    void TearDown() override {
        ::unsetenv("PGPASSWORD_FILE");
        LocalCluster::TearDown();
    }

    pg::Database database() {
        const std::string& url = settings.database.url;
        return {pg::ConnInfo::parse(url.empty() ? ops::local_cluster_urls()->app : url),
                {.size = 2}};
    }
    runtime::Context context(pg::Database& db) {
        return {{}, settings, db, nullptr, deadline_in(1min), {}, "test", true, {}};
    }
    json::value rotate_as(DatabaseRole role) {
        pg::Database db = database();
        runtime::Context c = context(db);
        return runtime::Dispatcher().call(op, c, json::object{{"role", reflect::name_of(role)}});
    }
    std::string password(const char* role) { return ops::password_of(home, role); }
    fs::path next() { return home.passwords().string() + ".new"; }
    bool accepts(const std::string& user, const std::string& password) {
        try {
            query(fmt::format("postgresql://{}:{}@127.0.0.1:{}/stele", user, password,
                              ops::read_state(home)->port),
                  "SELECT 1");
            return true;
        } catch (const Error&) {
            return false;
        }
    }
    // Ends with SIGKILL right after the step.
    int killed_after(Step step) {
        return ops::in_child([&] {
            pg::Database db = database();
            runtime::Context c = context(db);
            rotate(c, {}, [step](Step done) {
                if (done == step) ::kill(::getpid(), SIGKILL);
            });
        });
    }

    runtime::Settings settings;
    runtime::Operation op;
};

TEST_F(Rotate, TheLoginGetsANewPasswordAndNobodyIsToldIt) {
    query(ops::local_cluster_urls()->superuser, "ALTER SYSTEM SET log_statement = 'all'");
    query(ops::local_cluster_urls()->superuser, "SELECT pg_reload_conf()");
    const std::string old = password(ops::kApp), owner = password(ops::kOwner);
    pg::Database running = database();  // as in a server that runs meanwhile
    EXPECT_TRUE(running.untenanted(deadline_in(10s), pg::Statement{"", "SELECT 1"}).rows() == 1);

    const json::value output = rotate_as(DatabaseRole::app);
    const std::string now = password(ops::kApp);
    EXPECT_NE(now, old);
    EXPECT_EQ(password(ops::kOwner), owner);
    EXPECT_TRUE(accepts(ops::kApp, now));
    EXPECT_FALSE(accepts(ops::kApp, old));
    EXPECT_EQ(output.at("oldRefused"), true);
    EXPECT_EQ(output.at("resumed"), false);
    EXPECT_EQ(ops::mode_of(home.passwords()), 0600u);
    EXPECT_FALSE(fs::exists(next()));

    std::string log;
    for (const auto& entry : fs::directory_iterator(home.logs()))
        log += ops::read_file(entry.path()).value_or("");
    EXPECT_THAT(log, HasSubstr("ALTER ROLE \"stele_app\" PASSWORD 'SCRAM-SHA-256$"));
    for (const std::string& text : {log, serialize(output), op.render(output)}) {
        EXPECT_THAT(text, Not(HasSubstr(now)));
        EXPECT_THAT(text, Not(HasSubstr(old)));
    }
    // Its sessions go on, and new ones have the new password.
    query(ops::local_cluster_urls()->superuser,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'stele_app'");
    EXPECT_TRUE(running.untenanted(deadline_in(10s), pg::Statement{"", "SELECT 1"}).rows() == 1);
}

TEST_F(Rotate, EveryRoleOfTheClusterHasItsOwn) {
    for (const auto& [role, name] : {std::pair{DatabaseRole::owner, ops::kOwner},
                                     {DatabaseRole::superuser, ops::kSuperuser}}) {
        const std::string old = password(name), app = password(ops::kApp);
        rotate_as(role);
        EXPECT_NE(password(name), old);
        EXPECT_EQ(password(ops::kApp), app);
        EXPECT_TRUE(accepts(name, password(name))) << name;
        EXPECT_FALSE(accepts(name, old)) << name;
    }
}

TEST_F(Rotate, KilledAnywhereOneOfBothPasswordsWorks) {
    for (const Step step :
         {Step::kept, Step::altered, Step::proven, Step::prepared, Step::written, Step::removed}) {
        SCOPED_TRACE(int(step));
        const std::string old = password(ops::kApp);
        EXPECT_EQ(killed_after(step), 128 + SIGKILL);
        std::string kept = ops::read_file(next()).value_or("");
        kept = kept.substr(0, kept.find('\n'));
        const bool by_file = accepts(ops::kApp, password(ops::kApp));
        EXPECT_TRUE(by_file || accepts(ops::kApp, kept));
        EXPECT_EQ(by_file, step == Step::kept || step >= Step::written);

        const json::value output = rotate_as(DatabaseRole::app);
        EXPECT_EQ(output.at("resumed"), !by_file);
        if (!by_file) {
            EXPECT_EQ(password(ops::kApp), kept);
        }
        EXPECT_TRUE(accepts(ops::kApp, password(ops::kApp)));
        EXPECT_FALSE(accepts(ops::kApp, old));
        EXPECT_FALSE(fs::exists(next()));
    }
}

TEST_F(Rotate, AFileOfItsOwn) {
    const fs::path file = root / "postgresPassword", link = root / "link";
    ops::write_file(file, password(ops::kApp) + "\n", 0640);
    fs::create_symlink(file, link);
    ::setenv("PGPASSWORD_FILE", link.c_str(), 1);
    settings.database.url =
        fmt::format("postgresql://stele_app@127.0.0.1:{}/stele", ops::read_state(home)->port);
    const std::string old = password(ops::kApp);
    const json::value output = rotate_as(DatabaseRole::app);
    EXPECT_EQ(output.at("file"), json::string(file.string()));
    std::string now = ops::read_file(file).value();
    ASSERT_TRUE(now.ends_with('\n'));
    now.pop_back();
    EXPECT_TRUE(accepts(ops::kApp, now));
    EXPECT_FALSE(accepts(ops::kApp, old));
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(ops::mode_of(file), 0600u);
}

TEST_F(Rotate, WhatCannotBeWrittenIsRefusedBeforeAnythingChanges) {
    const std::string old = password(ops::kApp);
    const auto url = [&](const std::string& rest) {
        return fmt::format("postgresql://stele_app{}@127.0.0.1:{}/stele", rest,
                           ops::read_state(home)->port);
    };
    settings.database.url = url(":" + old);
    EXPECT_THAT(refusal([&] { rotate_as(DatabaseRole::app); }).what(),
                HasSubstr("stands in the database's URL"));
    settings.database.url = url("") + "?passfile=" + (root / "nowhere").string();
    EXPECT_THAT(refusal([&] { rotate_as(DatabaseRole::app); }).what(),
                HasSubstr("there is no password file"));
    EXPECT_TRUE(accepts(ops::kApp, old));
}

// Docker's file is made from its environment file: that one must never bring the old password back.
TEST_F(Rotate, DockersFilesBothHaveIt) {
    query(ops::local_cluster_urls()->superuser, "CREATE ROLE stele LOGIN PASSWORD 'first'");
    const fs::path env = home.root / "docker.env", pass = home.root / "docker.pgpass";
    ops::write_file(env, "STELE_PG_PASSWORD=first\nSTELE_PG_PORT=5432\n", 0600);
    ops::write_file(pass, "*:*:stele:stele:first\n", 0600);
    settings.database.url = fmt::format("postgresql://stele@127.0.0.1:{}/stele?passfile={}",
                                        ops::read_state(home)->port, pass.string());
    EXPECT_EQ(killed_after(Step::prepared), 128 + SIGKILL);
    EXPECT_EQ(rotate_as(DatabaseRole::app).at("resumed"), true);
    const std::string line = ops::read_file(pass).value();
    const std::string now = line.substr(line.rfind(':') + 1, 48);
    EXPECT_EQ(ops::read_file(env), "STELE_PG_PASSWORD=" + now + "\nSTELE_PG_PORT=5432\n");
    EXPECT_TRUE(accepts("stele", now));
    EXPECT_FALSE(accepts("stele", "first"));
}

}  // namespace
}  // namespace stele::passwords
