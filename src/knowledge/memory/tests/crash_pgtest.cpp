// 32 writers in 4 processes; one process is killed with SIGKILL, PostgreSQL is killed and started
// again: every acknowledged write is there, and every text is there at most once. STELE_SOAK_STORES
// sets how many are stored (script/soak: 100,000); the default keeps the test short.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "operate/migrations/migrations.hpp"
#include "support/throwaway_server.hpp"

namespace stele::memory {
namespace {

constexpr int kProcesses = 4;
constexpr int kThreads = 8;

int stores_wanted() {
    const char* text = std::getenv("STELE_SOAK_STORES");
    return text ? std::atoi(text) : 4000;
}

std::string ack_file(const std::filesystem::path& folder, int process) {
    return (folder / fmt::format("acknowledged.{}", process)).string();
}

// Stores until its share is acknowledged; each acknowledgement is written down before the next
// store.
void write_share(pg::Database& db, int process, int thread, int count, int ack_fd) {
    const runtime::Settings settings;
    runtime::Caller caller;
    caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
    caller.project = caller.org;
    caller.scope = "project:/soak";
    for (int i = 0; i < count; ++i) {
        const std::string text = fmt::format("process {} thread {} store {}", process, thread, i);
        for (bool stored = false; !stored;) {
            try {
                runtime::Context context{
                    caller, settings, db,    nullptr, deadline_in(std::chrono::seconds(20)),
                    {},     "soak",   false, {}};
                stored = store(context, note(text)).stored;
            } catch (const Error&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
        }
        const std::string line = text + "\n";
        if (::write(ack_fd, line.data(), line.size()) != ssize_t(line.size())) ::_exit(1);
    }
}

pid_t start_process(const std::string& url, const std::filesystem::path& folder, int process,
                    int count) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    log::set_level(log::Level::off);
    const std::string path = ack_file(folder, process);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    pg::Database db(pg::ConnInfo::parse(url), {.size = kThreads});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] { write_share(db, process, t, count, fd); });
    for (std::thread& thread : threads) thread.join();
    ::_exit(0);
}

std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> out;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

TEST(Crash, EveryAcknowledgedWriteIsThereExactlyOnce) {
    testing::ThrowawayServer server("max_connections = 100\nfsync = on\n");
    ops::migrate(pg::ConnInfo::parse(server.url()));
    const std::filesystem::path folder = server.directory() / "acks";
    std::filesystem::create_directories(folder);
    const int share = stores_wanted() / (kProcesses * kThreads);

    std::vector<pid_t> children;
    for (int p = 0; p < kProcesses; ++p)
        children.push_back(start_process(server.url(), folder, p, share));
    const auto acknowledged = [&] {
        std::size_t sum = 0;
        for (int p = 0; p < kProcesses; ++p) sum += lines_of(ack_file(folder, p)).size();
        return sum;
    };
    const auto wait_for = [&](std::size_t count) {
        while (acknowledged() < count) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    };
    const auto total = std::size_t(share) * kProcesses * kThreads;
    wait_for(total / 5);
    ::kill(children[0], SIGKILL);
    wait_for(total / 4);
    server.kill();
    server.start();
    wait_for(total / 3);
    server.restart();
    int status = 0;
    ::waitpid(children[0], &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    for (int p = 1; p < kProcesses; ++p) {
        ::waitpid(children[std::size_t(p)], &status, 0);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    std::multiset<std::string> stored;
    auto connection = testing::connect(server.url());
    for (const pg::Row row :
         connection->script("SELECT content FROM memories", deadline_in(std::chrono::seconds(60))))
        stored.emplace(row.raw(0));
    std::size_t acks = 0;
    for (int p = 0; p < kProcesses; ++p)
        for (const std::string& text : lines_of(ack_file(folder, p))) {
            ++acks;
            EXPECT_EQ(stored.count(text), 1u) << text;
        }
    EXPECT_EQ(std::set<std::string>(stored.begin(), stored.end()).size(), stored.size());
    EXPECT_GE(acks, total * 3 / 4);
    EXPECT_LE(stored.size(), acks + kThreads);  // what the killed process had under way
    ::testing::Test::RecordProperty("acknowledged", int(acks));
    std::printf("%zu acknowledged, %zu in the database\n", acks, stored.size());
}

}  // namespace
}  // namespace stele::memory
