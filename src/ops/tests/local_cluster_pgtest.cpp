// A local cluster made, broken and found again, with real servers in a home of the test's own.
#include "ops/local_cluster.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <grp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "ops/cluster_server.hpp"
#include "ops/cluster_state.hpp"
#include "ops/files.hpp"
#include "ops/migrations.hpp"
#include "ops/ports.hpp"
#include "support/test_server.hpp"
#include "support/throwaway_server.hpp"

namespace stele::ops {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::free_port;
using ::testing::HasSubstr;
using testing::query;

// Something else that listens on a port, as another PostgreSQL would.
class Listener {
  public:
    explicit Listener(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int yes = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // When it is taken already, the port is as busy as this test wants it.
        (void)!::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(fd_, 1);
    }
    ~Listener() { ::close(fd_); }

  private:
    int fd_;
};

class LocalCluster : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/stele-home.XXXXXX";
        root = ::mkdtemp(name);
        ::chmod(root.c_str(), 0755);
        use_home(root / "home");
        ::setenv("STELE_PG_BIN", testing::server_programs().c_str(), 1);
    }
    void TearDown() override {
        use_home(root / "home");
        if (read_state(home) && fs::exists(home.passwords())) stop_local_cluster();
        if (const pid_t left = postmaster()) ::kill(left, SIGQUIT);
        ::unsetenv("STELE_HOME");
        ::unsetenv("STELE_PG_BIN");
        fs::remove_all(root);
    }
    void use_home(const fs::path& path) {
        ::setenv("STELE_HOME", path.c_str(), 1);
        home = stele_home();
    }

    // Nothing here outlives a crash of the machine, so nothing waits for the disk.
    ClusterOutcome ensure(SetupCluster wanted = {.port = free_port()}) {
        wanted.settings.insert({{"fsync", "off"}, {"full_page_writes", "off"}});
        return ensure_local_cluster(wanted);
    }
    std::string app(const std::string& sql) { return query(local_cluster_urls()->app, sql); }
    std::string admin(const std::string& sql) { return query(local_cluster_urls()->admin, sql); }
    std::string state_text() { return read_file(home.state()).value_or(""); }

    // The server's process, while it is one of this home's.
    pid_t postmaster() {
        for (const auto& entry : fs::directory_iterator("/proc")) {
            std::error_code error;
            const auto cwd = fs::read_symlink(entry.path() / "cwd", error);
            if (error || !cwd.string().starts_with(home.clusters().string())) continue;
            const auto file = read_file(cwd / "postmaster.pid").value_or("0");
            return pid_t(std::atoi(file.c_str()));
        }
        return 0;
    }
    void kill_server() {
        const pid_t pid = postmaster();
        ASSERT_GT(pid, 1);
        ::kill(pid, SIGKILL);
        const auto limit = deadline_in(10s);
        while (::kill(pid, 0) == 0 && running(pid) && time_left(limit).count() > 0)
            std::this_thread::sleep_for(5ms);
    }
    static bool running(pid_t pid) {
        const auto text = read_file(fmt::format("/proc/{}/stat", pid)).value_or("");
        return !text.empty() && text.find(") Z ") == std::string::npos;
    }

    static Error refusal(const std::function<void()>& body) {
        try {
            body();
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "nothing was refused"};
    }

    fs::path root;
    Home home;
};

mode_t mode_of(const fs::path& path) {
    struct stat info {};
    ::stat(path.c_str(), &info);
    return info.st_mode & 07777;
}

int exit_of(pid_t pid) {
    int raw = 0;
    ::waitpid(pid, &raw, 0);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

int in_child(const std::function<void()>& body) {
    const pid_t pid = ::fork();
    if (pid != 0) return exit_of(pid);
    try {
        body();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
        ::_exit(1);
    }
    ::_exit(0);
}

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
         {state_text(), local_cluster_urls()->app, read_file(local_cluster_log()).value()})
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

