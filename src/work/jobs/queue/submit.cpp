#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "foundation/base/error.hpp"
#include "knowledge/graph/store.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/queue/queue_head_hints.hpp"
#include "work/jobs/queue/submit.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

std::optional<std::string> text_of(const json::value& value) {
    if (value.is_null()) return std::nullopt;
    return serialize(value);
}
std::optional<std::string> text_of(const std::optional<json::object>& object) {
    if (!object) return std::nullopt;
    return serialize(*object);
}

// Jobs as one array a column.
struct Columns {
    std::vector<Uuid> ids;
    std::vector<std::string> names, groups;
    std::vector<std::int32_t> depths;
    // What a job does not say its definition does.
    std::vector<std::optional<std::string>> queues, retentions;
    std::vector<std::optional<std::int32_t>> versions, priorities;
    std::vector<std::optional<std::string>> keys, origins, inputs, metadata;
    std::vector<std::optional<Uuid>> parents, roots;
    std::vector<std::optional<Timestamp>> run_at;
    std::vector<std::optional<std::int32_t>> attempts, leases, backoffs, caps;
    std::vector<bool> announced;
    bool queueless = false;  // one says no queue

    void add(const SubmitInput& in, Timestamp at) {
        ids.push_back(Uuid::v7());
        queues.push_back(in.queue);
        names.push_back(in.name);
        versions.push_back(in.version);
        keys.push_back(in.key);
        parents.push_back(in.parent_id ? std::optional(id_of(*in.parent_id)) : std::nullopt);
        roots.emplace_back();
        depths.push_back(0);
        groups.push_back(in.group);
        priorities.push_back(in.priority);
        run_at.push_back(in.run_at);
        if (in.delay_seconds)
            run_at.back() = Timestamp{at.micros + std::int64_t(*in.delay_seconds) * 1'000'000};
        attempts.push_back(in.max_attempts);
        leases.push_back(in.lease_seconds);
        backoffs.push_back(in.backoff_seconds);
        caps.push_back(in.backoff_cap);
        origins.push_back(text_of(in.origin));
        inputs.push_back(text_of(in.input));
        metadata.push_back(text_of(in.metadata));
        retentions.emplace_back();
        if (in.retention) retentions.back() = reflect::name_of(*in.retention);
        announced.push_back(in.announce.value_or(in.name == kAgentJob));
        queueless = queueless || !in.queue;
    }
};

void check(const SubmitBatchInput& input) {
    for (std::size_t i = 0; i < input.jobs.size(); ++i) {
        const SubmitInput& in = input.jobs[i];
        if (in.delay_seconds && in.run_at)
            throw Error(Code::invalid_argument,
                        fmt::format("jobs[{}]: delaySeconds and runAt: expected one of the two", i),
                        "leave one of them out");
        if (in.queue == kAllQueues)
            throw Error(Code::invalid_argument,
                        fmt::format("jobs[{}]: queue: * means all queues", i),
                        "name the queue that the job is to wait in");
    }
}

struct Made {
    std::int64_t jobs = 0;
    std::vector<std::string> queues;  // of those that said none
};

Made read_made(const pg::Result& rows) {
    return {rows[0].get<std::int64_t>(0), rows[0].get<std::vector<std::string>>(2)};
}

// `add` takes a statement and its parameters.
template <class Add>
auto add_jobs(const Add& add, const runtime::Caller& caller, const Columns& c) {
    return add(sql::submit, caller.org, caller.project, caller.instance, c.ids, c.queues, c.names,
               c.versions, c.keys, c.parents, c.roots, c.groups, c.priorities, c.run_at, c.attempts,
               c.leases, c.backoffs, c.caps, c.origins, c.inputs, c.metadata, c.retentions,
               c.depths, c.announced, c.queueless);
}

Made submit_plain(runtime::Context& context, const Columns& columns) {
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        add_jobs([&](const auto&... args) { p.add(args...); }, context.caller, columns);
    });
    return read_made(results.back());
}

// What children need to know of their parent.
struct Parent {
    Uuid root;
    int depth = 0;
};

// The parents are held, so none of them ends before it knows of its children.
std::map<Uuid, Parent> hold_parents(pg::Transaction& tx, const runtime::Caller& caller,
                                    const Columns& columns) {
    std::set<Uuid> wanted;
    for (const auto& parent : columns.parents)
        if (parent) wanted.insert(*parent);
    const std::vector<Uuid> ids(wanted.begin(), wanted.end());
    tx.query(sql::plan);
    std::set<Uuid> live;
    for (const pg::Row row : tx.query(sql::hold, caller.org, caller.project, ids))
        live.insert(row.get<Uuid>(0));
    std::map<Uuid, Parent> out;
    for (const pg::Row row : tx.query(sql::roots, caller.org, caller.project, ids))
        out[row.get<Uuid>(0)] = {row.get<Uuid>(1), row.get<std::int32_t>(2)};
    for (const Uuid& id : ids) {
        if (!out.contains(id)) no_such_job(id.text());
        if (!live.contains(id))
            throw Error(
                Code::conflict,
                fmt::format("parentId: job {} has ended: it takes no more children", id.text()),
                "submit children while the parent runs");
        if (out[id].depth >= limits::kJobDepth)
            throw Error(Code::conflict,
                        fmt::format("parentId: job {} has {} ancestors: it takes no children",
                                    id.text(), out[id].depth),
                        "submit the job without parentId, or as a child of an ancestor");
    }
    return out;
}

