#include "work/mesh/members/registry.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/settings.hpp"
#include "work/mesh/delegation/peers.hpp"
#include "work/mesh/members/posse.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr std::size_t kShownExpertise = 200;

Instance read_instance(const runtime::Context& context, const pg::Row& row) {
    Instance out;
    out.id = row.get<Uuid>(0).text();
    out.name = row.get<std::string>(1);
    out.status = reflect::enum_of<Activity>(row.raw(2)).value_or(Activity::idle);
    out.health = health_of(row.get<double>(3), row.get<bool>(4));
    out.posse = row.get<std::string>(5);
    out.role = row.get<std::string>(6);
    out.expertise = row.get<std::string>(7);
    out.endpoint = row.get<std::string>(8);
    out.version = row.get<std::string>(9);
    out.capabilities = row.get<std::vector<std::string>>(10);
    out.models = row.get<std::vector<std::string>>(11);
    out.load = row.get<std::int32_t>(12);
    out.completed_jobs = row.get<std::int64_t>(13);
    out.uptime = row.get<std::int64_t>(14);
    out.restarts = row.get<std::int32_t>(15);
    out.last_seen = row.get<Timestamp>(16);
    out.registered_at = row.get<Timestamp>(17);
    out.is_self = is_self(context, out.name, out.endpoint);
    return out;
}

// Instances whose last beat is more than `over` and at most `upto` seconds ago.
struct Ages {
    double upto = kForever, over = -kForever;
};

Ages ages_of(std::optional<Health> health) {
    if (!health) return {};
    switch (*health) {
        case Health::healthy:
            return {limits::kUnhealthySeconds, -kForever};
        case Health::unhealthy:
            return {limits::kOfflineSeconds, limits::kUnhealthySeconds};
        case Health::offline:
            break;
    }
    return {kForever, limits::kOfflineSeconds};
}

// What its expertise means, when this process can say; else words are compared.
struct Meaning {
    std::optional<std::int32_t> model;
    std::vector<float> vector;
};

Meaning meaning_of(runtime::Context& context, const std::string& expertise) {
    Meaning out;
    if (expertise.empty() || !context.embedder) return out;
    const vectors::ActiveModel active = vectors::active_model(context);
    if (!active.id) return out;
    auto vector = vectors::embed_document(context, expertise);
    if (!vector) return out;
    out.model = *active.id;
    out.vector = std::move(*vector);
    return out;
}

std::string name_or_caller(const runtime::Context& context,
                           const std::optional<std::string>& name) {
    return name ? *name : context.caller.instance;
}

// Beats as one array a column.
struct Columns {
    std::vector<std::optional<Uuid>> ids;
    std::vector<std::optional<std::string>> names, status;
    std::vector<std::optional<std::int32_t>> active, completed, uptimes;

    void add(const Beat& beat) {
        ids.push_back(beat.id ? Uuid::parse(*beat.id) : std::nullopt);
        names.push_back(beat.name);
        status.emplace_back();
        if (beat.status) status.back() = std::string(reflect::name_of(*beat.status));
        active.push_back(beat.active_jobs);
        completed.push_back(beat.completed_jobs);
        uptimes.push_back(beat.uptime);
    }
};

std::vector<Beat> beats_of(const runtime::Context& context, const HeartbeatInput& input) {
    const bool one = input.id || input.name || input.status || input.active_jobs ||
                     input.completed_jobs || input.uptime;
    if (input.instances.empty()) {
        Beat beat = input;
        if (!beat.id && !beat.name) beat.name = context.caller.instance;
        return {std::move(beat)};
    }
    if (one)
        throw Error(Code::invalid_argument, "instances: expected these, or one beat, not both",
                    "put the one among the others");
    for (std::size_t i = 0; i < input.instances.size(); ++i)
        if (!input.instances[i].id && !input.instances[i].name)
            throw Error(Code::invalid_argument,
                        fmt::format("instances[{}]: id: expected an id or a name", i),
                        "say whose beat it is");
    return input.instances;
}

Member member_of(const Instance& instance) {
    Member out;
    out.name = instance.name;
    if (instance.health == Health::healthy)
        out.status = instance.status == Activity::idle ? Attendance::idle : Attendance::busy;
    out.role = instance.role;
    out.expertise = excerpt(instance.expertise, kShownExpertise);
    out.capabilities = instance.capabilities;
    out.endpoint = instance.endpoint;
    out.last_heartbeat = instance.last_seen;
    out.is_self = instance.is_self;
    return out;
}

}  // namespace

