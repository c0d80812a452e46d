#include <fmt/format.h>

#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

constexpr double kLongIdle = 5;

Finding examine_idle_transactions(DatabaseUnderTest& database) {
    const watch::Session* longest = nullptr;
    int count = 0;
    for (const watch::Session& s : database.activity().sessions) {
        if (!s.state.starts_with("idle in transaction") || s.transaction_seconds < kLongIdle)
            continue;
        ++count;
        if (!longest || s.transaction_seconds > longest->transaction_seconds) longest = &s;
    }
    if (!longest)
        return pass(fmt::format("no transaction has been left open for over {} s", kLongIdle));
    return warn(fmt::format("{} transactions are left open; the oldest for {:.0f} s by {} ({}): {}",
                            count, longest->transaction_seconds, longest->role,
                            longest->application.empty() ? "no name" : longest->application,
                            longest->query),
                "a client began a transaction and went silent; its locks stay, and vacuum cannot "
                "clean up behind it",
                fmt::format("SELECT pg_terminate_backend({});\n"
                            "ALTER ROLE \"{}\" SET idle_in_transaction_session_timeout = '60s';  "
                            "-- so that it ends "
                            "by itself",
                            longest->pid, longest->role));
}

}  // namespace

const Check kIdleTransactions{"idle-transactions", "No transaction is left open", Needs::database,
                              examine_idle_transactions};

}  // namespace stele::doctor
