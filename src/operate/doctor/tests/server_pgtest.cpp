// The server: what runs on it, whether it takes writes, how old and how full it is.
#include <sys/resource.h>

#include <fstream>

#include "operate/doctor/tests/examination.hpp"
#include "support/test_server.hpp"

namespace stele::doctor {
namespace {

TEST(LongStatements, AreNamedAndCanBeCancelled) {
    const TestDatabase database;
    const Busy sleeper(database.url(), "SELECT pg_sleep(60), 'hunter22'");
    Examination examination(database.url());
    const auto mine = fmt::format("SELECT pg_cancel_backend({});", sleeper.pid());
    const auto found = eventually(examination, "long-statements", [&](const CheckOutput& f) {
        return f.mend.find(mine) != f.mend.npos;
    });
    expect_finding(found, Verdict::warn, "SELECT pg_sleep(60), '…'", "holds its locks", mine);
    run_sql(database.url(), found.mend);
    eventually(examination, "long-statements",
               [&](const CheckOutput& f) { return f.mend.find(mine) == f.mend.npos; });
    EXPECT_EQ(examination.check("long-statements").mend.find(mine), std::string::npos);
}

TEST(IdleTransactions, AreNamedAndCanBeEnded) {
    ThrowawayServer server;
    const auto silent = testing::connect(server.url());
    query(*silent, "BEGIN");
    query(*silent, "SELECT 1");
    Examination examination(server.url());
    const auto found = eventually(examination, "idle-transactions",
                                  [](const auto& f) { return is(f, Verdict::warn); });
    expect_finding(found, Verdict::warn, "1 transactions are left open", "went silent",
                   fmt::format("SELECT pg_terminate_backend({});", silent->backend_pid()));
    run_sql(server.url(), found.mend);
    expect_pass(eventually(examination, "idle-transactions",
                           [](const auto& f) { return is(f, Verdict::pass); }));
}

TEST(Blocked, TheHeadOfTheChainIsNamed) {
    const ThrowawayServer server;
    query(server.url(), "CREATE TABLE t (a int)");
    const auto head = testing::connect(server.url());
    query(*head, "BEGIN");
    query(*head, "LOCK TABLE t IN ROW EXCLUSIVE MODE");
    Examination examination(server.url());
    const Busy second(server.url(), "ALTER TABLE t ADD b int");
    eventually(examination, "blocked", [](const auto& f) { return is(f, Verdict::fail); });
    const Busy third(server.url(), "SELECT * FROM t");  // queues behind the second
    const auto found = eventually(examination, "blocked", [](const CheckOutput& f) {
        return f.evidence.starts_with("2 sessions");
    });
    expect_finding(found, Verdict::fail,
                   fmt::format("in the end for process {}", head->backend_pid()), "holds a lock",
                   fmt::format("SELECT pg_terminate_backend({});", head->backend_pid()));
    run_sql(server.url(), found.mend);
    expect_pass(
        eventually(examination, "blocked", [](const auto& f) { return is(f, Verdict::pass); }));
}

// ---- writes

TEST(Writes, ReadOnlyBySettingOfTheDatabase) {
    const TestDatabase database;
    query(database.url(),
          fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));
    Examination examination(database.app_url());
    const auto found =
        expect_finding(examination.check("writes"), Verdict::fail, "read-only transaction",
                       "(set by: database)", "RESET default_transaction_read_only;");
    auto owner = testing::connect(database.url());
    query(*owner, "SET default_transaction_read_only = off");
    query(*owner, found.mend.substr(0, found.mend.find('\n')));
    expect_pass(examination.check("writes"));
}

TEST(Writes, ReadOnlyByTheClientsOptions) {
    const TestDatabase database;
    Examination examination(database.app_url() + "&options=-cdefault_transaction_read_only%3Don");
    expect_finding(examination.check("writes"), Verdict::fail, "read-only", "(set by: client)",
                   "STELE_DATABASE_URL");
    expect_pass(Examination(database.app_url()).check("writes"));
}

TEST(Writes, AStandby) {
    ThrowawayServer server;
    ops::migrate(pg::ConnInfo::parse(server.url()));
    server.stop();
    std::ofstream(server.directory() / "data" / "standby.signal");
    server.start();
    Examination examination(server.url());
    expect_finding(examination.check("writes"), Verdict::fail, "read-only",
                   "the server is a standby", "SELECT pg_promote();");
    query(server.url(), "SELECT pg_promote()");
    expect_pass(
        eventually(examination, "writes", [](const auto& f) { return is(f, Verdict::pass); }));
}

TEST(Writes, ATriggerThatSwallowsThem) {
    const TestDatabase database;
    query(
        database.url(),
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$; "
        "CREATE TRIGGER swallow BEFORE INSERT ON memories FOR EACH ROW EXECUTE FUNCTION swallow()");
    Examination examination(database.app_url());
    expect_finding(examination.check("writes"), Verdict::fail, "was not there",
                   "a trigger or a policy", "\\d+ memories");
    query(database.url(), "DROP TRIGGER swallow ON memories");
    expect_pass(examination.check("writes"));
}

// The size that a file may have, for what is started from here on; as a full disk stops a table's
// growth.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit narrow = before_;
        narrow.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &narrow);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