bool is_self(const runtime::Context& context, std::string_view name, std::string_view endpoint) {
    const runtime::Settings& settings = context.settings;
    return name == context.caller.instance || name == settings.agent.instance ||
           (!endpoint.empty() && endpoint == settings.mesh.endpoint);
}

RegisterOutput register_instance(runtime::Context& context, const RegisterInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::string endpoint = input.endpoint && !input.endpoint->empty()
                                     ? checked_endpoint(context.settings.mesh, *input.endpoint)
                                     : "";
    const Meaning meaning = meaning_of(context, input.expertise);
    std::optional<pg::HalfVector> vector;
    if (meaning.model) vector = pg::HalfVector{meaning.vector};
    const pg::Result rows =
        context.db.once(call_of(context), sql::enter, caller.org, caller.project, Uuid::v7(),
                        name_or_caller(context, input.name), input.posse.value_or(caller.posse),
                        input.role, input.expertise, meaning.model, vector, input.capabilities,
                        input.models, endpoint, input.version, double(limits::kUnhealthySeconds));
    RegisterOutput out;
    out.id = rows[0].get<Uuid>(0).text();
    out.name = name_or_caller(context, input.name);
    out.known = rows[0].get<bool>(1);
    out.restarts = rows[0].get<std::int32_t>(2);
    out.replaced = rows[0].get<std::optional<std::string>>(3);
    if (out.replaced && out.replaced->empty()) out.replaced.reset();
    out.vector = meaning.model.has_value();
    return out;
}

HeartbeatOutput heartbeat(runtime::Context& context, const HeartbeatInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::vector<Beat> beats = beats_of(context, input);
    Columns c;
    for (const Beat& beat : beats) c.add(beat);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::heartbeat, caller.org, caller.project, c.ids, c.names, c.status, c.active,
              c.completed, c.uptimes);
    });
    const pg::Result& rows = results.back();
    std::set<std::int64_t> known;
    for (const pg::Row row : rows) known.insert(row.get<std::int64_t>(0));
    HeartbeatOutput out;
    out.beats = rows.rows();
    for (std::size_t i = 0; i < beats.size(); ++i)
        if (!known.contains(std::int64_t(i + 1)))
            out.unknown.push_back(beats[i].id ? *beats[i].id : *beats[i].name);
    return out;
}

LeaveOutput leave(runtime::Context& context, const NameInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::string name = name_or_caller(context, input.name);
    const pg::Result gone =
        context.db.once(call_of(context), sql::leave, caller.org, caller.project, name);
    return {name, gone.affected() > 0};
}

LeaveOutput forget(runtime::Context& context, const NameInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::string name = name_or_caller(context, input.name);
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) -> LeaveOutput {
        const pg::Result found = tx.query(sql::forget, caller.org, caller.project, name,
                                          double(limits::kUnhealthySeconds));
        if (found.empty())
            throw Error(Code::not_found, fmt::format("there is no instance \"{}\"", name),
                        "`stele mesh status` shows who is there");
        if (found[0].get<bool>(1))
            throw Error(Code::conflict, fmt::format("instance \"{}\" is alive", name),
                        "stop it first, or `stele mesh leave` in its name");
        graph::forget(tx, {caller.org, caller.project}, "mesh_instances", {found[0].get<Uuid>(0)});
        return {name, true};
    });
}

StatusOutput status(runtime::Context& context, const StatusInput& input) {
    const runtime::Caller& caller = context.caller;
    const Ages ages = ages_of(input.health);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::instances, caller.org, caller.project, input.cursor.value_or(""),
              input.limit + 1, input.posse, ages.upto, ages.over);
        p.add(sql::count_health, caller.org, caller.project, double(limits::kUnhealthySeconds),
              double(limits::kOfflineSeconds));
    });
    StatusOutput out;
    for (const pg::Row row : results[0]) {
        if (int(out.instances.size()) == input.limit) {
            out.next_cursor = out.instances.back().name;
            break;
        }
        out.instances.push_back(read_instance(context, row));
    }
    out.healthy = results[1][0].get<std::int32_t>(0);
    out.unhealthy = results[1][0].get<std::int32_t>(1);
    out.offline = results[1][0].get<std::int32_t>(2);
    return out;
}

MembersOutput members(runtime::Context& context, const NoInput&) {
    MembersOutput out;
    if (context.caller.posse.empty()) {
        out.message = kNoPosse;
        return out;
    }
    StatusInput of;
    of.posse = context.caller.posse;
    of.limit = limits::kInstances;
    for (const Instance& instance : status(context, of).instances)
        out.members.push_back(member_of(instance));
    if (out.members.empty())
        out.message = fmt::format("nobody of posse {} has registered", context.caller.posse);
    return out;
}

}  // namespace stele::mesh
