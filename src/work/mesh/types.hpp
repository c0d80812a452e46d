// The nouns of the mesh: instances and how they are. What its operations take and give:
// requests.hpp, route_requests.hpp, delegation_requests.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::mesh {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

// What an instance says of itself.
enum class Activity { idle, busy };

// What its beats say of it, by the database's clock: healthy up to 90 s after the last one,
// unhealthy after that, offline after 10 minutes or when it said that it leaves. It is computed
// whenever somebody looks, so nobody has to sweep; the next beat makes it healthy again.
enum class Health { healthy, unhealthy, offline };

// `age`: seconds since its last beat.
Health health_of(double age, bool gone);

struct Instance {
    std::string id, name;
    Activity status = Activity::idle;
    Health health = Health::offline;
    std::string posse, role, expertise, endpoint, version;
    std::vector<std::string> capabilities, models;
    int load = 0;
    std::int64_t completed_jobs = 0, uptime = 0;
    int restarts = 0;
    Timestamp last_seen, registered_at;
    bool is_self = false;
    template <class S = Instance>
    static auto describe() {
        return fields(field("id", &S::id, "Its id: the same for as long as its name is"),
                      field("name", &S::name, "Its name"),
                      field("status", &S::status, "idle or busy"),
                      field("health", &S::health, "healthy, unhealthy or offline"),
                      field("posse", &S::posse, "The group of agents it belongs to"),
                      field("role", &S::role, "What it is"),
                      field("expertise", &S::expertise, "What it is good at"),
                      field("endpoint", &S::endpoint, "Where it takes jobs; empty: nowhere"),
                      field("version", &S::version, "Of its program"),
                      field("capabilities", &S::capabilities, "What it can do"),
                      field("models", &S::models, "Models it works with"),
                      field("load", &S::load, "Jobs that it has under way"),
                      field("completedJobs", &S::completed_jobs, "Jobs that it has completed"),
                      field("uptime", &S::uptime, "Seconds since it started, as of its last beat"),
                      field("restarts", &S::restarts, "How often it registered again"),
                      field("lastSeen", &S::last_seen, "Its last beat"),
                      field("registeredAt", &S::registered_at, "When it first registered"),
                      field("isSelf", &S::is_self, "It is the one that answers"));
    }
};

}  // namespace stele::mesh

namespace stele::reflect {

template <>
struct EnumNames<mesh::Activity> {
    static constexpr std::array<std::pair<mesh::Activity, std::string_view>, 2> values{
        {{mesh::Activity::idle, "idle"}, {mesh::Activity::busy, "busy"}}};
};

template <>
struct EnumNames<mesh::Health> {
    static constexpr std::array<std::pair<mesh::Health, std::string_view>, 3> values{
        {{mesh::Health::healthy, "healthy"},
         {mesh::Health::unhealthy, "unhealthy"},
         {mesh::Health::offline, "offline"}}};
};

}  // namespace stele::reflect
