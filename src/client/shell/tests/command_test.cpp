// What a command is given and gives, and how it is ended with all that it started.
#include "client/shell/command.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"

namespace stele::shell {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct Command : ::testing::Test {
    Command() { ::signal(SIGPIPE, SIG_IGN); }

    Ran sh(const std::string& script, std::string_view input = "",
           const std::stop_token& stop = {}) {
        RunOptions options{.keep_bytes = 100'000, .grace = 300ms, .on_line = {}};
        options.on_line = [this](std::string_view line) { lines.emplace_back(line); };
        return run_command({.argv = {"sh", "-c", script}}, input, options, stop);
    }
    // Asked to end as soon as it has said something on stderr.
    Ran stop_at_line(const std::string& script) {
        std::stop_source stop;
        RunOptions options{.keep_bytes = 100, .grace = 300ms, .on_line = {}};
        options.on_line = [&](std::string_view) { stop.request_stop(); };
        return run_command({.argv = {"sh", "-c", script}}, "", options, stop.get_token());
    }
    std::vector<std::string> lines;
};

TEST_F(Command, GivesWhatItPrintsAndItsExitCode) {
    const Ran ran = sh("cat; echo one >&2; printf two >&2; exit 7", "in\nput");
    EXPECT_EQ(ran.out, "in\nput");
    EXPECT_EQ(ran.status, 7);
    EXPECT_FALSE(ran.stopped);
    EXPECT_THAT(lines, ElementsAre("one", "two"));
    EXPECT_EQ(ran.last_line, "two");
    EXPECT_EQ(sh("kill -KILL $$").status, 128 + SIGKILL);
}

TEST_F(Command, CopesWithMoreThanAPipeHolds) {
    const std::string big(1 << 20, 'x');
    const Ran ran = sh("cat; head -c 9000 /dev/zero | tr '\\0' y >&2", big);
    EXPECT_EQ(ran.bytes, big.size());
    EXPECT_EQ(ran.out.size(), 100'000u);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].size(), limits::kOutputLineBytes);
}

TEST_F(Command, NeedNotReadItsInput) {
    EXPECT_EQ(sh("exec true", std::string(1 << 20, 'x')).status, 0);
}

TEST_F(Command, IsEndedWithItsWholeGroup) {
    const Ran asked = stop_at_line(
        "trap 'echo bye; exit 0' TERM; echo ready >&2; "
        "while :; do sleep 0.05; done");
    EXPECT_TRUE(asked.stopped);
    EXPECT_EQ(asked.out, "bye\n");
    const Ran deaf = stop_at_line("trap '' TERM; sleep 300 & echo $!; echo ready >&2; wait");
    EXPECT_EQ(deaf.status, 128 + SIGKILL);
    // Its child is nobody's any more: at most a zombie that init has not reaped yet.
    const std::string status = "/proc/" + deaf.out.substr(0, deaf.out.size() - 1) + "/stat";
    for (int i = 0; i < 100; ++i) {
        std::string pid, name, state = "gone";
        std::ifstream(status) >> pid >> name >> state;
        if (state == "gone" || state == "Z" || state == "X") return;
        std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "the command's child still runs";
}

TEST_F(Command, WhatItLeavesBehindEndsWithIt) {
    EXPECT_EQ(sh("sleep 300 & echo done").out, "done\n");  // and does not hold the pipe open
}

TEST_F(Command, SaysWhenItCannotBeStarted) {
    EXPECT_THROW(run_command({.argv = {"/no/such/program"}}, "", {}, {}), Error);
}

}  // namespace
}  // namespace stele::shell
