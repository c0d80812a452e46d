// What needs no server: sizes, settings, versions, files, ports.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "foundation/pg/conninfo.hpp"
#include "operate/cluster/cluster_settings.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/docker.hpp"
#include "operate/cluster/ports.hpp"
#include "operate/cluster/postgres_programs.hpp"

namespace stele::ops {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Scratch : public ::testing::Test {
  protected:
    Scratch() {
        char name[] = "/tmp/stele-ops.XXXXXX";
        directory = ::mkdtemp(name);
    }
    ~Scratch() override { fs::remove_all(directory); }
    fs::path directory;
};

TEST(Settings, FollowTheMachine) {
    constexpr std::uint64_t kGigabyte = 1024ull * 1024 * 1024;
    const Settings laptop = sized_settings({16 * kGigabyte, 8, 8 * kGigabyte});
    EXPECT_EQ(laptop.at("shared_buffers"), "2048MB");
    EXPECT_EQ(laptop.at("effective_cache_size"), "8192MB");
    EXPECT_EQ(laptop.at("work_mem"), "16MB");
    EXPECT_EQ(laptop.at("maintenance_work_mem"), "1024MB");
    EXPECT_EQ(laptop.at("dynamic_shared_memory_type"), "posix");
    const Settings container = sized_settings({16 * kGigabyte, 8, kGigabyte / 16});
    EXPECT_EQ(container.at("dynamic_shared_memory_type"), "mmap");
    const Settings tiny = sized_settings({kGigabyte / 4, 1});
    EXPECT_EQ(tiny.at("shared_buffers"), "64MB");
    EXPECT_EQ(tiny.at("work_mem"), "4MB");
    EXPECT_EQ(sized_settings({1024 * kGigabyte, 128}).at("shared_buffers"), "4096MB");
    EXPECT_GT(this_machine().memory_bytes, kGigabyte / 8);
}

// "- shared_buffers=${POSTGRES_SHARED_BUFFERS:-512MB}" → 512MB
std::string default_of(const std::string& value) {
    const auto at = value.find(":-");
    return at == std::string::npos ? value : value.substr(at + 2, value.size() - at - 3);
}

TEST(Settings, OfTheComposeFileAreOfTheSameFormula) {
    constexpr std::uint64_t kGigabyte = 1024ull * 1024 * 1024;
    const Machine container{2 * kGigabyte, 2, kGigabyte / 2, true};
    const Settings sized = sized_settings(container);
    EXPECT_EQ(wanted_shared_bytes(container), kGigabyte / 2);
    std::istringstream lines(kComposeFile);
    std::set<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        const auto begin = line.find("- "), equals = line.find('=');
        if (begin == std::string::npos || equals == std::string::npos) continue;
        const std::string name = line.substr(begin + 2, equals - begin - 2);
        if (!sized.contains(name)) continue;
        EXPECT_EQ(default_of(line.substr(equals + 1)), sized.at(name)) << name;
        found.insert(name);
    }
    EXPECT_THAT(found, ::testing::IsSupersetOf({"shared_buffers", "effective_cache_size",
                                                "work_mem", "maintenance_work_mem",
                                                "max_connections", "log_min_duration_statement"}));
    EXPECT_THAT(kComposeFile, ::testing::HasSubstr("memory: ${STELE_PG_MEMORY:-2g}"));
    EXPECT_THAT(kComposeFile, ::testing::HasSubstr("shm_size: ${STELE_PG_SHM_SIZE:-512m}"));
}

TEST(Settings, AreParsedAndQuoted) {
    const Settings parsed = parse_settings({"work_mem=8MB", "log_line_prefix = it's \\ %m"});
    EXPECT_EQ(settings_text(parsed), "log_line_prefix = 'it''s \\\\ %m'\nwork_mem = '8MB'\n");
    for (const char* bad :
         {"work_mem", "=8MB", "Work-Mem=1", "port=1", "listen_addresses=*", "a=b\nc"})
        EXPECT_THROW(parse_settings({bad}), Error) << bad;
}

TEST(Versions, CompareByNumber) {
    EXPECT_TRUE(version_before("0.8.2", "0.8.10"));
    EXPECT_TRUE(version_before("0.8", "0.8.1"));
    EXPECT_FALSE(version_before("0.8.6", "0.8.6"));
    EXPECT_FALSE(version_before("1.0", "0.9.9"));
}

TEST(Urls, HoldNoPasswordAndSurviveOddPlaces) {
    const Home home{"/tmp/a b&c=d"};
    for (const Via via : {Via::socket, Via::tcp}) {
        const auto info = pg::ConnInfo::parse(cluster_url(home, 5433, "stele_app", via));
        EXPECT_EQ(info.values().at("passfile"), "/tmp/a b&c=d/pgpass");
        EXPECT_EQ(info.values().at("port"), "5433");
        EXPECT_EQ(info.values().at("user"), "stele_app");
        EXPECT_EQ(info.values().at("dbname"), "stele");
        EXPECT_FALSE(info.values().contains("password"));
        EXPECT_TRUE(info.is_local());
    }
    EXPECT_EQ(pg::ConnInfo::parse(cluster_url(home, 1, "x", Via::socket)).values().at("host"),
              "/tmp/a b&c=d/run");
}

