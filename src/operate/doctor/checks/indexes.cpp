#include <fmt/format.h>

#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

Finding examine_indexes(DatabaseUnderTest& database) {
    const watch::IndexesOutput seen =
        watch::indexes(database.context().db, {.problems = true}, database.deadline());
    if (seen.indexes.empty()) return pass("every index is valid, and no two do the same");
    std::string which, mend;
    for (const watch::IndexState& index : seen.indexes) {
        which += fmt::format("{}{}: {}", which.empty() ? "" : "; ", index.index, index.problem);
        mend += fmt::format("{}{};", mend.empty() ? "" : "\n", index.mend);
    }
    return warn(which, "such an index costs every write and serves no search", mend);
}

}  // namespace

const Check kIndexes{"indexes", "No index is invalid or double", Needs::database, examine_indexes};

}  // namespace stele::doctor
