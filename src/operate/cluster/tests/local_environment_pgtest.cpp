// The local cluster against what stands in the user's environment, and against its own changes.
#include <fstream>

#include "foundation/pg/database.hpp"
#include "foundation/pg/environment.hpp"
#include "local_cluster_fixture.hpp"
#include "operate/cluster/postgres_programs.hpp"

namespace stele::ops {
namespace {

constexpr std::pair<const char*, const char*> kMeantForAnotherServer[] = {
    {"PGSERVICE", "nowhere"},
    {"PGSERVICEFILE", "/nonexistent"},
    {"PGSYSCONFDIR", "/nonexistent"},
    {"PGOPTIONS", "-csearch_path=app"},
    {"PGHOST", "db.example.com"},
    {"PGHOSTADDR", "192.0.2.1"},
    {"PGPORT", "1"},
    {"PGUSER", "somebody"},
    {"PGPASSWORD", "something"},
    {"PGPASSFILE", "/nonexistent"},
    {"PGPASSWORD_FILE", "/nonexistent"},
    {"PGSSLMODE", "verify-full"},
    {"PGGSSENCMODE", "require"},
    {"PGCHANNELBINDING", "require"},
    {"PGREQUIREAUTH", "none"},
    {"PGSSLNEGOTIATION", "bad"},
    {"PGLOADBALANCEHOSTS", "bad"},
    {"PGTARGETSESSIONATTRS", "standby"},
    {"PGTZ", "Bad"},
    {"PGDATESTYLE", "bad"},
    {"PGCLIENTENCODING", "bad"},
    {"PGDATA", "/nonexistent"}};

TEST_F(LocalCluster, EachOfLibpqsVariablesIsIgnored) {
    given();
    for (const auto& [name, value] : kMeantForAnotherServer) {
        SCOPED_TRACE(name);
        EXPECT_EQ(in_child([&] {
                      ::setenv(name, value, 1);
                      start_local_cluster(20s);
                      if (app("SELECT current_user || current_setting('search_path')") !=
                          "stele_app\"$user\", public")
                          throw std::runtime_error("another server, or another search_path");
                  }),
                  0);
    }
}

TEST_F(LocalCluster, IsMadeStoppedAndAskedByProgramsWhateverTheVariablesSay) {
    EXPECT_EQ(in_child([&] {
                  for (const auto& [name, value] : kMeantForAnotherServer) ::setenv(name, value, 1);
                  ensure({.port = free_port()});
                  const Command psql = [&] {
                      Command out =
                          client_command((fs::path(read_state(home)->bin) / "psql").string(),
                                         pg::ConnInfo::parse(local_cluster_urls()->admin));
                      out.argv.emplace_back("--command=SELECT current_user");
                      return out;
                  }();
                  const ProcessResult asked = ops::run(psql, deadline_in(20s));
                  if (asked.status != 0 || asked.output.find(kOwner) == std::string::npos)
                      throw std::runtime_error(asked.output);
                  if (!stop_local_cluster()) throw std::runtime_error("it did not run");
              }),
              0);
}

// What the runbook does: the roles first, the file a moment later. The pool's one connection is cut
// in between.
TEST_F(LocalCluster, ChangedPasswordsReachAPoolThatIsOpen) {
    given();
    pg::Database db(pg::ConnInfo::parse(local_cluster_urls()->app), {.size = 1});
    const auto ask = [&] {
        return db.pool().acquire(deadline_in(10s))->script("SELECT 1", deadline_in(10s)).rows();
    };
    ASSERT_EQ(ask(), 1);
    const std::string before = password_of(home, kApp), after = random_password();
    query(local_cluster_urls()->superuser,
          fmt::format("ALTER ROLE {} PASSWORD '{}'; SELECT pg_terminate_backend(pid, 10000) "
                      "FROM pg_stat_activity WHERE usename = '{}'",
                      kApp, after, kApp));
    std::string text = *read_file(home.passwords());
    text.replace(text.find(before), before.size(), after);
    write_file(home.passwords(), text, 0600);
    EXPECT_EQ(ask(), 1);
}

TEST_F(LocalCluster, APlaceThatPostgreSqlCannotRunInIsRefusedAtOnce) {
    for (const char* name : {"a\"b", "a$HOME", "a`b", "a,b", "a\nb"}) {
        use_home(root / name);
        const Error error = refusal([&] { ensure(); });
        EXPECT_EQ(exit_code_of(error.code()), 2) << name;
        EXPECT_THAT(error.what(), HasSubstr("PostgreSQL cannot run in"));
        EXPECT_FALSE(fs::exists(home.root)) << name;
    }
    use_home(root / "home");
}

TEST_F(LocalCluster, AFailedSetupLeavesNoServerBehind) {
    given();
    // What an earlier setup was killed before: the state is gone, and the superuser's password fits
    // no more, so the next one fails after it has started the server.
    const std::string passwords = *read_file(home.passwords());
    stop_local_cluster();
    fs::remove(home.state());
    std::string wrong = passwords;
    wrong.replace(wrong.find(password_of(home, kSuperuser)), 8, "nonsense");
    write_file(home.passwords(), wrong, 0600);
    EXPECT_NE(std::string(refusal([&] { ensure(); }).what()), "nothing was refused");
    EXPECT_EQ(postmaster(), 0);
    write_file(home.passwords(), passwords, 0600);
    ensure();
}

TEST_F(LocalCluster, AServerWithoutItsStateIsStoppedAllTheSame) {
    given();
    fs::remove(home.state());
    EXPECT_TRUE(stop_local_cluster());
    EXPECT_EQ(postmaster(), 0);
    EXPECT_FALSE(stop_local_cluster());
}

}  // namespace
}  // namespace stele::ops
