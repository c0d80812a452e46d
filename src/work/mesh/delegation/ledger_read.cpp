// Looking at delegations.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/redact_json.hpp"
#include "work/mesh/delegation/ledger.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

constexpr int kEvents = 100;  // of one delegation in an answer
constexpr int kOwn = 21;      // columns that delegation.sql has beyond those of delegations.sql

std::optional<std::string> id_text(const pg::Row& row, int column) {
    const auto id = row.get<std::optional<Uuid>>(column);
    return id ? std::optional(id->text()) : std::nullopt;
}

Delegation read_delegation(const pg::Row& row) {
    using Text = std::optional<std::string>;
    Delegation out;
    out.id = row.get<Uuid>(0).text();
    out.local_job_id = id_text(row, 1).value_or(out.id);
    out.remote_agent = row.get<std::string>(2);
    out.endpoint = row.get<std::string>(3);
    out.remote_job_id = row.get<Text>(4);
    out.status = reflect::enum_of<DelegationStatus>(row.raw(5)).value_or(DelegationStatus::failed);
    out.remote_status = row.get<Text>(6);
    out.for_job_id = id_text(row, 7);
    out.depth = row.get<std::int32_t>(8);
    out.path = row.get<std::vector<std::string>>(9);
    out.routing_score = row.get<std::optional<double>>(10);
    out.routing_reason = row.get<std::string>(11);
    out.explanation_id = row.get<Uuid>(12).text();
    out.key = row.get<std::string>(13);
    out.outcome = row.get<std::optional<json::value>>(14);
    out.error = row.get<Text>(15);
    out.attempts = row.get<std::int32_t>(16);
    out.is_tracker_active = row.get<bool>(17);
    out.created_at = row.get<Timestamp>(18);
    out.started_at = row.get<std::optional<Timestamp>>(19);
    out.ended_at = row.get<std::optional<Timestamp>>(20);
    return out;
}

std::optional<Record> find(runtime::Context& context, const std::optional<Uuid>& id,
                           const std::string& key) {
    const runtime::Caller& caller = context.caller;
    const pg::Result rows = context.db.once(call_of(context), sql::delegation, caller.org,
                                            caller.project, kTrackSeconds, id, key);
    if (rows.empty()) return std::nullopt;
    const pg::Row row = rows[0];
    Record out;
    static_cast<Delegation&>(out) = read_delegation(row);
    out.uuid = row.get<Uuid>(0);
    out.target_id = row.get<Uuid>(kOwn);
    out.payload = row.get<std::string>(kOwn + 1);
    out.fallback = row.get<bool>(kOwn + 2);
    out.instance = row.get<std::string>(kOwn + 3);
    return out;
}

jobs::Status status_of(const Delegation& d) {
    switch (d.status) {
        case DelegationStatus::complete:
            return jobs::Status::complete;
        case DelegationStatus::failed:
            return jobs::Status::failed;
        case DelegationStatus::stopped:
            return jobs::Status::stopped;
        case DelegationStatus::submitting:
        case DelegationStatus::submitted:
        case DelegationStatus::local:
            break;
    }
    return reflect::enum_of<jobs::Status>(d.remote_status.value_or(""))
        .value_or(jobs::Status::queued);
}

}  // namespace

std::optional<Record> find_delegation(runtime::Context& context, const Uuid& id) {
    return find(context, id, "");
}

std::optional<Record> find_delegation(runtime::Context& context, const std::string& key) {
    return find(context, std::nullopt, key);
}

DelegationsOutput delegations(runtime::Context& context, const DelegationsInput& input) {
    const runtime::Caller& caller = context.caller;
    Uuid before;
    before.bytes.fill(0xFF);
    if (input.cursor) before = *Uuid::parse(*input.cursor);
    std::optional<std::string> status;
    if (input.status) status = std::string(reflect::name_of(*input.status));
    DelegationsOutput out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::delegations, caller.org, caller.project,
                         kTrackSeconds, before, input.limit + 1, status, input.target)) {
        if (int(out.jobs.size()) == input.limit) {
            out.next_cursor = out.jobs.back().id;
            break;
        }
        out.jobs.push_back(read_delegation(row));
    }
    return out;
}

DelegationGetOutput delegation(runtime::Context& context, const DelegationIdInput& input) {
    const runtime::Caller& caller = context.caller;
    auto found = find_delegation(context, *Uuid::parse(input.id));
    if (!found)
        throw Error(Code::not_found, fmt::format("there is no delegation {}", input.id),
                    "`stele delegation list` shows what there is");
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::delegation_events, caller.org, caller.project, found->uuid, kEvents);
        p.add(sql::explanation, caller.org, caller.project, *Uuid::parse(found->explanation_id));
    });
    DelegationGetOutput out;
    out.delegation = std::move(*found);
    for (const pg::Row row : results[0])
        out.events.push_back({row.get<std::int32_t>(0), row.get<std::string>(1),
                              row.get<json::value>(2), row.get<Timestamp>(3)});
    if (!results[1].empty()) out.explanation = results[1][0].get<json::object>(0);
    return out;
}

std::optional<jobs::Job> as_job(runtime::Context& context, const std::string& id) {
    const auto found = find_delegation(context, *Uuid::parse(id));
    if (!found) return std::nullopt;
    if (found->local_job_id != found->id) return jobs::get(context, {found->local_job_id});
    jobs::Job out;
    out.id = found->id;
    out.queue = "mesh";
    out.name = jobs::kAgentJob;
    out.status = status_of(*found);
    out.worker = found->remote_agent;
    out.error = found->error;
    out.instance = found->instance;
    out.created_at = found->created_at;
    out.started_at = found->started_at;
    out.ended_at = found->ended_at;
    out.input = redacted(parse_json(found->payload, "payload"));
    if (found->outcome && found->outcome->is_object()) {
        const json::object& outcome = found->outcome->get_object();
        const json::value* output = outcome.if_contains("output");
        if (output) out.output = *output;
        if (!output && outcome.contains("summary")) out.output = *found->outcome;
        if (const json::value* usage = outcome.if_contains("usage")) out.usage = *usage;
    }
    out.metadata =
        json::object{{"delegation", json::object{{"remoteAgent", found->remote_agent},
                                                 {"endpoint", found->endpoint},
                                                 {"explanationId", found->explanation_id}}}};
    if (found->remote_job_id)
        out.metadata->as_object()["delegation"].as_object()["remoteJobId"] = *found->remote_job_id;
    return out;
}

}  // namespace stele::mesh