Made submit_children(pg::Transaction& tx, const runtime::Caller& caller, Columns& columns) {
    const std::map<Uuid, Parent> parents = hold_parents(tx, caller, columns);
    for (std::size_t i = 0; i < columns.parents.size(); ++i) {
        if (!columns.parents[i]) continue;
        const Parent& parent = parents.at(*columns.parents[i]);
        columns.roots[i] = parent.root;
        columns.depths[i] = parent.depth + 1;
    }
    const auto query = [&](const auto&... args) { return tx.query(args...); };
    const pg::Result made = add_jobs(query, caller, columns);
    tx.query(sql::add_children, caller.org, caller.project, made[0].get<std::vector<Uuid>>(1));
    graph::project([&](const auto&... args) { tx.query(args...); }, caller, job_edges(),
                   columns.ids);
    return read_made(made);
}

// What a submission met: the answers in its order, and whose id is not the one that was made here.
void read_found(const pg::Result& rows, const Columns& columns, SubmitBatchOutput& out) {
    for (const pg::Row row : rows) {
        const auto at = std::size_t(row.get<std::int64_t>(0) - 1);
        const auto id = row.get<std::optional<Uuid>>(1);
        if (!id) {
            if (row.get<bool>(3))
                throw Error(Code::conflict,
                            fmt::format("queue: \"{}\" is draining: it takes no new jobs",
                                        row.get<std::string>(4)),
                            "`stele job drain QUEUE --off` opens it again");
            throw Error(Code::conflict, "the job with this key is being deleted", "try again", {},
                        true);
        }
        SubmitOutput& job = out.jobs[at];
        if (*id == columns.ids[at]) continue;
        job.id = id->text();
        job.status = reflect::enum_of<Status>(row.raw(2)).value_or(Status::queued);
        job.duplicate = true;
        ++out.duplicates;
        --out.submitted;
    }
}

template <class Ask>
void find(const Ask& ask, const runtime::Caller& caller, const Columns& columns,
          SubmitBatchOutput& out) {
    read_found(ask(sql::find_submitted, caller.org, caller.project, columns.ids, columns.queues,
                   columns.keys, columns.names, columns.versions),
               columns, out);
}

void wake_queues(runtime::Context& context, const Columns& columns, Timestamp at,
                 const Made& made) {
    std::map<std::string_view, int> ready;
    int unsaid = 0;
    for (std::size_t i = 0; i < columns.ids.size(); ++i) {
        if (columns.run_at[i] && *columns.run_at[i] > at) continue;
        if (!columns.queues[i]) {
            ++unsaid;
            continue;
        }
        ++ready[*columns.queues[i]];
        if (columns.priorities[i])
            queue_head_hints().lower(
                {context.db.id(), context.caller.org, context.caller.project, *columns.queues[i]},
                *columns.priorities[i]);
    }
    if (unsaid > 0)
        for (const std::string& queue : made.queues) ready[queue] += unsaid;
    for (const auto& [queue, jobs] : ready) wake(context, queue, jobs);
}

// Jobs as columns, and what the answer is when none of them was there already.
SubmitBatchOutput fill(Columns& columns, const SubmitBatchInput& input, Timestamp at) {
    check(input);
    SubmitBatchOutput out;
    for (const SubmitInput& job : input.jobs) {
        columns.add(job, at);
        out.jobs.push_back({columns.ids.back().text(), Status::queued, {}});
    }
    out.submitted = int(input.jobs.size());
    return out;
}

}  // namespace

Uuid id_of(const std::string& text) {
    return *Uuid::parse(text);
}

void no_such_job(const std::string& id) {
    throw Error(Code::not_found, fmt::format("there is no job {}", id),
                "`stele job list` shows what there is");
}

SubmitBatchOutput submit_batch(runtime::Context& context, const SubmitBatchInput& input) {
    const Timestamp at = now();
    Columns columns;
    SubmitBatchOutput out = fill(columns, input, at);
    if (input.jobs.empty()) return out;
    const bool parents =
        std::ranges::any_of(columns.parents, [](const auto& parent) { return parent.has_value(); });
    const Made made =
        parents ? context.db.transaction(call_of(context),
                                         [&](pg::Transaction& tx) {
                                             return submit_children(tx, context.caller, columns);
                                         })
                : submit_plain(context, columns);
    if (made.jobs < out.submitted)
        find([&](const auto&... args) { return context.db.once(call_of(context), args...); },
             context.caller, columns, out);
    if (out.submitted > 0) wake_queues(context, columns, at, made);
    return out;
}

Submitted submit_within(pg::Transaction& tx, const runtime::Caller& caller,
                        const SubmitBatchInput& input) {
    Columns columns;
    Submitted out;
    static_cast<SubmitBatchOutput&>(out) = fill(columns, input, now());
    if (input.jobs.empty()) return out;
    const auto query = [&](const auto&... args) { return tx.query(args...); };
    Made made = read_made(add_jobs(query, caller, columns));
    if (made.jobs < out.submitted) find(query, caller, columns, out);
    out.queues = std::move(made.queues);
    for (const auto& queue : columns.queues)
        if (queue) out.queues.push_back(*queue);
    return out;
}

SubmitOutput submit(runtime::Context& context, const SubmitInput& input) {
    return submit_batch(context, {{input}}).jobs.front();
}

}  // namespace stele::jobs
