#include "operate/tenant/stage.hpp"

#include <algorithm>
#include <set>

#include "foundation/base/limits.hpp"
#include "operate/tenant/stage_sql.hpp"

namespace stele::tenant {

namespace {

// Work that is waiting to be done, counters and all: that it has moved on is no conflict.
constexpr std::string_view kQueue = "embedding_queue";

std::int64_t number(const pg::Row& row, int column) {
    return std::stoll(std::string(row.raw(column)));
}

}  // namespace

Stage::Stage(Session& session, const Table& table, const ModelNumbers& models)
    : session_(session), table_(table), models_(models) {
    session_.script(create_stage(table_));
}

void Stage::fill(const std::string& copy_lines, std::int64_t rows) {
    bool given = false;
    session_.connection().copy_in(
        fill_stage(table_),
        [&](std::string& buffer) {
            if (given) return false;
            buffer = copy_lines;
            return given = true;
        },
        session_.deadline());
    waiting_ += rows;
}

void Stage::settle(bool write, TableOutput& out, Findings& findings) {
    if (waiting_ == 0) return;
    std::int64_t inserted = 0;
    if (write) inserted = std::int64_t(session_.script(insert_staged(table_, models_)).affected());
    if (inserted < waiting_) compare(write, inserted, out, findings);
    out.inserted += inserted;
    waiting_ = 0;
    session_.script(kEmptyStage);
}

void Stage::compare(bool written, std::int64_t inserted, TableOutput& out, Findings& findings) {
    const pg::Result present = session_.script(count_present(table_, models_));
    const std::int64_t same = number(present[0], 0), all = number(present[0], 1);
    const bool queue = table_.name == kQueue;
    out.identical += (queue ? all : same) - inserted;
    const std::int64_t before = findings.count;
    if (same < all && !queue)
        collect(other_content(table_, models_, room(findings)), "content", findings);
    const std::int64_t missing = waiting_ - all;
    std::int64_t taken = 0;
    if (missing > 0)
        for (const UniqueIndex& index : table_.unique)
            taken += collect(other_key(table_, index, models_, room(findings)), "unique", findings);
    if (missing > taken) {
        if (written)
            collect_hidden(missing - taken, findings);
        else
            out.inserted += missing - taken;
    }
    out.conflicts += findings.count - before;
}

std::int64_t Stage::collect(const std::string& sql, std::string_view kind, Findings& findings) {
    const pg::Result rows = session_.script(sql);
    for (const auto row : rows) list(row, kind, findings);
    const std::int64_t found = rows.empty() ? 0 : number(rows[0], 4);
    findings.count += found;
    return found;
}

// What was neither inserted nor kept out by a row that can be seen.
void Stage::collect_hidden(std::int64_t hidden, Findings& findings) {
    std::set<std::string> known;
    for (const ConflictOutput& conflict : findings.listed)
        if (conflict.table == table_.name) known.insert(conflict.id);
    for (const auto row : session_.script(not_there(table_, models_, limits::kScopedConflicts)))
        if (!known.contains(std::string(row.raw(0)))) list(row, "hidden", findings);
    findings.count += hidden;
}

void Stage::list(const pg::Row& row, std::string_view kind, Findings& findings) const {
    if (findings.listed.size() == limits::kScopedConflicts) return;
    findings.listed.push_back({table_.name, std::string(kind), std::string(row.raw(0)),
                               std::string(row.raw(1)), std::string(row.raw(2)),
                               std::string(row.raw(3))});
}

// At least one: the count comes with a row.
std::size_t Stage::room(const Findings& findings) const {
    return std::max<std::size_t>(1, limits::kScopedConflicts - findings.listed.size());
}

void Stage::drop() {
    session_.script(kDropStage);
}

}  // namespace stele::tenant