TEST_F(Scratch, PasswordsAreMadeOnceAndLong) {
    const Home home{directory};
    ensure_passwords(home);
    const std::string password = password_of(home, kApp);
    EXPECT_EQ(password.size(), 48u);
    EXPECT_NE(password, password_of(home, kOwner));
    ensure_passwords(home);
    EXPECT_EQ(password_of(home, kApp), password);
    struct stat info {};
    ::stat(home.passwords().c_str(), &info);
    EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(Scratch, StateIsReadBackAndDamageIsNamed) {
    const Home home{directory};
    EXPECT_FALSE(read_state(home));
    write_state(home, {17, "/bin", 5433, true, "postgres", {{"work_mem", "8MB"}}});
    EXPECT_EQ(read_state(home)->port, 5433);
    EXPECT_EQ(read_state(home)->settings.at("work_mem"), "8MB");
    std::ofstream(home.state()) << "{\"major\": 17";
    try {
        read_state(home);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("cluster.json"));
    }
}

TEST_F(Scratch, FilesAreWholeOrOld) {
    const fs::path file = directory / "sub" / "file";
    EXPECT_FALSE(read_file(file));
    write_file(file, "one", 0600);
    write_file(file, "two", 0640);
    EXPECT_EQ(read_file(file), "two");
    struct stat info {};
    ::stat(file.c_str(), &info);
    EXPECT_EQ(info.st_mode & 0777u, 0640u);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory / "sub"), {}), 1);
    EXPECT_THROW(write_file("/proc/nothing/here", "x", 0600), Error);
}

TEST_F(Scratch, TailIsTheLastLines) {
    const fs::path file = directory / "log";
    EXPECT_EQ(tail(file, 3), "");
    write_file(file, "1\n2\n3\n4\n", 0600);
    EXPECT_EQ(tail(file, 2), "3\n4\n");
    EXPECT_EQ(tail(file, 9), "1\n2\n3\n4\n");
    write_file(file, "1\n2\n3", 0600);
    EXPECT_EQ(tail(file, 2), "2\n3");
}

TEST_F(Scratch, ALockIsForOne) {
    const fs::path file = directory / "lock";
    {
        const FileLock first(file, 0ms, "working");
        try {
            const FileLock second(file, 10ms, "working");
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::conflict);
            EXPECT_STREQ(error.what(), "another process is working");
        }
    }
    const FileLock third(file, 0ms, "working");
}

TEST(Ports, OneInUseIsNotFree) {
    const int port = other_free_port({});
    EXPECT_TRUE(port_is_free(port));
    EXPECT_NE(other_free_port({port}), port);
}

TEST(Process, TellsWhatHappened) {
    EXPECT_EQ(run({.argv = {"sh", "-c", "echo out; echo err >&2; exit 3"}}, deadline_in(5s)).status,
              3);
    EXPECT_EQ(run({.argv = {"sh", "-c", "echo out; echo err >&2"}}, deadline_in(5s)).output,
              "out\nerr\n");
    EXPECT_EQ(run({.argv = {"sh", "-c", "kill -9 $$"}}, deadline_in(5s)).status, 137);
    EXPECT_EQ(run({.argv = {"cat"}}, deadline_in(5s)).output, "");
    EXPECT_EQ(run({.argv = {"sh", "-c", "echo $STELE_X; pwd"}, .environment = {{"STELE_X", "1"}}},
                  deadline_in(5s))
                  .output,
              "1\n/\n");
    const ProcessResult missing = run({.argv = {"no-such-program"}}, deadline_in(5s));
    EXPECT_EQ(missing.status, 127);
    EXPECT_THAT(missing.output, HasSubstr("cannot start no-such-program: No such file"));
    EXPECT_THROW(run({.argv = {"sleep", "60"}}, deadline_in(50ms)), Error);
}

TEST(Process, GivesRootUp) {
    if (!is_root()) GTEST_SKIP() << "only root changes accounts";
    const auto account = find_account("nobody");
    ASSERT_TRUE(account);
    EXPECT_EQ(run({.argv = {"id", "-un"}, .as = account}, deadline_in(5s)).output, "nobody\n");
    EXPECT_EQ(run({.argv = {"id", "-G"}, .as = account}, deadline_in(5s)).output, "65534\n");
    EXPECT_FALSE(find_account("nobody-by-this-name"));
}

}  // namespace
}  // namespace stele::ops
