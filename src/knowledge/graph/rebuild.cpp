#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/sql.hpp"
#include "knowledge/graph/store.hpp"

namespace stele::graph {

namespace {

constexpr const char* kSweepTable = "graph_edges";
constexpr int kEdgePage = 5'000;
const std::string kNoUuid = "00000000-0000-0000-0000-000000000000";

struct EdgeKey {
    Uuid src;
    std::string type;
    Uuid dst;
};

// "<src> <type> <dst>"; empty: before the first.
EdgeKey parse_key(const std::string& text) {
    if (text.empty()) return {};
    const auto first = text.find(' '), last = text.rfind(' ');
    return {Uuid::parse(text.substr(0, first)).value(), text.substr(first + 1, last - first - 1),
            Uuid::parse(text.substr(last + 1)).value()};
}

struct Progress {
    std::string last_key;
    bool done = false;
};

struct Run {
    Uuid id;
    bool resumed = false;
    std::map<std::string, Progress> tables;
    RebuildOutput totals;
};

Run read_run(runtime::Context& context) {
    Run out;
    out.id = Uuid::v7();
    for (const pg::Row row : context.db.once(call_of(context), sql::rebuild_state,
                                             context.caller.org, context.caller.project)) {
        out.id = row.get<Uuid>(1);
        out.resumed = true;
        out.tables[row.get<std::string>(0)] = {row.get<std::string>(2), row.get<bool>(6)};
        out.totals.rows += row.get<std::int64_t>(3);
        out.totals.added += row.get<std::int64_t>(4);
        out.totals.removed += row.get<std::int64_t>(5);
    }
    return out;
}

void clear_run(runtime::Context& context) {
    context.db.once(call_of(context), sql::rebuild_clear, context.caller.org,
                    context.caller.project);
}

// Each page has its own time; who asked to stop is heard between two.
void begin_page(runtime::Context& context) {
    if (context.cancelled.stop_requested())
        throw Error(Code::cancelled, "stopped between two pages",
                    "`stele graph rebuild` goes on from there");
    context.deadline = deadline_in(limits::kDeadline);
}

std::vector<Uuid> ids_of(const pg::Result& rows) {
    std::vector<Uuid> out;
    for (const pg::Row row : rows) out.push_back(row.get<Uuid>(0));
    return out;
}

// One page of a table's rows: what they ask for is written.
Progress project_page(runtime::Context& context, const Source& source, const Uuid& run,
                      const Progress& at) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const Uuid after = *Uuid::parse(at.last_key.empty() ? kNoUuid : at.last_key);
        const auto ids = ids_of(
            tx.query(source.page(), caller.org, caller.project, after, limits::kRebuildPage));
        std::int64_t added = 0;
        if (!ids.empty())
            added =
                tx.query(source.project(), caller.org, caller.project, ids)[0].get<std::int64_t>(0);
        Progress next{ids.empty() ? at.last_key : ids.back().text(),
                      int(ids.size()) < limits::kRebuildPage};
        tx.query(sql::rebuild_step, caller.org, caller.project, source.table(), run, next.last_key,
                 std::int64_t(ids.size()), added, std::int64_t(0), next.done);
        return next;
    });
}

// The edges of a page that one source vouches for.
struct Vouched {
    std::vector<Uuid> owners, srcs, dsts;
    std::vector<std::string> types;

    void add(const pg::Row& row) {
        srcs.push_back(row.get<Uuid>(0));
        types.push_back(row.get<std::string>(1));
        dsts.push_back(row.get<Uuid>(2));
        owners.push_back(row.get<Uuid>(4));
    }
};

// By table; edges of tables that this program does not know are left alone.
std::map<const Source*, Vouched> by_source(const pg::Result& rows, const Domains& domains) {
    std::map<const Source*, Vouched> out;
    for (const pg::Row row : rows)
        for (const Source* source : domains.sources)
            if (row.raw(3) == source->table()) out[source].add(row);
    return out;
}

std::string key_of(const pg::Row& row) {
    return fmt::format("{} {} {}", row.get<Uuid>(0).text(), row.raw(1), row.get<Uuid>(2).text());
}

