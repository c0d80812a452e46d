#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_segments(DatabaseUnderTest& database) {
    const runtime::Caller& caller = database.context().caller;
    const pg::Call call{{caller.org, caller.project}, database.deadline()};
    std::string wrong;
    std::int64_t all = 0;
    for (const pg::Row row : database.context().db.once(call, sql::folded)) {
        const auto kind = row.get<std::string>(0);
        const auto rows = row.get<std::int64_t>(1), items = row.get<std::int64_t>(2);
        all += rows;
        const char* between = wrong.empty() ? "" : ", ";
        if (rows != items)
            wrong += fmt::format("{}{}: {} rows are marked as indexed, the segments hold {}",
                                 between, kind, rows, items);
        else if (!row.get<bool>(3))
            wrong += fmt::format("{}{}: blocks of a segment are missing", between, kind);
    }
    if (wrong.empty()) return pass(fmt::format("{} items of this project are in segments", all));
    return fail(wrong, "rows and segments come from two moments, so searches miss items or fail",
                "stele segments refold");
}

}  // namespace

const Check kSegments{"segments", "Large searches see every item", Needs::schema, examine_segments};

}  // namespace stele::doctor
