#include <fmt/format.h>

#include <map>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/redact_json.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/graph/store.hpp"
#include "work/jobs/edges.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

using Text = std::optional<std::string>;

// What an item's field is kept as: without secrets. `where` is added to `changed` when it held one.
Text clean(json::value value, std::string where, std::vector<std::string>& changed) {
    if (value.is_null()) return std::nullopt;
    if (redact_in_place(value)) changed.push_back(std::move(where));
    return serialize(value);
}

std::string place(std::string_view list, std::size_t index, std::string_view field) {
    return fmt::format("{}[{}].{}", list, index, field);
}

// Everything that is reported, as one array a column.
struct Columns {
    struct {
        std::vector<Uuid> jobs;
        std::vector<std::int32_t> seqs;
        std::vector<std::string> types;
        std::vector<Text> steps, payloads;
    } events;
    struct {
        std::vector<Uuid> jobs;
        std::vector<std::int32_t> seqs;
        std::vector<std::string> tools, statuses;
        std::vector<Text> steps, args, results;
        std::vector<std::optional<std::int32_t>> durations;
        std::vector<std::optional<Timestamp>> started;
    } tools;
    struct {
        std::vector<Uuid> jobs;
        std::vector<std::int32_t> seqs;
        std::vector<std::string> labels, states, hashes;
        std::vector<Text> steps;
        std::vector<bool> safe;
    } checkpoints;
    struct {
        std::vector<Uuid> ids, jobs;
        std::vector<std::string> uris, hashes, bytes, media, retentions, redactions;
        std::vector<Text> steps;
    } artifacts;

    // Of the report that is laid out: the fields that are kept without secrets that they held.
    std::vector<std::string> redacted;

    void add(const Uuid& job, int& seq, const EventSaid& e, std::size_t index) {
        events.jobs.push_back(job);
        events.seqs.push_back(++seq);
        events.types.push_back(e.type);
        events.steps.push_back(e.step);
        events.payloads.push_back(clean(e.payload, place("events", index, "payload"), redacted));
    }
    void add(const Uuid& job, int& seq, const ToolSaid& t, Timestamp at, std::size_t index) {
        tools.jobs.push_back(job);
        tools.seqs.push_back(++seq);
        tools.tools.push_back(t.tool);
        tools.steps.push_back(t.step);
        tools.args.push_back(clean(t.args, place("toolCalls", index, "args"), redacted));
        tools.results.push_back(clean(t.result, place("toolCalls", index, "result"), redacted));
        tools.statuses.emplace_back(reflect::name_of(t.status));
        tools.durations.emplace_back(t.duration_ms);
        tools.started.emplace_back(t.started_at.value_or(at));
    }
    void add(const Uuid& job, int& seq, const CheckpointSaid& c) {
        checkpoints.jobs.push_back(job);
        checkpoints.seqs.push_back(++seq);
        checkpoints.labels.push_back(c.label);
        checkpoints.steps.push_back(c.step);
        checkpoints.safe.push_back(c.safe);
        checkpoints.states.push_back(serialize(c.state));
        checkpoints.hashes.push_back(sha256_hex(checkpoints.states.back()));
    }
    void add(const Uuid& job, const ArtifactSaid& a, std::size_t index) {
        artifacts.ids.push_back(artifact_id(job, a.uri, a.sha256));
        artifacts.jobs.push_back(job);
        artifacts.steps.push_back(a.step);
        artifacts.uris.push_back(redact(a.uri));
        if (artifacts.uris.back() != a.uri) redacted.push_back(place("artifacts", index, "uri"));
        artifacts.hashes.push_back(a.sha256);
        artifacts.bytes.push_back(std::to_string(a.bytes));
        artifacts.media.push_back(a.media_type);
        artifacts.retentions.emplace_back(reflect::name_of(a.retention));
        artifacts.redactions.emplace_back(reflect::name_of(a.redaction_status));
    }
};

int places_of(const Report& report) {
    return int(report.events.size() + report.tool_calls.size() + report.checkpoints.size());
}