TEST(Writes, AFullDisk) {
    ThrowawayServer server("autovacuum = off\n");
    ops::migrate(pg::ConnInfo::parse(server.url()));
    server.stop();
    {
        // Larger than a segment of the write-ahead log, and in the middle of a page: a short write
        // is what the kernel answers when a disk is full.
        const FileSizeLimit limit((20 << 20) + 4096);
        server.start();
    }
    // Rows no larger than the one that is tried: when these do not fit, that one does not.
    EXPECT_THROW(
        query(server.url(),
              "INSERT INTO memories SELECT gen_random_uuid(), gen_random_uuid(), "
              "gen_random_uuid(), 'global', 'i', 't', 'c', 's', 'u', 'x', "
              "sha256(g::text::bytea), '{}/1000000000', '{}', '{}', false, NULL, NULL, NULL, "
              "NULL, NULL, NULL, NULL, NULL, NULL, 1, now(), now() FROM generate_series(1, "
              "200000) g"),
        Error);
    Examination examination(server.url());
    expect_finding(examination.check("writes"), Verdict::fail, "could not extend file",
                   "the disk of the server is full", "df -h");
    server.restart();  // with room again
    expect_pass(examination.check("writes"));
    EXPECT_EQ(query(server.url(), "SELECT count(*) FROM memories"), "0");
}

// ---- the server's age and openness

TEST(XidAge, VacuumFreezeMendsIt) {
    ThrowawayServer server;
    server.stop();
    const auto data = server.directory() / "data";
    // Six hundred million transactions later; their commit log must be there.
    const auto segment = data / "pg_xact" / fmt::format("{:04X}", 600'000'000 / (8192 * 4 * 32));
    std::ofstream(segment, std::ios::binary) << std::string(262'144, '\0');
    const auto account = testing::unprivileged_account();
    if (account) ASSERT_EQ(::chown(segment.c_str(), account->uid, account->gid), 0);
    const auto reset = ops::run({.argv = {(testing::server_programs() / "pg_resetwal").string(),
                                          "-x", "600000000", data.string()},
                                 .as = account},
                                deadline_in(1min));
    ASSERT_EQ(reset.status, 0) << reset.output;
    server.start();
    Examination examination(server.url());
    const auto found =
        expect_finding(examination.check("xid-age"), Verdict::warn, "599 million old",
                       "vacuum does not keep up", "vacuumdb --all --freeze");
    run_shell(server.url(),
              fmt::format("PGHOST={} PGPORT={} PGUSER=postgres vacuumdb --all --freeze -q",
                          server.directory().string(), server.port()));
    expect_pass(examination.check("xid-age"));
}

TEST(Listens, OnEveryAddress) {
    ThrowawayServer server("listen_addresses = '*'\n");
    Examination examination(server.url());
    run_sql(server.url(),
            expect_finding(examination.check("listens"), Verdict::warn, "PostgreSQL listens on *",
                           "any network", "ALTER SYSTEM SET listen_addresses = 'localhost';")
                .mend);
    server.restart();
    expect_pass(examination.check("listens"));
    examination.settings.server.host = "0.0.0.0";
    expect_finding(examination.check("listens"), Verdict::warn, "`stele serve` listens on 0.0.0.0",
                   "any network", "export STELE_SERVER_HOST=127.0.0.1");
}

// ---- backups

TEST(Backup, NoneOldAndUnverified) {
    const TestDatabase database;
    query(database.url(), "DROP TABLE IF EXISTS stele_backups");
    Examination examination(database.app_url());
    const auto expect_none = [&] {
        expect_finding(examination.check("backup"), Verdict::warn, "no backup is recorded",
                       "lost for good", "stele db backup");
    };
    expect_none();
    query(database.url(),
          "CREATE TABLE stele_backups (id uuid, made_at timestamptz, file text, bytes bigint, "
          "sha256 text, migration_version integer, verified_at timestamptz, deep_verified_at "
          "timestamptz, removed_at timestamptz); GRANT SELECT ON stele_backups TO stele_runtime");
    expect_none();
    const auto made = [&](const char* ago, const char* verified, const char* removed = "NULL") {
        query(
            database.url(),
            fmt::format("DELETE FROM stele_backups; INSERT INTO stele_backups VALUES "
                        "(gen_random_uuid(), now() - interval '{}', 'b.dump', 1, repeat('0', 64), "
                        "1, {}, NULL, {})",
                        ago, verified, removed));
    };
    made("1 hour", "now()", "now()");  // its file was rotated away
    expect_none();
    made("9 days", "now()");
    expect_finding(examination.check("backup"), Verdict::fail, "9 days old", "a week of work",
                   "stele db backup");
    made("30 hours", "now()");
    expect_finding(examination.check("backup"), Verdict::warn, "30 hours old", "every day",
                   "stele db backup");
    made("1 hour", "NULL");
    expect_finding(examination.check("backup"), Verdict::warn, "none was ever verified", "a hope",
                   "stele db verify-dump --deep --file 'b.dump'");
    made("1 hour", "now() - interval '60 days'");
    expect_finding(examination.check("backup"), Verdict::warn, "60 days ago", "a hope",
                   "stele db verify-dump");
    made("1 hour", "now()");  // what both commands leave behind
    expect_pass(examination.check("backup"));
}

}  // namespace
}  // namespace stele::doctor
