#include "knowledge/events/store.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/events/event_type.hpp"
#include "knowledge/events/sql.hpp"
#include "runtime/call.hpp"
#include "runtime/settings.hpp"

namespace stele::events {

namespace {

constexpr std::int32_t kLeastDays = 7;   // stele_drop_partitions refuses less
constexpr std::int32_t kEmitEvery = 10;  // seconds between two of a type
constexpr auto kEver = std::numeric_limits<std::int64_t>::max();

std::optional<std::vector<std::string>> some(const std::vector<std::string>& types) {
    if (types.empty()) return std::nullopt;
    return types;
}

std::optional<Uuid> uuid_of(const std::optional<std::string>& text) {
    return text ? Uuid::parse(*text) : std::nullopt;
}

Event read_event(const pg::Row& row) {
    Event out;
    out.id = row.get<std::int64_t>(0);
    out.type = row.get<std::string>(1);
    if (const auto job = row.get<std::optional<Uuid>>(2)) out.job_id = job->text();
    out.session = row.get<std::optional<std::string>>(3);
    out.at = row.get<Timestamp>(4);
    out.data = row.get<json::value>(5);
    return out;
}

std::vector<Event> read_events(const pg::Result& rows) {
    std::vector<Event> out;
    for (const pg::Row row : rows) out.push_back(read_event(row));
    return out;
}

std::vector<Event> last(runtime::Context& context, const Wanted& wanted, int most) {
    std::vector<Event> out = read_events(context.db.once(call_of(context), sql::last,
                                                         context.caller.org, context.caller.project,
                                                         wanted.session, some(wanted.types), most));
    std::ranges::reverse(out);
    return out;
}

// The job on whose behalf a program at the shell or an MCP server was started.
std::optional<std::string> own_job(const runtime::Context& context) {
    const char* job = context.own_process ? std::getenv("STELE_JOB_ID") : nullptr;
    return job && Uuid::parse(job) ? std::optional<std::string>(job) : std::nullopt;
}

}  // namespace

bool Wanted::includes(const Event& event) const {
    const auto fits = [&](const std::string& type) {
        return event.type == type || (type.ends_with('.') && event.type.starts_with(type));
    };
    return (!job || event.job_id == job->text()) && (!session || event.session == session) &&
           (types.empty() || std::ranges::any_of(types, fits));
}

std::int64_t announce(pg::Transaction& tx, const runtime::Caller& caller,
                      const std::vector<Announcement>& said) {
    std::vector<std::string> types, data;
    std::vector<std::optional<Uuid>> jobs;
    std::vector<std::optional<std::string>> sessions;
    for (const Announcement& one : said) {
        if (const std::string problem = event_type_problem(one.type); !problem.empty())
            throw Error(Code::internal,
                        "an event of the type " + excerpt(one.type, 40) + ": " + problem);
        types.push_back(one.type);
        jobs.push_back(one.job);
        sessions.push_back(one.session);
        data.push_back(serialize(one.data));
    }
    const pg::Result rows =
        tx.query(sql::announce, caller.org, caller.project, types, jobs, sessions, data);
    return rows.empty() ? 0 : rows[rows.rows() - 1].get<std::int64_t>(0);
}

std::int64_t announce(runtime::Context& context, const std::vector<Announcement>& said) {
    pg::Call call = call_of(context);
    call.repeatable = false;  // said again it would be said twice
    return context.db.transaction(
        call, [&](pg::Transaction& tx) { return announce(tx, context.caller, said); });
}

ListOutput list(runtime::Context& context, const ListInput& input) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    const Wanted wanted{uuid_of(input.job_id), input.session, input.types};
    ListOutput out;
    out.events = input.after_id || wanted.job
                     ? events_between(context, tenant, input.after_id.value_or(0), kEver, wanted,
                                      input.limit)
                     : last(context, wanted, input.limit);
    if (!out.events.empty())
        out.next_id = out.events.back().id;
    else if (input.after_id)
        out.next_id = *input.after_id;
    else
        out.next_id = context.db.once(call_of(context), sql::head, tenant.org, tenant.project)[0]
                          .get<std::int64_t>(0);
    return out;
}

EmitOutput emit(runtime::Context& context, const EmitInput& input) {
    const runtime::Caller& caller = context.caller;
    EmitOutput out;
    out.type = "brain." + std::string(reflect::name_of(input.type));
    out.job_id = input.job_id ? input.job_id : own_job(context);
    Announcement said{*out.type,
                      {{"message", input.message},
                       {"severity", reflect::name_of(input.severity)},
                       {"instance", caller.instance}},
                      uuid_of(out.job_id),
                      input.session};
    if (out.job_id) said.data["jobId"] = *out.job_id;
    if (input.channel) said.data["targetChannel"] = *input.channel;
    pg::Call call = call_of(context);
    call.repeatable = false;
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        EmitOutput answer = out;
        tx.query(sql::hold_head, caller.org, caller.project);
        const pg::Result soon = tx.query(sql::said_lately, caller.org, caller.project, said.type,
                                         said.job, caller.instance, kEmitEvery);
        if (!soon.empty()) {
            answer.emitted = false;
            answer.rate_limited = true;
            answer.retry_after_seconds = std::max(soon[0].get<std::int32_t>(0), 1);
            return answer;
        }
        answer.id = announce(tx, caller, {said});
        return answer;
    });
}

Heads heads_moved(runtime::Context& context, const std::vector<Head>& known) {
    std::vector<Uuid> orgs, projects;
    std::vector<std::string> read;
    for (const Head& head : known) {
        orgs.push_back(head.tenant.org);
        projects.push_back(head.tenant.project);
        read.push_back(std::to_string(head.read));
    }
    const auto results =
        context.db.pipeline({{}, context.deadline, context.cancelled}, [&](pg::Pipeline& p) {
            p.add(sql::database_identity);
            p.add(sql::heads_moved, orgs, projects, read);
        });
    Heads out;
    out.database = results[0][0].get<std::int64_t>(0);
    for (const pg::Row row : results.back())
        out.moved.push_back({{row.get<Uuid>(0), row.get<Uuid>(1)}, row.get<std::int64_t>(2)});
    return out;
}

std::vector<Event> events_between(runtime::Context& context, const pg::Tenant& tenant,
                                  std::int64_t after, std::int64_t to, const Wanted& wanted,
                                  int most) {
    const pg::Call call{tenant, context.deadline, context.cancelled};
    const auto& [org, project] = tenant;
    const auto types = some(wanted.types);
    return read_events(wanted.job ? context.db.once(call, sql::page_of_job, org, project, after, to,
                                                    *wanted.job, wanted.session, types, most)
                                  : context.db.once(call, sql::page, org, project, after, to,
                                                    wanted.session, types, most));
}

std::int64_t oldest(runtime::Context& context, const pg::Tenant& tenant) {
    return context.db
        .once({tenant, context.deadline, context.cancelled}, sql::oldest, tenant.org,
              tenant.project)[0]
        .get<std::int64_t>(0);
}

int drop_partitions(runtime::Context& context) {
    const int days = std::max(context.settings.retention.stream_days, kLeastDays);
    if (context.settings.retention.stream_days == 0) return 0;
    const auto results = context.db.as_maintenance(
        context.deadline, [&](pg::Pipeline& p) { p.add(sql::drop_partitions, days); });
    return results[0][0].get<std::int32_t>(0);
}

}  // namespace stele::events