// Lays a report out from its reserved place on; says where its checkpoints and artifacts went.
Reported lay_out(const Report& report, int seq, Timestamp at, Columns& columns) {
    Reported out;
    out.id = report.id;
    const Uuid job = id_of(report.id);
    columns.redacted.clear();
    for (std::size_t i = 0; i < report.events.size(); ++i)
        columns.add(job, seq, report.events[i], i);
    for (std::size_t i = 0; i < report.tool_calls.size(); ++i)
        columns.add(job, seq, report.tool_calls[i], at, i);
    for (const CheckpointSaid& checkpoint : report.checkpoints) {
        columns.add(job, seq, checkpoint);
        out.checkpoints.push_back(seq);
    }
    for (std::size_t i = 0; i < report.artifacts.size(); ++i) {
        columns.add(job, report.artifacts[i], i);
        out.artifacts.push_back(columns.artifacts.ids.back().text());
    }
    if (!columns.redacted.empty()) out.redacted = std::move(columns.redacted);
    return out;
}

void write(pg::Transaction& tx, const runtime::Caller& caller, const Columns& c) {
    const auto& [org, project] = std::pair(caller.org, caller.project);
    if (const auto& e = c.events; !e.jobs.empty())
        tx.query(sql::add_events, org, project, e.jobs, e.seqs, e.types, e.steps, e.payloads);
    if (const auto& t = c.tools; !t.jobs.empty())
        tx.query(sql::add_tool_calls, org, project, t.jobs, t.seqs, t.steps, t.tools, t.args,
                 t.results, t.statuses, t.durations, t.started);
    if (const auto& p = c.checkpoints; !p.jobs.empty())
        tx.query(sql::add_checkpoints, org, project, p.jobs, p.seqs, p.steps, p.labels, p.safe,
                 p.states, p.hashes);
    if (const auto& a = c.artifacts; !a.ids.empty()) {
        tx.query(sql::add_artifacts, org, project, a.ids, a.jobs, a.steps, a.uris, a.hashes,
                 a.bytes, a.media, a.retentions, a.redactions);
        graph::project([&](const auto&... args) { tx.query(args...); }, caller, artifact_edges(),
                       a.ids);
    }
    // The last: whoever else says something to the tenant waits for this transaction.
    if (const auto& e = c.events; !e.jobs.empty())
        tx.query(sql::announce_reported, org, project, e.jobs, e.seqs, e.types, e.steps, e.payloads,
                 std::int32_t(limits::kEventBytes));
}

}  // namespace

std::string hash_problem(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == text.npos
               ? ""
               : "is not 64 lower-case hex digits, as `sha256sum FILE` prints them";
}

ReportOutput report(runtime::Context& context, const ReportInput& input) {
    const Timestamp at = now();
    const std::vector<Report> reports = in_order(input.jobs, "jobs");
    std::vector<Uuid> ids;
    std::vector<std::int32_t> generations, places;
    std::vector<Claim> claims;
    for (const Report& one : reports) {
        ids.push_back(id_of(one.id));
        generations.push_back(one.generation);
        places.push_back(places_of(one));
        claims.push_back({one.id, one.generation});
    }
    ReportOutput out;
    Taken taken;
    pg::Call call = call_of(context);
    call.repeatable = false;  // said again it would be said twice
    context.db.transaction(call, [&](pg::Transaction& tx) {
        out = {};
        taken.clear();
        tx.query(sql::plan);
        std::map<Uuid, int> seqs;
        for (const pg::Row row : tx.query(sql::reserve, context.caller.org, context.caller.project,
                                          ids, generations, places, limits::kLeaseSeconds))
            seqs[row.get<Uuid>(0)] = row.get<std::int32_t>(1);
        Columns columns;
        for (const Report& one : reports) {
            const auto seq = seqs.find(id_of(one.id));
            if (seq == seqs.end()) continue;
            taken.insert(seq->first);
            out.jobs.push_back(lay_out(one, seq->second, at, columns));
        }
        write(tx, context.caller, columns);
    });
    for (const Uuid& job : taken) tell_watchers(context, job);
    out.stale = stale_of(context, claims, taken);
    return out;
}

}  // namespace stele::jobs