TEST_F(LocalCluster, SettingsAreSizedAndCanBeChanged) {
    ensure({.port = free_port(), .settings = {{"work_mem", "7MB"}}});
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
    ensure();
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
        EXPECT_THAT(error.what(), HasSubstr("Address already in use"));
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
    const Listener five(kDefaultPort);
    const int port = ensure({}).port;
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

// ---- crashes

TEST_F(LocalCluster, AKilledServerComesBackWithItsData) {
    ensure();
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    kill_server();
    EXPECT_TRUE(start_local_cluster_if_stopped(30s));
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
}

TEST_F(LocalCluster, AStalePidFileThatNamesALivingStrangerIsTakenAway) {
    const auto made = ensure();
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    kill_server();
    const pid_t stranger = spawn({.argv = {"sleep", "600"}, .as = server_account("")}, "/dev/null");
    const fs::path file = made.data / "postmaster.pid";
    std::string text = read_file(file).value();
    write_file(file, fmt::format("{}{}", stranger, text.substr(text.find('\n'))), 0600,
               server_account(""));
    EXPECT_TRUE(start_local_cluster(30s).started);
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
    EXPECT_EQ(::kill(stranger, 0), 0);
    ::kill(stranger, SIGKILL);
    exit_of(stranger);
}

TEST_F(LocalCluster, AHalfMadeOneIsMadeAnew) {
    fs::create_directories(home.clusters() / ".new-17" / "base");
    std::ofstream(home.clusters() / ".new-17" / "PG_VERSION") << "17\n";
    EXPECT_TRUE(ensure().created);
    EXPECT_FALSE(fs::exists(home.clusters() / ".new-17"));
}

TEST_F(LocalCluster, WhatIsNoClusterIsNeverTouched) {
    const int major = find_programs("").major;
    fs::create_directories(home.data(major));
    std::ofstream(home.data(major) / "precious") << "mine";
    const Error error = refusal([&] { ensure(); });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_EQ(read_file(home.data(major) / "precious"), "mine");
}

TEST_F(LocalCluster, ASetupThatWasCutShortIsFinishedByTheNext) {
    ensure();
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    fs::remove(home.state());  // as if it had died before writing it down
    EXPECT_FALSE(local_cluster_urls());
    const auto again = ensure({});
    EXPECT_FALSE(again.created);
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
    stop_local_cluster();
    fs::remove(home.state());
    EXPECT_TRUE(ensure().started);
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
}

TEST_F(LocalCluster, LostPasswordsAreSaidAndNothingIsMadeAnew) {
    ensure();
    fs::rename(home.passwords(), home.root / "elsewhere");
    EXPECT_THAT(refusal([&] { ensure({}); }).what(), HasSubstr("pgpass"));
    EXPECT_THAT(refusal([&] { start_local_cluster(5s); }).what(), HasSubstr("pgpass"));
    fs::rename(home.root / "elsewhere", home.passwords());
    EXPECT_EQ(app("SELECT 1"), "1");
}

TEST_F(LocalCluster, TwoSetupsAtOnceMakeOneCluster) {
    std::vector<pid_t> setups;
    for (int i = 0; i < 2; ++i) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            int status = 0;
            try {
                ensure({});
            } catch (const Error& error) {
                std::fprintf(stderr, "setup: %s\n", error.what());
                status = 1;
            }
            ::_exit(status);
        }
        setups.push_back(pid);
    }
    for (const pid_t pid : setups) EXPECT_EQ(exit_of(pid), 0);
    EXPECT_EQ(app("SELECT 1"), "1");
}

TEST_F(LocalCluster, AFullDiskIsSaidAndMended) {
    const fs::path small = root / "small";
    fs::create_directories(small);
    if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=8m,mode=0755") != 0)
        GTEST_SKIP() << "mounting a small filesystem needs the right to";
    use_home(small / "home");
    const Error error = refusal([&] { ensure(); });
    EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
    EXPECT_THAT(error.hint(), HasSubstr("full"));
    EXPECT_TRUE(fs::is_empty(home.clusters()));
    EXPECT_EQ(::mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=400m"), 0);
    EXPECT_TRUE(ensure().created);
    stop_local_cluster();
    EXPECT_EQ(::umount(small.c_str()), 0);
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
