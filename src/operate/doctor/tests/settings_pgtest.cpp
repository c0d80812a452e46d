// Settings, this machine, and the doctor itself.
#include <sys/mount.h>

#include <fstream>

#include "foundation/base/text.hpp"
#include "operate/cluster/tests/local_cluster_fixture.hpp"
#include "operate/doctor/check.hpp"
#include "operate/doctor/disk.hpp"
#include "operate/doctor/tests/examination.hpp"
#include "support/pooler.hpp"

namespace stele::doctor {
namespace {

TEST(Credentials, WellKnownOnes) {
    const TestDatabase database;
    for (const char* password :
         {"postgres", "CHANGE_ME", "<password>", "your-password", "stele_test_app"}) {
        Examination examination(database.app_url());
        pg::ConnInfo info = examination.db().pool().info();
        info.set("password", password);
        examination.db().pool().redirect(info);
        expect_finding(examination.check("credentials"), Verdict::warn,
                       "the password of stele_test_app", "guess",
                       "psql -c '\\password stele_test_app'");
        examination.settings.environment = runtime::Environment::production;
        EXPECT_TRUE(is(examination.check("credentials"), Verdict::fail));
        info.set("password", "6f1d0c2e8b7a4953");
        examination.db().pool().redirect(info);
        expect_pass(examination.check("credentials"));
    }
}

TEST(Credentials, TheServersToken) {
    const TestDatabase database;
    Examination examination(database.app_url());
    examination.settings.server.token = "changeme";
    const auto found = expect_finding(examination.check("credentials"), Verdict::warn,
                                      "the token of `stele serve`", "guess", "export STELE_TOKEN=");
    examination.settings.server.token = "9c4e6a1f0b2d";
    expect_pass(examination.check("credentials"));
}

TEST(Tokens, OfTheFirstSetUpLivesOn) {
    const TestDatabase database;
    Examination examination(database.app_url());
    expect_pass(examination.check("tokens"));
    query(database.url(),
          "INSERT INTO api_tokens (org_id, project_id, id, kind, name, prefix, secret_sha256, "
          "capability, created_by) SELECT t, t, t, 'admin', 'first', repeat('0', 22), sha256('x'), "
          "'all', 'environment' FROM uuid('00000000-0000-4000-8000-000000000000') AS t");
    expect_finding(examination.check("tokens"), Verdict::warn,
                   "1 valid admin token of the environment", "may everything",
                   "stele token revoke ID --global");
    query(database.url(), "UPDATE api_tokens SET revoked_at = now()");
    expect_pass(examination.check("tokens"));
}

TEST(Production, PointsAtThisMachine) {
    const TestDatabase database;
    Examination examination(database.app_url());
    expect_pass(examination.check("production"));
    examination.settings.environment = runtime::Environment::production;
    expect_finding(examination.check("production"), Verdict::fail, "environment = production",
                   "forgotten default", "export STELE_DATABASE_URL=");
    pg::ConnInfo elsewhere = pg::ConnInfo::parse("postgresql://u@no-such-host.invalid/d");
    examination.db().pool().redirect(elsewhere);
    expect_pass(examination.check("production"));
}

// ---- the local cluster's port

using LocalPort = ops::LocalCluster;

TEST_F(LocalPort, TakenWhileTheClusterWasStopped) {
    const int port = given().port;
    const auto local = [] {
        auto out = std::make_unique<Examination>(ops::local_cluster_urls()->app);
        out->settings.database.url = "";
        return out;
    };
    expect_pass(local()->check("port"));
    expect_pass(local()->check("disk"));
    ops::stop_local_cluster();
    EXPECT_THAT(local()->check("connect").mend, HasSubstr("stele db start"));
    expect_pass(local()->check("port"));
    {
        const ops::Listener other(port);
        const auto found =
            expect_finding(local()->check("port"), Verdict::fail, fmt::format("port {} of", port),
                           "another program took the port", "stele db start");
        run_shell("", found.mend.substr(0, found.mend.find("  #")));
        expect_pass(local()->check("port"));
        expect_pass(local()->check("connect"));
    }
}

// ---- disk

// Root of a user namespace of one's own, where anybody may mount.
bool become_root_here() {
    const std::string own[] = {fmt::format("0 {} 1", ::getuid()),
                               fmt::format("0 {} 1", ::getgid())};
    if (::unshare(CLONE_NEWUSER) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << own[0];
    std::ofstream("/proc/self/gid_map") << own[1];
    return ::getuid() == 0;
}

// Runs `look` on a file system of four MiB that is gone afterwards. In a process and a namespace of
// its own, which needs no root.
void on_a_small_disk(const std::function<bool(const std::filesystem::path&)>& look) {
    const pid_t child = ::fork();
    if (child == 0) {
        char name[] = "/tmp/stele-small.XXXXXX";
        const std::filesystem::path place = ::mkdtemp(name);
        bool ok = (::geteuid() == 0 || become_root_here()) && ::unshare(CLONE_NEWNS) == 0 &&
                  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  ::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=4m") == 0;
        if (!ok) std::perror("no small file system");
        ok = ok && look(place);
        // The namespace takes it away with this process; who still reads it keeps nobody waiting.
        std::error_code ignored;
        if (::umount2(place.c_str(), MNT_DETACH) == 0) std::filesystem::remove(place, ignored);
        ::_exit(ok ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(Disk, NearlyFullAndFull) {
    on_a_small_disk([](const std::filesystem::path& place) {
        const Finding small = space_at(place);  // empty, and smaller than a GiB
        std::ofstream(place / "ballast") << std::string(4 << 20, 'x');
        const Finding full = space_at(place);
        EXPECT_EQ(small.verdict, Verdict::warn);
        EXPECT_EQ(full.verdict, Verdict::fail);
        EXPECT_THAT(full.cause, HasSubstr("refuses every write"));
        EXPECT_THAT(full.mend, HasSubstr("du -xh"));
        return !testing::Test::HasFailure();
    });
}

TEST(Disk, OfAnotherMachineIsNotSeen) {
    const TestDatabase database;
    const auto found =
        Examination(database.app_url()).check("disk");  // this role may not know where it is
    EXPECT_EQ(found.verdict, Verdict::skipped);
    EXPECT_THAT(found.evidence, HasSubstr("cannot be seen from here"));
    EXPECT_THAT(Examination(database.url()).check("disk").evidence, HasSubstr("free ("));
}

// ---- the doctor itself

TEST(Doctor, RunsOnlyWhatIsAskedFor) {
    const TestDatabase database;
    Examination examination(database.app_url());
    const DoctorOutput two = examination.examine({.only = {"clock, connect"}, .list = false});
    ASSERT_EQ(two.checks.size(), 2u);
    EXPECT_EQ(two.checks[0].name, "connect");  // in their own order
    try {
        examination.examine({.only = {"conect"}, .list = false});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("did you mean \"connect\"?"));
        EXPECT_EQ(exit_code_of(error.code()), 2);
    }
}

TEST(Doctor, ListsItsChecks) {
    Examination examination("postgresql://u@127.0.0.1:1/d");
    const DoctorOutput listed = examination.examine({.only = {}, .list = true});
    EXPECT_EQ(listed.checks.size(), all_checks().size());
    EXPECT_EQ(listed.exit_code, 0);
    const std::string text = render(reflect::write(listed));
    for (const Check& check : all_checks())
        EXPECT_THAT(text, HasSubstr(std::string(check.name) + " "));
}

TEST(Doctor, WorksThroughATransactionPooler) {
    const TestDatabase database;
    const testing::Pooler pooler(testing::Pooler::Mode::transaction);
    Examination examination(pooler.url(database.app_url()));
    const DoctorOutput output = examination.examine();
    for (const CheckOutput& check : output.checks)
        EXPECT_NE(check.verdict, Verdict::fail) << check.name << ": " << check.evidence;
}

// ---- who waits

TEST(Notifications, AreHeardOverOneConnectionOrAnother) {
    const TestDatabase database;
    Examination examination(database.app_url());
    expect_pass(examination.check("notifications"));
    const testing::Pooler sessions(testing::Pooler::Mode::session);
    expect_pass(Examination(sessions.url(database.app_url())).check("notifications"));
}

TEST(Notifications, BehindATransactionPoolerTheServerItselfIsNamed) {
    const TestDatabase database;
    const testing::Pooler pooler(testing::Pooler::Mode::transaction);
    Examination examination(pooler.url(database.app_url()));
    expect_finding(examination.check("notifications"), Verdict::warn, "waiting polls",
                   "once a second", "export STELE_DATABASE_DIRECT_URL=postgresql://");
    examination.settings.database.direct_url = database.app_url();
    expect_pass(examination.check("notifications"));
    examination.settings.database.direct_url = pooler.url(database.app_url());
    expect_finding(examination.check("notifications"), Verdict::warn, "database.directUrl (",
                   "once a second", "not the pooler");
}

TEST(Notifications, OfAnotherDatabaseAreNotHeard) {
    const TestDatabase database, other;
    Examination examination(database.app_url());
    examination.settings.database.direct_url = other.app_url();
    expect_finding(examination.check("notifications"), Verdict::warn, "is not heard",
                   "another database", "STELE_DATABASE_DIRECT_URL");
    examination.settings.database.direct_url = "postgresql://u:hush-hush@127.0.0.1:1/d";
    const auto found = expect_finding(examination.check("notifications"), Verdict::warn,
                                      "connection refused", "once a second", "DIRECT_URL");
    EXPECT_THAT(found.evidence + found.mend, ::testing::Not(HasSubstr("hush-hush")));
}

TEST(Doctor, StaysOnOneConnection) {
    const TestDatabase database;
    Examination examination(database.app_url(), {.size = 8});
    examination.examine();
    EXPECT_EQ(examination.db().stats().connects, 1u);
}

}  // namespace
}  // namespace stele::doctor