// One page of the edges: those that no row asks for any more go.
Progress sweep_page(runtime::Context& context, const Domains& domains, const Uuid& run,
                    const Progress& at) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const EdgeKey after = parse_key(at.last_key);
        const pg::Result rows = tx.query(sql::edge_page, caller.org, caller.project, after.src,
                                         after.type, after.dst, limits::kRebuildPage);
        std::vector<Uuid> ends;
        std::int64_t removed = 0;
        for (const auto& [source, edges] : by_source(rows, domains))
            for (const pg::Row row : tx.query(source->sweep(), caller.org, caller.project,
                                              edges.owners, edges.srcs, edges.types, edges.dsts)) {
                ends.insert(ends.end(), {row.get<Uuid>(0), row.get<Uuid>(2)});
                ++removed;
            }
        if (!ends.empty()) {
            tx.query(sql::lock, caller.org, caller.project);
            tx.query(sql::forget_orphans, caller.org, caller.project, ends);
        }
        Progress next{rows.empty() ? at.last_key : key_of(rows[rows.rows() - 1]),
                      rows.rows() < limits::kRebuildPage};
        tx.query(sql::rebuild_step, caller.org, caller.project, kSweepTable, run, next.last_key,
                 std::int64_t(0), std::int64_t(0), removed, next.done);
        return next;
    });
}

// Calls visit with every page of the edges that rows vouch for.
template <class Visit>
void for_each_page(runtime::Context& context, Visit visit) {
    EdgeKey after;
    for (bool more = true; more;) {
        begin_page(context);
        const pg::Result rows =
            context.db.once(call_of(context), sql::edge_page, context.caller.org,
                            context.caller.project, after.src, after.type, after.dst, kEdgePage);
        visit(rows);
        more = rows.rows() == kEdgePage;
        if (more) after = parse_key(key_of(rows[kEdgePage - 1]));
    }
}

// SHA-256 over the edges that rows vouch for, in order.
class Checksum {
  public:
    void add(const pg::Result& rows) {
        for (const pg::Row row : rows)
            hash_.add(fmt::format("{} {} {}\n", key_of(row), row.raw(3), row.get<Uuid>(4).text()));
        count_ += rows.rows();
    }
    std::int64_t count() const { return count_; }
    std::string hex() { return hash_.hex(); }

  private:
    Sha256 hash_;
    std::int64_t count_ = 0;
};

std::int64_t count_missing(runtime::Context& context, const Source& source) {
    const runtime::Caller& caller = context.caller;
    std::int64_t missing = 0;
    Uuid after;
    for (;;) {
        begin_page(context);
        const auto ids = ids_of(context.db.once(call_of(context), source.page(), caller.org,
                                                caller.project, after, limits::kRebuildPage));
        if (ids.empty()) return missing;
        missing +=
            context.db.once(call_of(context), source.missing(), caller.org, caller.project, ids)[0]
                .get<std::int64_t>(0);
        after = ids.back();
    }
}

}  // namespace

RebuildOutput rebuild(runtime::Context& context, const Domains& domains,
                      const RebuildInput& input) {
    begin_page(context);
    if (input.restart) clear_run(context);
    Run run = read_run(context);
    const auto finish = [&](const std::string& table, const auto& page) {
        for (Progress at = run.tables[table]; !at.done;) {
            begin_page(context);
            at = page(at);
            if (context.progress) context.progress({0, 0, table});
        }
    };
    for (const Source* source : domains.sources)
        finish(source->table(),
               [&](const Progress& at) { return project_page(context, *source, run.id, at); });
    finish(kSweepTable,
           [&](const Progress& at) { return sweep_page(context, domains, run.id, at); });
    Checksum checksum;
    for_each_page(context, [&](const pg::Result& rows) { checksum.add(rows); });
    RebuildOutput out = read_run(context).totals;
    clear_run(context);
    out.run_id = run.id.text();
    out.resumed = run.resumed;
    out.edges = checksum.count();
    out.checksum = checksum.hex();
    return out;
}

CheckOutput check(runtime::Context& context, const Domains& domains) {
    const runtime::Caller& caller = context.caller;
    CheckOutput out;
    for (const Source* source : domains.sources) out.missing += count_missing(context, *source);
    Checksum checksum;
    for_each_page(context, [&](const pg::Result& rows) {
        checksum.add(rows);
        for (const auto& [source, edges] : by_source(rows, domains))
            out.unsupported +=
                context.db
                    .once(call_of(context), source->unsupported(), caller.org, caller.project,
                          edges.owners, edges.srcs, edges.types, edges.dsts)
                    .rows();
    });
    begin_page(context);
    const pg::Result order =
        context.db.once(call_of(context), sql::check, caller.org, caller.project);
    out.edges = order[0].get<std::int64_t>(0);
    out.linked = order[0].get<std::int64_t>(1);
    out.out_of_order = order[0].get<std::int64_t>(2);
    out.nameless = order[0].get<std::int64_t>(3);
    out.vouched = checksum.count();
    out.checksum = checksum.hex();
    out.ok = out.missing + out.unsupported + out.out_of_order + out.nameless == 0;
    out.exit_code = out.ok ? 0 : 1;
    return out;
}

}  // namespace stele::graph
