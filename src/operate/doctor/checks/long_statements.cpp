#include <fmt/format.h>

#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

constexpr double kLongStatement = 5;

Finding examine_long_statements(DatabaseUnderTest& database) {
    const watch::ActivityOutput& seen = database.activity();
    const watch::Session* longest = nullptr;
    int count = 0, hidden = 0;
    for (const watch::Session& s : seen.sessions) {
        hidden += s.state == "hidden";
        if (s.state != "active" || s.statement_seconds < kLongStatement) continue;
        ++count;
        if (!longest || s.statement_seconds > longest->statement_seconds) longest = &s;
    }
    if (longest)
        return warn(
            fmt::format("{} statements run for over {} s; the longest for {:.0f} s: {}", count,
                        kLongStatement, longest->statement_seconds, longest->query),
            "a statement holds its locks and its connection while it runs",
            fmt::format("SELECT pg_cancel_backend({});  -- or leave it to end", longest->pid));
    std::string evidence = fmt::format("no statement runs for over {} s", kLongStatement);
    if (hidden > 0)
        evidence += fmt::format("; {} sessions of others are hidden ({})", hidden, seen.note);
    return pass(evidence);
}

}  // namespace

const Check kLongStatements{"long-statements", "No statement runs for long", Needs::database,
                            examine_long_statements};

}  // namespace stele::doctor
