// The connection and what stands in its way: every kind is told apart, mended, and passes.
#include <fstream>

#include "foundation/os/files.hpp"
#include "operate/doctor/tests/examination.hpp"
#include "support/fault_proxy.hpp"

namespace stele::doctor {
namespace {

using testing::free_port;
using testing::Not;

void write_hba(const ThrowawayServer& server, const std::string& lines) {
    std::ofstream(server.directory() / "data" / "pg_hba.conf") << "local all all trust\n" << lines;
    query(server.url(), "SELECT pg_reload_conf()");
}

TEST(Connect, RefusedAndMissingSocket) {
    ThrowawayServer server;
    Examination tcp(server.tcp_url()), socket(server.url());
    server.stop();
    expect_finding(tcp.check("connect"), Verdict::fail, "refused: ", "nothing listens on that port",
                   "systemctl start postgresql");
    expect_finding(socket.check("connect"), Verdict::fail,
                   "socket: ", "no server has made that socket", "systemctl start postgresql");
    server.start();
    expect_pass(tcp.check("connect"));
    expect_pass(socket.check("connect"));
}

TEST(Connect, Timeout) {
    const TestDatabase database;
    testing::FaultProxy proxy(database.app_url());
    Examination examination(proxy.url(),
                            {.size = 2, .acquire_timeout = 300ms, .connect_timeout = 300ms});
    proxy.blackhole(true);
    expect_finding(examination.check("connect"), Verdict::fail,
                   "timeout: ", "swallows what is sent",
                   fmt::format("pg_isready -h 127.0.0.1 -p {} -t 5", proxy.port()));
    proxy.blackhole(false);
    expect_pass(
        eventually(examination, "connect", [](const auto& f) { return is(f, Verdict::pass); }));
}

TEST(Connect, UnknownHost) {
    Examination examination("postgresql://u@no-such-host.invalid:5432/d");
    expect_finding(examination.check("connect"), Verdict::fail, "dns: ", "cannot be looked up",
                   "export STELE_DATABASE_URL=postgresql://u@HOST:5432/d");
    const TestDatabase database;
    expect_pass(Examination(database.app_url()).check("connect"));
}

TEST(Connect, TlsThatTheServerDoesNotOffer) {
    const ThrowawayServer server;
    expect_finding(Examination(server.tcp_url() + "?sslmode=require").check("connect"),
                   Verdict::fail, "tls: ", "TLS", "sslmode=prefer");
    expect_pass(Examination(server.tcp_url() + "?sslmode=prefer").check("connect"));
}

TEST(Connect, PgHbaAdmitsNobodyWithoutTls) {
    const ThrowawayServer server;
    write_hba(server, "hostssl all all 127.0.0.1/32 trust\n");
    Examination examination(server.tcp_url());
    const auto found =
        eventually(examination, "connect", [](const auto& f) { return is(f, Verdict::fail); });
    expect_finding(found, Verdict::fail, "hba: ", "demands TLS", "sslmode=require");
    // The other way that it names.
    write_hba(server, "host postgres postgres 127.0.0.1/32 trust\n");
    expect_pass(
        eventually(examination, "connect", [](const auto& f) { return is(f, Verdict::pass); }));
}

TEST(Connect, WrongPasswordAndNone) {
    const ThrowawayServer server;
    query(server.url(), "CREATE ROLE clerk LOGIN PASSWORD 'the-right-one'");
    write_hba(server, "host all all 127.0.0.1/32 scram-sha-256\n");
    const auto url = [&](const std::string& password) {
        return fmt::format("postgresql://clerk{}@127.0.0.1:{}/postgres", password, server.port());
    };
    Examination wrong(url(":the-wrong-one")), none(url(""));
    for (Examination* each : {&wrong, &none}) {
        const auto found =
            eventually(*each, "connect", [](const auto& f) { return is(f, Verdict::fail); });
        expect_finding(found, Verdict::fail, "password: ", "does not take this user's password",
                       "psql -c '\\password clerk'");
        EXPECT_THAT(found.evidence, Not(HasSubstr("the-wrong-one")));
    }
    query(server.url(), "ALTER ROLE clerk PASSWORD 'the-wrong-one'");  // what \password does
    expect_pass(wrong.check("connect"));
}

// The volume of a container, and a rotation that ended between the role and the file.
TEST(Connect, TheServerHasAnotherPasswordThanTheFile) {
    const ThrowawayServer server;
    query(server.url(), "CREATE ROLE clerk LOGIN PASSWORD 'as-the-volume-was-made'");
    write_hba(server, "host all all 127.0.0.1/32 scram-sha-256\n");
    char name[] = "/tmp/stele-doctor.XXXXXX";
    const std::filesystem::path home = ::mkdtemp(name);
    ::setenv("STELE_HOME", home.c_str(), 1);
    const std::string file = home / "docker.pgpass";
    ops::write_file(file, "*:*:*:clerk:a-newer-one\n", 0600);
    Examination examination(
        fmt::format("postgresql://clerk@127.0.0.1:{}/postgres?passfile={}", server.port(), file));
    const auto refused =
        eventually(examination, "connect", [](const auto& f) { return is(f, Verdict::fail); });
    expect_finding(refused, Verdict::fail, "password: ", "whatever POSTGRES_PASSWORD says since",
                   "docker compose --project-name stele exec postgres psql -U clerk");
    EXPECT_THAT(refused.mend, Not(HasSubstr("a-newer-one")));
    // The other way round: the role has it, the file does not.
    query(server.url(), "ALTER ROLE clerk PASSWORD 'of-the-rotation'");
    ops::write_file(file + ".new", "of-the-rotation\n", 0600);
    expect_finding(examination.check("connect"), Verdict::fail, "password: ", "password",
                   "stele db rotate-password");
    run_shell(examination.url(), "stele db rotate-password");
    expect_pass(examination.check("connect"));
    ::unsetenv("STELE_HOME");
    std::filesystem::remove_all(home);
}

TEST(Connect, UnknownRoleAndDatabase) {
    ThrowawayServer server;
    ops::migrate(pg::ConnInfo::parse(server.url()));  // makes stele_runtime
    Examination role(fmt::format("postgresql://stranger@127.0.0.1:{}/postgres", server.port()));
    run_sql(server.url(), expect_finding(role.check("connect"), Verdict::fail,
                                         "role: ", "no such user", "CREATE ROLE \"stranger\" LOGIN")
                              .mend);
    expect_pass(role.check("connect"));
    expect_pass(role.check("privileges"));

    Examination database(server.url("nowhere"));
    run_sql(server.url(), expect_finding(database.check("connect"), Verdict::fail, "database: ",
                                         "no database of that name", "CREATE DATABASE \"nowhere\"")
                              .mend);
    expect_pass(database.check("connect"));
}

TEST(Connect, WhatNeedsTheDatabaseIsSkippedAndSaysSo) {
    Examination examination(fmt::format("postgresql://u:hush-hush@127.0.0.1:{}/d", free_port()));
    const DoctorOutput output = examination.examine();
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_EQ(output.failed, 1);
    EXPECT_GT(output.skipped, 15);
    for (const CheckOutput& check : output.checks)
        if (check.verdict == Verdict::skipped)
            EXPECT_EQ(check.evidence, "the database cannot be asked: see connect");
    EXPECT_THAT(serialize(reflect::write(output)), Not(HasSubstr("hush-hush")));
    EXPECT_THAT(render(reflect::write(output)),
                HasSubstr("FAIL    connect              refused: "));
}

// ---- connections, here and there

TEST(Pool, Exhausted) {
    const TestDatabase database;
    Examination examination(database.app_url(), {.size = 1, .acquire_timeout = 100ms});
    {
        const auto lease = examination.db().pool().acquire(deadline_in(5s));
        const CheckOutput found = examination.examine({.only = {"pool"}, .list = false}).checks[0];
        expect_finding(found, Verdict::fail, "1 of 1 connections in use",
                       "every connection of this process's pool",
                       "export STELE_DATABASE_POOL_SIZE=2");
        EXPECT_THAT(examination.examine({.only = {"connect"}, .list = false}).checks[0].evidence,
                    HasSubstr("pool: no database connection came free"));
    }
    // Somebody waited in vain, and that stays known until the restart that the mending asks for.
    expect_finding(examination.check("pool"), Verdict::warn, "waits timed out",
                   "waited for a connection in vain", "POOL_SIZE=2");
    Examination larger(database.app_url(), {.size = 2, .acquire_timeout = 100ms});
    const auto lease = larger.db().pool().acquire(deadline_in(5s));
    expect_pass(larger.check("pool"));
}

TEST(ServerConnections, FullAndNearlyFull) {
    const ThrowawayServer server("max_connections = 15\nsuperuser_reserved_connections = 5\n");
    query(server.url(), "CREATE ROLE clerk LOGIN");
    const std::string url = fmt::format("postgresql://clerk@127.0.0.1:{}/postgres", server.port());
    std::vector<std::unique_ptr<pg::Connection>> held;
    Examination examination(url);
    expect_pass(examination.check("server-connections"));
    while (held.size() < 9) held.push_back(testing::connect(url));
    // Once the server has noticed that earlier sessions are gone.
    expect_finding(eventually(examination, "server-connections",
                              [](const auto& f) { return is(f, Verdict::warn); }),
                   Verdict::warn, "10 of 10 connections", "soon refuse", "pg_terminate_backend");
    examination.db().pool().clear();
    std::this_thread::sleep_for(100ms);  // the server notices that the examiner's own has gone
    while (held.size() < 10) held.push_back(testing::connect(url));
    const CheckOutput full = examination.check("server-connections");
    expect_finding(full, Verdict::fail, "PostgreSQL at", "max_connections", "pg_terminate_backend");
    EXPECT_THAT(examination.check("connect").evidence, HasSubstr("full: "));
    // The mending ends what has been idle for ten minutes; these have been for a moment.
    std::string mend = full.mend;
    mend.replace(mend.find("10 minutes"), 10, "0 minutes");
    run_sql(server.url(), mend);
    expect_pass(eventually(examination, "server-connections",
                           [](const auto& f) { return is(f, Verdict::pass); }));
}

TEST(PoolBudget, LargerThanTheServer) {
    ThrowawayServer server("max_connections = 8\nsuperuser_reserved_connections = 3\n");
    Examination examination(server.url(), {.size = 8});
    const auto found = expect_finding(
        examination.check("pool-budget"), Verdict::fail, "1 × 8 = 8 wanted, 5 available",
        "larger than what the server admits", "ALTER SYSTEM SET max_connections = 11");
    query(server.url(), "ALTER SYSTEM SET max_connections = 11");
    server.restart();
    expect_pass(examination.check("pool-budget"));
    // Or the other one it proposes.
    EXPECT_THAT(found.mend, HasSubstr("STELE_DATABASE_POOL_SIZE"));
}

TEST(Clock, Skewed) {
    const TestDatabase database;
    query(database.url(),
          "CREATE SCHEMA skewed; CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz "
          "LANGUAGE "
          "sql AS $$SELECT pg_catalog.clock_timestamp() + interval '1 hour'$$");
    Examination examination(database.url() + "&options=-csearch_path%3Dskewed,pg_catalog,public");
    expect_finding(examination.check("clock"), Verdict::warn, "3600.0 s ahead of", "two clocks",
                   "timedatectl set-ntp true");
    query(database.url(), "DROP FUNCTION skewed.clock_timestamp()");
    expect_pass(examination.check("clock"));
}

}  // namespace
}  // namespace stele::doctor
