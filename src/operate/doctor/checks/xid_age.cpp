#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

// The server stops taking writes at two thousand million; autovacuum begins to press at two
// hundred.
constexpr std::int64_t kWarn = 500'000'000, kFail = 1'500'000'000;

Finding examine_xid_age(DatabaseUnderTest& database) {
    const pg::Result rows = database.ask(sql::xid_age);
    const auto oldest = rows[0].get<std::string>(0);
    const auto age = rows[0].get<std::int64_t>(1);
    const std::string evidence = fmt::format(
        "the oldest unfrozen transaction is {} million old, in {}", age / 1'000'000, oldest);
    if (age < kWarn) return pass(evidence);
    return {
        age < kFail ? Verdict::warn : Verdict::fail, evidence,
        "vacuum does not keep up, and the server stops writing before its transaction ids run out",
        "SELECT pid, age(backend_xmin), query FROM pg_stat_activity ORDER BY 2 DESC NULLS LAST "
        "LIMIT 3;  -- end "
        "what is old\nvacuumdb --all --freeze"};
}

}  // namespace

const Check kXidAge{"xid-age", "Transaction ids do not run out", Needs::database, examine_xid_age};

}  // namespace stele::doctor
