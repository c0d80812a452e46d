// Writers in two processes log into a few threads; one process is killed with SIGKILL, PostgreSQL
// is killed and started again: every acknowledged message is there exactly once, at the place that
// was answered, and no place is missing.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "operate/migrations/migrations.hpp"
#include "support/throwaway_server.hpp"

namespace stele::conversations {
namespace {

constexpr int kProcesses = 2, kThreads = 6, kMessages = 150, kConversations = 3;

runtime::Context context_of(pg::Database& db, const runtime::Settings& settings) {
    runtime::Caller caller;
    caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
    caller.project = caller.org;
    caller.scope = "project:/soak";
    return {caller, settings, db,    nullptr, deadline_in(std::chrono::seconds(20)),
            {},     "soak",   false, {}};
}

// Logs its share; each acknowledgement, "place content", is written down before the next message.
void log_share(pg::Database& db, int process, int thread, int ack_fd) {
    const runtime::Settings settings;
    for (int i = 0; i < kMessages; ++i) {
        const std::string text = fmt::format("process {} thread {} message {}", process, thread, i);
        for (int seq = 0; seq == 0;) {
            try {
                runtime::Context context = context_of(db, settings);
                LogInput in = said(text, fmt::format("conversation {}", i % kConversations));
                in.dedup_key = text;  // an error leaves open whether it is there: say it again
                seq = log(context, in).seq;
                const std::string line = fmt::format("{} {}\n", seq, text);
                if (::write(ack_fd, line.data(), line.size()) != ssize_t(line.size())) ::_exit(1);
            } catch (const Error&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
        }
    }
}

pid_t start_process(const std::string& url, const std::string& acks, int process) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    log::set_level(log::Level::off);
    const int fd = ::open(acks.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    pg::Database db(pg::ConnInfo::parse(url), {.size = kThreads});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] { log_share(db, process, t, fd); });
    for (std::thread& thread : threads) thread.join();
    ::_exit(0);
}

std::multimap<std::string, std::string> lines_of(const std::string& path) {
    std::multimap<std::string, std::string> out;  // content → place
    std::ifstream in(path);
    std::string place, content;
    while (in >> place && std::getline(in >> std::ws, content)) out.emplace(content, place);
    return out;
}

TEST(Crash, EveryAcknowledgedMessageIsThereOnceAndNoPlaceIsMissing) {
    stele::testing::ThrowawayServer server("max_connections = 100\nfsync = on\n");
    ops::migrate(pg::ConnInfo::parse(server.url()));
    const auto acks = [&](int p) {
        return (server.directory() / fmt::format("acks.{}", p)).string();
    };
    pid_t children[kProcesses];
    for (int p = 0; p < kProcesses; ++p) children[p] = start_process(server.url(), acks(p), p);
    const auto wait_for = [&](int p, std::size_t count) {
        while (lines_of(acks(p)).size() < count)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    };
    wait_for(0, 100);
    ::kill(children[0], SIGKILL);
    wait_for(1, 200);
    server.kill();
    server.start();
    int status = 0;
    ::waitpid(children[0], &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    ::waitpid(children[1], &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);

    auto connection = stele::testing::connect(server.url());
    const Deadline soon = deadline_in(std::chrono::seconds(30));
    std::map<std::string, std::string> stored;
    for (const pg::Row row : connection->script("SELECT content, seq FROM chat_messages", soon))
        EXPECT_TRUE(stored.emplace(row.raw(0), row.raw(1)).second)
            << row.raw(0) << " is there twice";
    for (int p = 0; p < kProcesses; ++p)
        for (const auto& [content, place] : lines_of(acks(p))) EXPECT_EQ(stored[content], place);
    EXPECT_EQ(lines_of(acks(1)).size(), std::size_t(kThreads * kMessages));
    EXPECT_EQ(connection
                  ->script("SELECT count(*) FROM chat_threads t WHERE last_seq <> (SELECT count(*) "
                           "FROM chat_messages m WHERE m.thread_id = t.id)",
                           soon)[0]
                  .raw(0),
              "0");
}

TEST(Crash, WithoutADatabaseNothingIsSaidToBeLogged) {
    pg::Database nowhere(pg::ConnInfo::parse("postgresql://nobody@127.0.0.1:1/none"),
                         {.size = 1, .acquire_timeout = std::chrono::milliseconds(300)});
    const runtime::Settings settings;
    runtime::Context context = context_of(nowhere, settings);
    EXPECT_EQ(code_of([&] { log(context, said("lost?")); }), Code::unavailable);
    EXPECT_EQ(code_of([&] { recent(context, {}); }), Code::unavailable);
}

}  // namespace
}  // namespace stele::conversations
