#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

using Blockers = std::map<std::int64_t, const watch::Session*>;

// The process at the head of the chain that `session` waits in: one that waits for nobody itself.
std::int64_t head_of(const watch::Session& session, const Blockers& waiting) {
    std::int64_t pid = session.blocked_by.front();
    for (std::size_t steps = 0; steps < waiting.size(); ++steps) {
        const auto next = waiting.find(pid);
        if (next == waiting.end()) break;
        pid = next->second->blocked_by.front();
    }
    return pid;
}

Finding examine_blocked(DatabaseUnderTest& database) {
    Blockers waiting;
    for (const watch::Session& s : database.activity().sessions)
        if (!s.blocked_by.empty()) waiting[s.pid] = &s;
    if (waiting.empty()) return pass("nobody waits for anybody's lock");
    const watch::Session* longest =
        std::max_element(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
            return a.second->statement_seconds < b.second->statement_seconds;
        })->second;
    const std::int64_t head = head_of(*longest, waiting);
    return fail(
        fmt::format(
            "{} sessions wait for locks; process {} for {:.0f} s, in the end for process {}: {}",
            waiting.size(), longest->pid, longest->statement_seconds, head, longest->query),
        fmt::format("process {} holds a lock that others need", head),
        fmt::format(
            "stele db activity --all  # shows what it does\nSELECT pg_terminate_backend({});",
            head));
}

}  // namespace

const Check kBlocked{"blocked", "Nobody is blocked", Needs::database, examine_blocked};

}  // namespace stele::doctor
