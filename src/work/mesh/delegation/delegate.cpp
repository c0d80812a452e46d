#include "work/mesh/delegation/delegate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/redact.hpp"
#include "runtime/settings.hpp"
#include "work/mesh/routing/choice.hpp"

namespace stele::mesh {

namespace {

constexpr std::chrono::milliseconds kPostTime{30'000};
constexpr std::chrono::milliseconds kRecordTime{2'000};
constexpr std::size_t kScoresShown = 10;

struct Work {
    jobs::RunInput job;
    Wish wish;
    std::optional<Uuid> for_job;
    Fallback fallback = Fallback::none;
    tenancy::Retention retention = tenancy::Retention::standard;
    std::string key;  // "": none but its id
};

struct Handed {
    std::optional<Record> record;  // as it stands now
    Refused refused;               // or why there is none
    bool duplicate = false;
    bool redacted = false;  // its record is kept without the secrets that it held
    std::vector<Scored> scores;
};

RouteInput question(const jobs::RunInput& job) {
    RouteInput out;
    out.prompt = job.prompt.value_or("");
    out.domain = job.domain;
    out.model = job.model.value_or("");
    out.conversation = job.conversation;
    out.depth = job.depth;
    out.path = job.path;
    return out;
}

// What the target is sent: the job, whose it is, and the way it went so far. It was chosen for it,
// so it does not choose again.
std::string payload_of(const runtime::Context& context, const jobs::RunInput& job,
                       const std::vector<std::string>& path) {
    jobs::RunInput out = job;
    out.depth = job.depth + 1;
    out.path = path;
    out.local = true;
    out.origin = json::object{{"channel", "posse"}, {"from", context.caller.instance}};
    json::object payload = reflect::write(out).as_object();
    payload.erase("key");
    if (out.domain.empty()) payload.erase("domain");
    return serialize(payload);
}

bool put_on_record(runtime::Context& context, const Work& work, const Decision& decision,
                   const Uuid& id) {
    NewDelegation made;
    made.id = id;
    made.key = work.key.empty() ? id.text() : work.key;
    made.for_job = work.for_job;
    made.depth = work.job.depth + 1;
    made.path = work.job.path;
    made.path.push_back(context.settings.agent.instance.empty() ? context.caller.instance
                                                                : context.settings.agent.instance);
    made.fallback = work.fallback == Fallback::local;
    made.retention = work.retention;
    made.conversation = work.job.conversation;
    made.payload = payload_of(context, work.job, made.path);
    return begin(context, made, decision);
}

// What was delegated under its key before.
Handed known(runtime::Context& context, const Work& work) {
    Handed out;
    if (!work.key.empty()) out.record = find_delegation(context, work.key);
    out.duplicate = out.record.has_value();
    return out;
}

Handed hand_on(runtime::Context& context, const Work& work) {
    Handed out;
    Decision decision = decide(context, question(work.job), work.wish.target.has_value());
    Peers peers(context.settings);
    if (auto refused = choose(context, peers, work.wish, decision)) {
        out.refused = std::move(*refused);
        out.scores = best(decision, kScoresShown);
        return out;
    }
    const Uuid id = Uuid::v7();
    if (put_on_record(context, work, decision, id)) {
        out.record = find_delegation(context, id);
        out.redacted = !find_secrets(out.record->payload).empty();
        post(context, peers, *out.record);
        out.record = find_delegation(context, id);
    } else {
        out.record = find_delegation(context, work.key);
        out.duplicate = true;
    }
    return out;
}

// Where a job stands in the chain that began elsewhere: jobs.metadata.mesh.
void take_place(runtime::Context& context, const std::string& job_id, jobs::RunInput& job) {
    const jobs::Job asked = jobs::get(context, {job_id});
    if (!asked.metadata || !asked.metadata->is_object()) return;
    const json::value* mesh = asked.metadata->get_object().if_contains("mesh");
    if (!mesh || !mesh->is_object()) return;
    json::object place{{"depth", job.depth}, {"path", reflect::write(job.path)}};
    for (const char* name : {"depth", "path"})
        if (const json::value* value = mesh->get_object().if_contains(name)) place[name] = *value;
    const auto read = reflect::read<jobs::RunInput>(place);
    job.depth = std::max(job.depth, read.depth);
    job.path = read.path;
}

Work work_of(runtime::Context& context, const DelegateInput& input) {
    if (input.task.has_value() == input.prompt.has_value())
        throw Error(Code::invalid_argument, "task, prompt: expected one of the two",
                    "say what is to be done");
    Work out;
    out.job.prompt = input.task ? input.task : input.prompt;
    out.job.domain = input.domain;
    out.job.conversation = input.conversation;
    if (!input.model.empty()) out.job.model = input.model;
    out.job.depth = input.depth;
    out.job.path = input.path;
    if (input.job_id) {
        take_place(context, *input.job_id, out.job);
        out.for_job = Uuid::parse(*input.job_id);
    }
    out.wish.target = input.target;
    out.fallback = input.fallback;
    out.retention = input.retention;
    out.key = key_of(context, input);
    return out;
}

DelegateOutput answer_of(const Record& record, bool async) {
    DelegateOutput out;
    const bool over = ended(record.status);
    out.delegated = record.status != DelegationStatus::local &&
                    (record.status != DelegationStatus::failed || record.started_at.has_value());
    out.job_id = record.local_job_id;
    out.target = record.remote_agent;
    out.status = std::string(reflect::name_of(record.status));
    if (!async && !over) out.status = "timeout";
    if (!out.delegated && record.status != DelegationStatus::local) out.refusal = Refusal::refused;
    out.remote_job_id = record.remote_job_id;
    out.explanation_id = record.explanation_id;
    out.error = record.error;
    if (record.status == DelegationStatus::local)
        out.message = fmt::format("{} refused it: it is queued here", record.remote_agent);
    else if (!out.delegated)
        out.message = fmt::format("{} did not take it", record.remote_agent);
    else if (!over)
        out.message = fmt::format("{} by {}; `stele delegation get {}` shows how it stands",
                                  record.started_at ? "taken" : "not yet answered",
                                  record.remote_agent, record.id);
    if (!record.outcome || !record.outcome->is_object()) return out;
    const json::object& outcome = record.outcome->get_object();
    if (const std::string summary = text_of(outcome, "summary"); !summary.empty())
        out.summary = summary;
    if (const json::value* files = outcome.if_contains("filesChanged");
        files && files->is_array()) {
        out.files_changed.emplace();
        for (const json::value& file : files->get_array())
            if (file.is_string()) out.files_changed->emplace_back(file.get_string());
    }
    return out;
}

DelegateOutput done_here(runtime::Context& context, const Work& work, const std::string& why) {
    jobs::RunInput job = work.job;
    job.key = work.key.empty() ? std::nullopt : std::optional(work.key);
    DelegateOutput out;
    out.job_id = jobs::run(context, job).id;
    out.status = "local";
    out.message = fmt::format("{}: it is queued here", why);
    return out;
}

// What spoke for the one that has it, from the explanation that is kept.
json::value breakdown_of(runtime::Context& context, const Record& record) {
    const auto explanation = delegation(context, {record.id}).explanation;
    if (!explanation) return nullptr;
    for (const json::value& one : explanation->at("candidates").as_array())
        if (text_of(one.as_object(), "name") == record.remote_agent) return one.at("breakdown");
    return nullptr;
}

}  // namespace

std::string key_of(const runtime::Context& context, const DelegateInput& input) {
    if (input.key) return *input.key;
    return context.call_id.empty() ? "" : "call:" + context.call_id;
}

void post(runtime::Context& context, Peers& peers, const Record& record) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    // What comes of it is put on record within the same deadline.
    const auto time = std::clamp(time_left(context.deadline) - kRecordTime, kRecordTime, kPostTime);
    try {
        const PeerAnswer answer =
            peers.submit(record.endpoint, tenant, record.id, record.payload, time);
        const std::string id = answer.word("id");
        if (answer.ok() && !id.empty())
            taken(context, record, id, answer.word("status"));
        else if (answer.status / 100 == 4)
            refused(context, record, answer.said());
        else  // it may have the job all the same
            unanswered(context, record, answer.ok() ? "its answer names no job" : answer.said());
    } catch (const http::TransportError& error) {
        if (error.sent())
            unanswered(context, record, error.what());
        else
            refused(context, record, error.what());
    }
}

DelegateOutput delegate(runtime::Context& context, const DelegateInput& input) {
    const Work work = work_of(context, input);
    Handed handed = known(context, work);
    if (!handed.record) handed = hand_on(context, work);
    if (handed.record) {
        DelegateOutput out = answer_of(*handed.record, input.async);
        if (handed.duplicate && input.async) out.duplicate = true;
        if (handed.redacted) out.redacted = std::vector<std::string>{"payload"};
        return out;
    }
    if (work.fallback == Fallback::local) return done_here(context, work, handed.refused.why);
    DelegateOutput out;
    out.message = handed.refused.why;
    out.refusal = handed.refused.refusal;
    if (!handed.scores.empty()) out.scores = std::move(handed.scores);
    return out;
}

std::optional<jobs::RunOutput> run_elsewhere(runtime::Context& context,
                                             const jobs::RunInput& input) {
    const runtime::MeshSettings& settings = context.settings.mesh;
    // A file that says what to do is on this machine.
    if (!settings.enabled || !input.prompt || input.spec_file || input.depth >= settings.max_depth)
        return std::nullopt;
    Work work;
    work.job = input;
    work.fallback = Fallback::local;
    work.wish.least = kScoreUnasked;
    work.key = input.key.value_or("");
    Handed handed = known(context, work);
    if (!handed.record && input.key &&
        jobs::find_key(context, input.queue.value_or(jobs::kDefaultQueue), *input.key))
        return std::nullopt;
    if (!handed.record) handed = hand_on(context, work);
    if (!handed.record) return std::nullopt;
    const Record& record = *handed.record;
    jobs::RunOutput out;
    out.id = record.local_job_id;
    out.status = record.status == DelegationStatus::local ? "queued" : "delegated";
    if (handed.duplicate) out.duplicate = true;
    out.explanation_id = record.explanation_id;
    if (record.status == DelegationStatus::local) return out;
    out.remote_job_id = record.remote_job_id;
    out.routed_to = json::object{{"name", record.remote_agent}, {"endpoint", record.endpoint}};
    if (record.routing_score) (*out.routed_to)["score"] = *record.routing_score;
    (*out.routed_to)["reason"] = record.routing_reason;
    (*out.routed_to)["breakdown"] = breakdown_of(context, record);
    return out;
}

}  // namespace stele::mesh
