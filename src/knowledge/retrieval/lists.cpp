#include "knowledge/retrieval/lists.hpp"

#include <algorithm>

#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

constexpr std::int32_t kCodedAtOnce = 2000;
constexpr std::int32_t kMovedAtOnce = 1000;
constexpr std::int64_t kPartsMost = 256;  // of one split
constexpr std::int64_t kSampleOfPart = 64;
constexpr std::int64_t kSampleLeast = 2 * kListMost;
constexpr int kSteps = 5;  // of k-means; more changes little

// Not a list: what says that vectors of this kind are to be coded from the first.
constexpr std::int32_t kUncoded = -1;

struct Due {
    std::int32_t model;
    std::int32_t list;
    bool closing;
    std::int64_t codes;  // of one that is to be split
};

std::optional<Due> next_due(pg::Database& db, const pg::Call& call, Kind kind) {
    const auto& [org, project] = call.tenant;
    while (true) {
        const pg::Result rows = db.once(call, sql::lists_due, org, project, name_of(kind));
        if (rows.empty()) return std::nullopt;
        Due due{rows[0].get<std::int32_t>(0), rows[0].get<std::int32_t>(1), rows[0].get<bool>(2),
                0};
        if (due.list == kUncoded || due.closing) return due;
        due.codes =
            db.once(call, sql::count_codes, org, project, name_of(kind), due.model, due.list)[0]
                .get<std::int64_t>(0);
        if (due.codes > kListMost) return due;
        db.once(call, sql::not_crowded, org, project, name_of(kind), due.model, due.list);
    }
}

// New lists around what is in the old one, which takes nothing any more. False when somebody else
// is at it.
bool split(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind, const Due& due) {
    const auto& [org, project] = tenant;
    if (!tx.query(sql::try_lock, org, project, name_of(kind))[0].get<bool>(0)) return false;
    const std::int64_t parts = std::clamp<std::int64_t>(due.codes * 4 / kListMost, 2, kPartsMost);
    const std::int64_t sample = std::max(parts * kSampleOfPart, kSampleLeast);
    std::vector<std::int32_t> fresh;
    for (const pg::Row row :
         tx.query(sql::split_seed, org, project, name_of(kind), due.model, due.list, parts))
        fresh.push_back(row.get<std::int32_t>(0));
    for (int step = 0; step < kSteps; ++step)
        tx.query(sql::split_settle, org, project, name_of(kind), due.model, due.list, fresh,
                 sample);
    tx.query(sql::split_open, org, project, name_of(kind), due.model, due.list, fresh);
    return true;
}

bool may_go_on(const pg::Call& call) {
    return !call.cancelled.stop_requested() && time_left(call.deadline).count() > 0;
}

void close(pg::Database& db, const pg::Call& call, Kind kind, const Due& due) {
    db.once(call, sql::split_close, call.tenant.org, call.tenant.project, name_of(kind), due.model,
            due.list);
}

// Interrupted, it begins again: coding what has a code changes nothing.
std::int64_t code_all(pg::Database& db, const pg::Call& call, Kind kind, const Due& mark) {
    std::int64_t coded = 0;
    Uuid last{};
    while (may_go_on(call)) {
        const pg::Result page = db.once(call, sql::code_page, call.tenant.org, call.tenant.project,
                                        name_of(kind), last, kCodedAtOnce);
        const auto count = page[0].get<std::int64_t>(0);
        if (count == 0) {
            close(db, call, kind, mark);
            break;
        }
        coded += count;
        last = page[0].get<Uuid>(1);
    }
    return coded;
}

// What is in a closing list goes where it belongs, and then the list.
std::int64_t empty(pg::Database& db, const pg::Call& call, Kind kind, const Due& due) {
    const auto& [org, project] = call.tenant;
    std::int64_t moved = 0;
    while (may_go_on(call)) {
        const auto some = db.once(call, sql::split_move, org, project, name_of(kind), due.model,
                                  due.list, kMovedAtOnce)[0]
                              .get<std::int64_t>(0);
        if (some == 0) break;
        moved += some;
    }
    close(db, call, kind, due);
    return moved;
}

}  // namespace

NearLists near_lists(const pg::Database& db, pg::Transaction& tx, const pg::Tenant& tenant,
                     Kind kind, std::int32_t model, const pg::HalfVector& question) {
    return centroids_of(db, tx, tenant, kind, model)->nearest(question.values, kListsRead);
}

std::size_t ask_nearest(pg::Pipeline& pipeline, const pg::Tenant& tenant, Kind kind,
                        std::int32_t model, const pg::HalfVector& question, const NearLists& lists,
                        const std::optional<std::vector<std::string>>& scopes, std::int32_t limit) {
    return pipeline.add(sql::nearest, tenant.org, tenant.project, name_of(kind), model, question,
                        scopes, lists.chosen, lists.newest, kListsRead, kCodesCompared, limit);
}

std::vector<Uuid> nearest_in(const pg::Result& answer) {
    std::vector<Uuid> out;
    for (const pg::Row row : answer) out.push_back(row.get<Uuid>(0));
    return out;
}

std::int64_t tend_lists(pg::Database& db, const pg::Call& call, Kind kind) {
    if (kind == Kind::summary) return 0;
    db.once(call, sql::want_codes, call.tenant.org, call.tenant.project, name_of(kind), kUncoded);
    const std::optional<Due> due = next_due(db, call, kind);
    if (!due) return 0;
    if (due->list == kUncoded) return code_all(db, call, kind, *due);
    if (!due->closing && !db.transaction(call, [&](pg::Transaction& tx) {
            return split(tx, call.tenant, kind, *due);
        }))
        return 0;
    return empty(db, call, kind, *due);
}

std::int64_t drop_lists(pg::Transaction& tx, const pg::Tenant& tenant, Kind kind) {
    const auto& [org, project] = tenant;
    tx.query(sql::lock_lists, org, project, name_of(kind));
    const auto codes = tx.query(sql::drop_codes, org, project, name_of(kind)).affected();
    const pg::Result newest = tx.query(sql::drop_lists, org, project, name_of(kind));
    // Numbers go on rising: who knows the lists of before sees that these are new.
    for (const pg::Row row : newest)
        tx.query(sql::add_list, org, project, name_of(kind), row.get<std::int32_t>(0),
                 row.get<std::int32_t>(1) + 1, false);
    if (!newest.empty()) tx.query(sql::add_list, org, project, name_of(kind), 0, kUncoded, true);
    return std::int64_t(codes);
}

}  // namespace stele::retrieval
