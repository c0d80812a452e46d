#include <algorithm>
#include <optional>

#include "foundation/base/cursor.hpp"
#include "knowledge/memory/labels.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/segments.hpp"

namespace stele::memory {

namespace {

// Where a memory stands in a list.
struct Listed {
    Timestamp at;
    Uuid id;
    friend auto operator<=>(const Listed&, const Listed&) = default;
};

// All that a filter allows in a large tenant, newest first, when its labels say that they are few.
std::optional<std::vector<Listed>> few_rows(runtime::Context& context, const FilterParams& filter) {
    pg::Call call = call_of(context);
    call.snapshot = true;  // an indexing step meanwhile neither hides a row nor shows it twice
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        std::optional<std::vector<Listed>> out;
        retrieval::SegmentSearch segments(context.db, call.tenant, retrieval::Kind::memory);
        segments.take_manifest(tx.pipeline([&](pg::Pipeline& p) { segments.ask_manifest(p); })[0]);
        if (segments.empty() || !segments.allow(tx, groups_of(filter))) return out;
        if (segments.allowed() > kFewAllowed) return out;
        const std::vector<Uuid> indexed = segments.newest_allowed(tx, kFewAllowed);
        const std::optional<pg::HalfVector> no_vector;
        const auto query = [&](const auto&... args) { return tx.query(args...); };
        const auto add = [&](const pg::Result& rows) {
            for (const pg::Row row : rows)
                out->push_back({row.get<Timestamp>(2), row.get<Uuid>(0)});
        };
        out.emplace();
        add(filter.apply([&](const auto&... args) { return query(sql::search_rows, args...); },
                         no_vector, 0, indexed));
        add(filter.apply(
            [&](const auto&... args) { return query(sql::search_candidates_filtered, args...); },
            no_vector, 0, limits::kCandidateSet));
        std::ranges::sort(*out, std::ranges::greater{});
        return out;
    });
}

// One page of those, from after the place of the cursor.
ListOutput page_of(runtime::Context& context, std::vector<Listed> rows, const Cursor& place,
                   int limit) {
    if (place.time)
        std::erase_if(rows, [&](const Listed& row) {
            return !(row < Listed{*place.time, *place.id});
        });
    ListOutput out;
    std::vector<Uuid> ids;
    for (const Listed& row : rows)
        if (int(ids.size()) < limit) ids.push_back(row.id);
    out.results = fetch(context, ids);
    if (rows.size() > ids.size())
        out.next_cursor = cursor_at(rows[ids.size() - 1].at, ids.back().text());
    return out;
}

}  // namespace

ListOutput list(runtime::Context& context, const Filter& filter, int limit,
                const std::optional<std::string>& cursor) {
    const Cursor place = parse_cursor(cursor);
    const FilterParams params = filter_params(context, filter);
    if (narrows(filter) || filter.scope)
        if (auto few = few_rows(context, params))
            return page_of(context, std::move(*few), place, limit);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::list, args...);
    };
    // One more than asked for tells whether there is a next page.
    const pg::Result rows = params.apply(query, place.time, place.id, limit + 1);
    ListOutput out;
    for (const pg::Row row : rows) {
        if (int(out.results.size()) == limit) break;
        out.results.push_back(read_memory(row));
    }
    if (rows.rows() > limit) {
        const Memory& last = out.results.back();
        out.next_cursor = cursor_at(last.timestamp, last.id);
    }
    return out;
}

}  // namespace stele::memory
