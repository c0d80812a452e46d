// A local cluster that is killed, cut short, out of disk, or not what it should be.
#include <sys/mount.h>

#include <fstream>

#include "local_cluster_fixture.hpp"
#include "operate/cluster/cluster_server.hpp"

namespace stele::ops {
namespace {

class ClusterWeather : public LocalCluster {};

TEST_F(ClusterWeather, AKilledServerComesBackWithItsData) {
    given();
    admin("CREATE TABLE kept AS SELECT 1 AS x");
    kill_server();
    EXPECT_TRUE(start_local_cluster_if_stopped(30s));
    EXPECT_EQ(admin("SELECT x FROM kept"), "1");
}

TEST_F(ClusterWeather, AStalePidFileThatNamesALivingStrangerIsTakenAway) {
    const auto made = given();
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

TEST_F(ClusterWeather, AHalfMadeOneIsMadeAnew) {
    fs::create_directories(home.clusters() / ".new-17-1" / "base");
    std::ofstream(home.clusters() / ".new-17-1" / "PG_VERSION") << "17\n";
    EXPECT_TRUE(ensure().created);
    EXPECT_FALSE(fs::exists(home.clusters() / ".new-17-1"));
}

TEST_F(ClusterWeather, WhatIsNoClusterIsNeverTouched) {
    const int major = find_programs("").major;
    fs::create_directories(home.data(major));
    std::ofstream(home.data(major) / "precious") << "mine";
    const Error error = refusal([&] { ensure(); });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_EQ(read_file(home.data(major) / "precious"), "mine");
}

TEST_F(ClusterWeather, ASetupThatWasCutShortIsFinishedByTheNext) {
    given();
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

TEST_F(ClusterWeather, LostPasswordsAreSaidAndNothingIsMadeAnew) {
    given();
    fs::rename(home.passwords(), home.root / "elsewhere");
    EXPECT_THAT(refusal([&] { ensure({}); }).what(), HasSubstr("pgpass"));
    EXPECT_THAT(refusal([&] { start_local_cluster(5s); }).what(), HasSubstr("pgpass"));
    fs::rename(home.root / "elsewhere", home.passwords());
    EXPECT_EQ(app("SELECT 1"), "1");
}

TEST_F(ClusterWeather, TwoSetupsAtOnceMakeOneCluster) {
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

TEST_F(ClusterWeather, AFullDiskIsSaidAndMended) {
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

// Wherever a setup is killed, the next one ends with a whole cluster.
TEST_F(ClusterWeather, ASetupMayBeKilledAtAnyMoment) {
    for (const auto moment : {30ms, 120ms, 300ms, 700ms, 1200ms, 2000ms}) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            try {
                ensure();
            } catch (const Error& error) {
                std::fprintf(stderr, "setup: %s\n", error.what());
            }
            ::_exit(0);
        }
        std::this_thread::sleep_for(moment);
        ::kill(pid, SIGKILL);
        exit_of(pid);
    }
    ensure();
    EXPECT_EQ(app("SELECT current_user"), "stele_app");
    EXPECT_EQ(admin("SELECT count(*) FROM pg_extension WHERE extname IN "
                    "('vector', 'pg_trgm', 'pgcrypto')"),
              "3");
    for (const auto& entry : fs::directory_iterator(home.clusters()))
        EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
}

}  // namespace
}  // namespace stele::ops
