// A local cluster made, found again, and what it is asked to run as, with real servers.
#include <grp.h>

#include "foundation/base/redact.hpp"
#include "local_cluster_fixture.hpp"
#include "operate/cluster/ports.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::ops {
namespace {

TEST_F(LocalCluster, IsMadeWholeAndTheSecondCallChangesNothing) {
    EXPECT_FALSE(local_cluster_urls());
    EXPECT_FALSE(start_local_cluster_if_stopped(1s));
    const auto first = ensure();
    EXPECT_TRUE(first.created);
    EXPECT_TRUE(first.started);
    EXPECT_EQ(migrate(pg::ConnInfo::parse(local_cluster_urls()->admin)).to,
              int(embedded_migrations().size()));
    EXPECT_EQ(app("SELECT current_user || ' ' || count(*) FROM memories"), "stele_app 0");
    EXPECT_EQ(app("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls "
                  "FROM pg_roles WHERE rolname = current_user"),
              "f");

    const std::string state = state_text();
    const pid_t server = postmaster();
    const auto second = ensure({});
    EXPECT_FALSE(second.created);
    EXPECT_FALSE(second.started);
    EXPECT_EQ(second.port, first.port);
    EXPECT_EQ(state_text(), state);
    EXPECT_EQ(postmaster(), server);
}

TEST_F(LocalCluster, IsPrivateAndSound) {
    const auto made = ensure();
    EXPECT_EQ(admin("SHOW data_checksums"), "on");
    EXPECT_EQ(admin("SHOW server_encoding"), "UTF8");
    EXPECT_EQ(admin("SELECT datcollate FROM pg_database WHERE datname = 'stele'"), "C.UTF-8");
    EXPECT_EQ(admin("SHOW listen_addresses"), "127.0.0.1");
    EXPECT_EQ(admin("SHOW password_encryption"), "scram-sha-256");
    EXPECT_EQ(query(local_cluster_urls()->superuser,
                    "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"),
              "scram-sha-256");
    EXPECT_EQ(mode_of(home.passwords()), 0600u);
    EXPECT_EQ(mode_of(made.data), 0700u);
    EXPECT_EQ(mode_of(made.data / "stele.conf"), 0600u);
    EXPECT_FALSE(fs::exists(home.clusters() / ".password"));
    for (const std::string& text :
         {state_text(), cluster_url(home, made.port, kApp, Via::tcp),
          read_file(local_cluster_log()).value(), redact(local_cluster_urls()->superuser)})
        for (const char* role : {kSuperuser, kOwner, kApp})
            EXPECT_EQ(text.find(password_of(home, role)), std::string::npos);
    struct stat info {};
    ::stat(fmt::format("/proc/{}", postmaster()).c_str(), &info);
    EXPECT_NE(info.st_uid, 0u);
    // Without the password nobody gets in.
    EXPECT_THROW(query(fmt::format("postgresql://stele_app:wrong@127.0.0.1:{}/stele", made.port),
                       "SELECT 1"),
                 Error);
}

TEST_F(LocalCluster, VariablesMeantForAnotherServerDoNotMatter) {
    ::setenv("PGPASSWORD", "of-another-server", 1);
    ::setenv("PGSSLMODE", "require", 1);
    EXPECT_TRUE(ensure().created);
    EXPECT_EQ(app("SELECT current_user"), "stele_app");
    EXPECT_FALSE(ensure_local_cluster({}).started);
    ::unsetenv("PGPASSWORD");
    ::unsetenv("PGSSLMODE");
}

TEST_F(LocalCluster, SettingsAreSizedAndCanBeChanged) {
    given();
    ensure({.settings = {{"work_mem", "7MB"}}});
    EXPECT_EQ(admin("SHOW work_mem"), "7MB");
    EXPECT_EQ(admin("SHOW jit"), "off");
    EXPECT_EQ(admin("SHOW random_page_cost"), "1.1");
    stop_local_cluster();
    start_local_cluster(30s);
    EXPECT_EQ(admin("SHOW work_mem"), "7MB");
    EXPECT_TRUE(ensure({.settings = {{"work_mem", "9MB"}}}).started);
    EXPECT_EQ(admin("SHOW work_mem"), "9MB");
    query(local_cluster_urls()->superuser, "ALTER SYSTEM SET work_mem = '11MB'");
    stop_local_cluster();
    start_local_cluster(30s);
    EXPECT_EQ(admin("SHOW work_mem"), "11MB");
}

TEST_F(LocalCluster, StopAndStart) {
    given();
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    EXPECT_TRUE(stop_local_cluster());
    EXPECT_EQ(postmaster(), 0);
    EXPECT_FALSE(stop_local_cluster());
    EXPECT_TRUE(start_local_cluster(30s).started);
    EXPECT_FALSE(start_local_cluster(30s).started);
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
    stop_local_cluster();
    EXPECT_TRUE(start_local_cluster_if_stopped(10s));
    EXPECT_TRUE(start_local_cluster_if_stopped(10s));
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
}

// ---- ports

TEST_F(LocalCluster, TheDefaultPortGivesWayToAnother) {
    const Listener other(kDefaultPort);
    const auto made = ensure({});
    EXPECT_NE(made.port, kDefaultPort);
    EXPECT_EQ(query(cluster_url(home, made.port, kApp, Via::tcp), "SELECT 1"), "1");
    EXPECT_EQ(read_state(home)->port, made.port);
    EXPECT_FALSE(read_state(home)->port_fixed);
}

TEST_F(LocalCluster, AnExplicitPortIsHonouredOrRefused) {
    const int port = free_port();
    {
        const Listener other(port);
        const Error error = refusal([&] { ensure({.port = port}); });
        EXPECT_EQ(exit_code_of(error.code()), 3);
        EXPECT_THAT(error.what(), HasSubstr(fmt::format("port {} of 127.0.0.1 is in use", port)));
        EXPECT_THAT(error.what(), HasSubstr("is in use"));
        EXPECT_FALSE(fs::exists(home.state()));  // written nowhere
        EXPECT_FALSE(local_cluster_urls());
    }
    const auto made = ensure({.port = port});
    EXPECT_FALSE(made.created);  // the cluster itself was whole
    EXPECT_EQ(made.port, port);
    const int next = free_port();
    EXPECT_EQ(ensure({.port = next}).port, next);
    EXPECT_EQ(query(cluster_url(home, next, kApp, Via::tcp), "SELECT 1"), "1");
}

TEST_F(LocalCluster, APortLostMeanwhileIsReplacedOnlyWhenNobodyChoseIt) {
    const int port = given().port;
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    stop_local_cluster();
    {
        const Listener other(port);
        const auto moved = start_local_cluster(30s);
        EXPECT_NE(moved.port, port);
        EXPECT_EQ(admin("SELECT x FROM kept"), "1");
        ensure({.port = moved.port});  // from now on it is the user's choice
        stop_local_cluster();
        const Listener again(moved.port);
        const std::string state = state_text();
        EXPECT_THAT(refusal([&] { start_local_cluster(30s); }).what(),
                    HasSubstr(fmt::format("port {}", moved.port)));
        EXPECT_EQ(state_text(), state);
    }
    start_local_cluster(30s);
}

// ---- accounts and places

TEST_F(LocalCluster, RootNeedsAnAccountThatCanReachThePlace) {
    if (!is_root()) GTEST_SKIP() << "only root changes accounts";
    const auto with_user = [&](const char* name) {
        return refusal([&] { ensure({.pg_user = name, .port = free_port()}); });
    };
    EXPECT_THAT(with_user("root").what(), HasSubstr("refuses to run as root"));
    EXPECT_THAT(with_user("nobody-by-this-name").what(), HasSubstr("no such account"));
    ::chmod(root.c_str(), 0700);
    const Error error = refusal([&] { ensure(); });
    EXPECT_EQ(exit_code_of(error.code()), 2);
    EXPECT_THAT(error.what(), HasSubstr("cannot enter " + root.string()));
    ::chmod(root.c_str(), 0755);
    EXPECT_TRUE(ensure({.pg_user = "nobody", .port = free_port()}).created);
    EXPECT_EQ(read_state(home)->account, "nobody");
}

TEST_F(LocalCluster, NeedsNoRoot) {
    const auto account = find_account("nobody");
    if (!is_root() || !account) GTEST_SKIP() << "already the ordinary case here";
    fs::create_directories(home.root);
    ASSERT_EQ(::chown(home.root.c_str(), account->uid, account->gid), 0);
    EXPECT_EQ(in_child([&] {
                  if (::setgroups(0, nullptr) != 0 || ::setgid(account->gid) != 0 ||
                      ::setuid(account->uid) != 0)
                      throw std::runtime_error("cannot give up root");
                  ensure({.port = free_port()});
                  if (app("SELECT current_user") != "stele_app")
                      throw std::runtime_error("the cluster does not answer");
                  stop_local_cluster();
                  start_local_cluster(20s);
                  stop_local_cluster();
              }),
              0);
    fs::remove(home.state());
}

TEST_F(LocalCluster, ATooLongPlaceIsSaidBeforeAnythingIsMade) {
    use_home(root / std::string(100, 'x'));
    EXPECT_THAT(refusal([&] { ensure(); }).what(), HasSubstr("too long for a socket's name"));
    EXPECT_FALSE(fs::exists(home.clusters()));
}

TEST_F(LocalCluster, MissingProgramsAreNamedWithTheirRemedy) {
    ::setenv("STELE_PG_BIN", "/nonexistent", 1);
    const Error error = refusal([&] { ensure(); });
    EXPECT_EQ(exit_code_of(error.code()), 3);
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent"));
}

}  // namespace
}  // namespace stele::ops
