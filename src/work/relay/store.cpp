#include "work/relay/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/events/store.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/store.hpp"
#include "work/relay/sql.hpp"

namespace stele::relay {

namespace {

constexpr std::int32_t kJobs = 32;  // that a session remembers
constexpr std::size_t kShown = 5;

struct Row {
    Session session;  // without jobs
    std::vector<Uuid> jobs;
};

Row find(runtime::Context& context, const std::string& id) {
    const runtime::Caller& caller = context.caller;
    const pg::Result rows =
        context.db.once(call_of(context), sql::session, caller.org, caller.project, id);
    if (rows.empty())
        throw Error(Code::not_found, fmt::format("there is no session \"{}\"", id),
                    "POST /api/sessions creates one");
    const pg::Row row = rows[0];
    Row out;
    out.session.id = id;
    out.session.title = row.get<std::optional<std::string>>(0);
    out.session.channel = row.get<std::string>(1);
    out.session.options = row.get<json::value>(2).as_object();
    out.jobs = row.get<std::vector<Uuid>>(3);
    out.session.created_at = row.get<Timestamp>(4);
    out.session.updated_at = row.get<Timestamp>(5);
    std::ranges::reverse(out.jobs);
    return out;
}

json::object options_of(const CreateInput& input) {
    json::object out = reflect::write(input).as_object();
    for (const char* own : {"id", "title", "channel"}) out.erase(own);
    return out;
}

// Sent again with the same key it is the same job, whatever the session is called.
std::string job_key(const std::string& session, const std::string& key) {
    return "session-" + sha256_hex(session + '\0' + key);
}

jobs::RunInput job_for(const Session& session, const SayInput& input, const std::string& key,
                       const std::string& message) {
    json::object asked = session.options;
    asked["prompt"] = input.text;
    auto out = reflect::read<jobs::RunInput>(asked);
    out.key = job_key(session.id, key);
    out.origin = json::object{{"channel", session.channel}, {"triggerType", "user"}};
    out.metadata = json::object{{"sessionId", session.id}, {"messageId", message}};
    return out;
}

}  // namespace

CreateOutput create(runtime::Context& context, const CreateInput& input) {
    CreateOutput out;
    out.id = input.id.value_or(Uuid::v7().text());
    const pg::Result rows =
        context.db.once(call_of(context), sql::open, context.caller.org, context.caller.project,
                        out.id, input.title, input.channel, serialize(options_of(input)));
    out.created = rows[0].get<bool>(6);
    return out;
}

Session get(runtime::Context& context, const IdInput& input) {
    Row row = find(context, input.id);
    if (row.jobs.size() > kShown) row.jobs.resize(kShown);
    for (const Uuid& id : row.jobs)
        row.session.jobs.push_back({id.text(), jobs::get(context, {id.text()}).status});
    return row.session;
}

void must_exist(runtime::Context& context, const std::string& id) {
    find(context, id);
}

SayOutput say(runtime::Context& context, const SayInput& input) {
    const Session session = find(context, input.id).session;
    const std::string key = input.key.value_or(Uuid::v7().text());
    conversations::LogInput message;
    message.content = input.text;
    message.speaker = "user";
    message.thread_id = session.id;
    message.channel = session.channel;
    message.dedup_key = key;
    SayOutput out;
    out.message_id = conversations::log(context, message).id;
    const jobs::SubmitOutput job = jobs::run(context, job_for(session, input, key, out.message_id));
    out.job_id = job.id;
    out.duplicate = job.duplicate.value_or(false);
    context.db.once(call_of(context), sql::add_job, context.caller.org, context.caller.project,
                    session.id, *Uuid::parse(job.id), kJobs);
    return out;
}

ContextOutput add_context(runtime::Context& context, const ContextInput& input) {
    for (const Uuid& id : find(context, input.id).jobs) {
        try {
            jobs::add_context(context, {id.text(), input.text});
            return {true, id.text()};
        } catch (const Error& error) {
            if (error.code() != Code::conflict && error.code() != Code::not_found) throw;
        }
    }
    throw Error(Code::conflict, fmt::format("no job of session \"{}\" is at work", input.id),
                "send it as a message: a new job answers");
}

StopOutput stop(runtime::Context& context, const IdInput& input) {
    StopOutput out{input.id, {}};
    for (const Uuid& id : find(context, input.id).jobs) {
        try {
            if (jobs::cancel(context, {id.text(), "stopped by the user"}).cancelled)
                out.stopped.push_back(id.text());
        } catch (const Error& error) {
            if (error.code() != Code::not_found) throw;  // retention took it
        }
    }
    return out;
}

events::ListOutput events_of(runtime::Context& context, const EventsInput& input) {
    must_exist(context, input.id);
    events::ListInput asked;
    asked.session = input.id;
    asked.after_id = input.after_id;
    asked.types = input.types;
    asked.limit = input.limit;
    return events::list(context, asked);
}

}  // namespace stele::relay
