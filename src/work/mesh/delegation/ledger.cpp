#include "work/mesh/delegation/ledger.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/redact_json.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/events/store.hpp"
#include "knowledge/graph/store.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/queue/submit.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/mesh/edges.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

constexpr std::size_t kErrorBytes = 1000;
constexpr std::size_t kSummaryBytes = 4096;

void add_event(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& id, std::int32_t seq,
               std::string_view type, const json::object& payload) {
    tx.query(sql::add_delegation_event, caller.org, caller.project, id, seq, type,
             serialize_redacted(payload));
}

// What is kept of what was sent once it need not be sent again.
std::string redacted_payload(const Record& record) {
    return serialize_redacted(parse_json(record.payload, "payload"));
}

void project(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& id) {
    graph::project([&](const auto&... args) { tx.query(args...); }, caller, delegation_edges(),
                   {id});
}

// To who watches; the last thing in a transaction.
void announce(pg::Transaction& tx, const runtime::Caller& caller, const Record& record,
              std::string type, json::object data) {
    data["delegationId"] = record.id;
    data["target"] = record.remote_agent;
    events::Announcement said{std::move(type), std::move(data), {}, {}};
    if (record.for_job_id) {
        said.job = Uuid::parse(*record.for_job_id);
        said.data["jobId"] = *record.for_job_id;
    }
    events::announce(tx, caller, {said});
}

void ring(runtime::Context& context, const Record& record) {
    if (!context.notifier) return;
    context.notifier->notify_local(notification_of(context.caller, record.key));
}

struct Ending {
    DelegationStatus stand = DelegationStatus::failed;
    std::optional<std::string> outcome, error;
    std::optional<jobs::SubmitInput> here;  // submitted in the same transaction
};

// Whether it counts for or against the target. What somebody stopped says nothing about it.
bool counts(DelegationStatus stand) {
    return stand == DelegationStatus::complete || stand == DelegationStatus::failed ||
           stand == DelegationStatus::local;
}

bool end(runtime::Context& context, const Record& record, const Ending& ending) {
    const runtime::Caller& caller = context.caller;
    std::vector<std::string> queues;
    const bool done = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        std::optional<Uuid> local;
        queues.clear();
        if (ending.here) {
            const jobs::Submitted job = jobs::submit_within(tx, caller, {{*ending.here}});
            local = Uuid::parse(job.jobs[0].id);
            queues = job.queues;
        }
        const pg::Result rows =
            tx.query(sql::end_delegation, caller.org, caller.project, record.uuid,
                     reflect::name_of(ending.stand), ending.outcome, ending.error, local,
                     redacted_payload(record));
        if (rows.empty()) {
            // Somebody else ended it: what was submitted here must not stay.
            if (ending.here)
                throw Error(Code::conflict, "the delegation has ended", "look at it again");
            return false;
        }
        json::object said{{"status", reflect::name_of(ending.stand)}};
        if (ending.error) said["error"] = *ending.error;
        if (local) said["localJobId"] = local->text();
        add_event(tx, caller, record.uuid, rows[0].get<std::int32_t>(0), local ? "local" : "ended",
                  said);
        if (counts(ending.stand))
            tx.query(sql::add_outcome, caller.org, caller.project, record.target_id,
                     ending.stand == DelegationStatus::complete, kOutcomeHalfLife);
        project(tx, caller, record.uuid);
        said.erase("status");
        said["delegationStatus"] = reflect::name_of(ending.stand);
        announce(tx, caller, record, "job.delegation.completed", std::move(said));
        return true;
    });
    for (const std::string& queue : queues) jobs::wake(context, queue, 1);
    ring(context, record);
    return done;
}

// What is kept of the job over there: what it says about its end, never how it got there.
json::object outcome_of(const json::object& body) {
    json::object out;
    const json::value* output = body.if_contains("output");
    if (output && output->is_object()) {
        if (const std::string summary = text_of(output->get_object(), "summary"); !summary.empty())
            out["summary"] = excerpt(summary, kSummaryBytes);
        if (const json::value* files = output->get_object().if_contains("filesChanged"))
            out["filesChanged"] = *files;
    } else if (output && output->is_string()) {
        out["summary"] = excerpt(output->get_string(), kSummaryBytes);
    }
    if (const json::value* usage = body.if_contains("usage")) out["usage"] = *usage;
    if (output && serialize(*output).size() <= limits::kMetadataBytes) out["output"] = *output;
    return out;
}

}  // namespace

std::string notification_of(const runtime::Caller& caller, const std::string& key) {
    return jobs::notification_of(caller.org, caller.project, "delegation:" + key);
}

bool begin(runtime::Context& context, const NewDelegation& made, const Decision& decision) {
    const runtime::Caller& caller = context.caller;
    const Decision::One& one = decision.candidates[*decision.selected];
    const Profile& target = *one.entry.profile;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows = tx.query(
            sql::begin_delegation, caller.org, caller.project, made.id, made.key, made.for_job,
            one.entry.id, target.name, target.endpoint, made.depth, made.path, decision.id,
            one.score, decision.reason, made.fallback, made.payload, caller.instance,
            kSubmitSeconds, reflect::name_of(made.retention), made.conversation);
        if (rows.empty()) return false;
        explain(tx, caller, decision);
        add_event(tx, caller, made.id, 1, "submitting",
                  {{"target", target.name},
                   {"endpoint", target.endpoint},
                   {"explanationId", decision.id.text()},
                   {"payload", parse_json(made.payload, "payload")}});
        project(tx, caller, made.id);
        return true;
    });
}

void taken(runtime::Context& context, const Record& record, const std::string& remote_job_id,
           const std::string& remote_status) {
    const runtime::Caller& caller = context.caller;
    context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows =
            tx.query(sql::taken, caller.org, caller.project, record.uuid, remote_job_id,
                     remote_status, kPollSeconds, redacted_payload(record));
        if (rows.empty()) return;
        add_event(tx, caller, record.uuid, rows[0].get<std::int32_t>(0), "submitted",
                  {{"remoteJobId", remote_job_id}, {"remoteStatus", remote_status}});
        project(tx, caller, record.uuid);
        announce(tx, caller, record, "job.delegation.started",
                 {{"delegationJobId", remote_job_id}, {"delegationStatus", remote_status}});
    });
}

void heard(runtime::Context& context, const Record& record, const std::string& remote_status) {
    const runtime::Caller& caller = context.caller;
    context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows = tx.query(sql::heard, caller.org, caller.project, record.uuid,
                                         remote_status, kPollSeconds);
        if (!rows.empty() && rows[0].get<bool>(1))
            add_event(tx, caller, record.uuid, rows[0].get<std::int32_t>(0), "status",
                      {{"remoteStatus", remote_status}});
    });
}

void unanswered(runtime::Context& context, const Record& record, const std::string& why) {
    const runtime::Caller& caller = context.caller;
    const std::string said = excerpt(why, kErrorBytes);
    const int times = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows = tx.query(sql::unanswered, caller.org, caller.project, record.uuid,
                                         kPollSeconds, kPollSecondsMost);
        if (rows.empty()) return 0;
        const auto attempts = rows[0].get<std::int32_t>(0);
        add_event(tx, caller, record.uuid, rows[0].get<std::int32_t>(1), "unanswered",
                  {{"times", attempts}, {"why", said}});
        return int(attempts);
    });
    if (times < limits::kPollFailures) return;
    end(context, record,
        {DelegationStatus::failed,
         {},
         fmt::format("no answer {} times in a row, the last: {}", times, redact(said)),
         {}});
}

void finish(runtime::Context& context, const Record& record, DelegationStatus stand,
            const json::object& body) {
    Ending ending{stand, serialize(outcome_of(body)), {}, {}};
    std::string why = text_of(body, "error");
    if (why.empty()) why = text_of(body, "stopReason");
    if (stand != DelegationStatus::complete && !why.empty())
        ending.error = redact(excerpt(why, kErrorBytes));
    end(context, record, ending);
}

void refused(runtime::Context& context, const Record& record, const std::string& why) {
    Ending failed{DelegationStatus::failed, {}, redact(excerpt(why, kErrorBytes)), {}};
    if (record.fallback) {
        auto asked = reflect::read<jobs::RunInput>(parse_json(record.payload, "payload"));
        // As it was before it was sent, under the key that its caller gave it.
        asked.depth = record.depth - 1;
        if (!asked.path.empty()) asked.path.pop_back();
        if (record.key != record.id) asked.key = record.key;
        Ending here = failed;
        here.stand = DelegationStatus::local;
        here.here = jobs::job_of(asked);
        try {
            end(context, record, here);
            return;
        } catch (const Error& error) {
            if (error.code() != Code::conflict) throw;
            // The queue takes no jobs, or somebody else ended it and the next line does nothing.
            *failed.error += fmt::format("; and here: {}", error.what());
        }
    }
    end(context, record, failed);
}

}  // namespace stele::mesh
