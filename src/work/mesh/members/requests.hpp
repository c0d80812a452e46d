// What instances say about themselves, and who asks about them.
#pragma once

#include "work/mesh/types.hpp"

namespace stele::mesh {

template <class S, class M>
auto name_field(M S::*member, std::string_view doc) {
    return field("name", member, doc).min_bytes(1).max_bytes(limits::kNameBytes);
}

struct RegisterInput {
    std::optional<std::string> name, posse, endpoint;
    std::string role, expertise, version;
    std::vector<std::string> capabilities, models;
    template <class S = RegisterInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            name_field(&S::name, "Who it is; absent: the caller's instance").positional(),
            field("endpoint", &S::endpoint, "URL at which it takes jobs; absent: it takes none")
                .max_bytes(limits::kUriBytes),
            field("role", &S::role, "What it is: the domain whose work it is for").max_bytes(name),
            field("expertise", &S::expertise, "What it is good at, in words")
                .max_bytes(limits::kExpertiseBytes),
            field("capabilities", &S::capabilities, "What it can do")
                .max_items(limits::kInstanceItems)
                .max_bytes(name),
            field("models", &S::models, "Models it works with, as provider/model")
                .max_items(limits::kInstanceItems)
                .max_bytes(name),
            field("posse", &S::posse, "Its group of agents; absent: the caller's").max_bytes(name),
            field("version", &S::version, "Of its program").max_bytes(name));
    }
};

struct RegisterOutput {
    std::string id, name;
    bool known = false;
    int restarts = 0;
    std::optional<std::string> replaced;
    int beat_seconds = limits::kBeatSeconds;
    bool vector = false;
    template <class S = RegisterOutput>
    static auto describe() {
        return fields(field("id", &S::id, "Its id, as before when the name is known"),
                      field("name", &S::name, "Its name"),
                      field("known", &S::known, "It had registered before"),
                      field("restarts", &S::restarts, "How often it registered again"),
                      field("replaced", &S::replaced,
                            "Another endpoint had this name and was alive: are there two of them?"),
                      field("beatSeconds", &S::beat_seconds, "How often it is expected to beat"),
                      field("vector", &S::vector, "Its expertise is compared by meaning"));
    }
};

// What changes from beat to beat; what is absent stays as it was.
struct Beat {
    std::optional<std::string> id, name;
    std::optional<Activity> status;
    std::optional<int> active_jobs, completed_jobs, uptime;
    template <class S = Beat>
    static auto describe() {
        return fields(
            field("id", &S::id, "The instance, as mesh.register said").format("uuid"),
            name_field(&S::name, "Or its name"),
            field("status", &S::status, "idle or busy; absent: whether it has jobs under way"),
            field("activeJobs", &S::active_jobs, "Jobs under way").range(0, 1e6),
            field("completedJobs", &S::completed_jobs, "Jobs completed").range(0, 2e9),
            field("uptime", &S::uptime, "Seconds since it started").range(0, 2e9));
    }
};

struct HeartbeatInput : Beat {
    std::vector<Beat> instances;
    template <class S = HeartbeatInput>
    static auto describe() {
        return fields(
            field("id", &S::id, "The instance, as mesh.register said").format("uuid"),
            name_field(&S::name, "Or its name; absent, as is id: the caller's instance")
                .positional(),
            field("status", &S::status, "idle or busy; absent: whether it has jobs under way"),
            field("activeJobs", &S::active_jobs, "Jobs under way").range(0, 1e6),
            field("completedJobs", &S::completed_jobs, "Jobs completed").range(0, 2e9),
            field("uptime", &S::uptime, "Seconds since it started").range(0, 2e9),
            field("instances", &S::instances, "Or the beats of up to 1,000 instances")
                .max_items(limits::kBatch));
    }
};

struct HeartbeatOutput {
    int beats = 0;
    std::vector<std::string> unknown;
    int beat_seconds = limits::kBeatSeconds;
    template <class S = HeartbeatOutput>
    static auto describe() {
        return fields(field("beats", &S::beats, "Instances that are healthy now"),
                      field("unknown", &S::unknown, "Who is not known: register again"),
                      field("beatSeconds", &S::beat_seconds, "When the next beat is expected"));
    }
};

struct NameInput {
    std::optional<std::string> name;
    static auto describe() {
        return fields(
            name_field(&NameInput::name, "Who; absent: the caller's instance").positional());
    }
};

struct LeaveOutput {
    std::string name;
    bool left = false;
    template <class S = LeaveOutput>
    static auto describe() {
        return fields(field("name", &S::name, "Who"),
                      field("left", &S::left, "false: nobody of that name was known"));
    }
};

struct StatusInput {
    std::optional<Health> health;
    std::optional<std::string> posse, cursor;
    int limit = 100;
    template <class S = StatusInput>
    static auto describe() {
        return fields(field("health", &S::health, "Only these: healthy, unhealthy or offline"),
                      field("posse", &S::posse, "Only of this posse").max_bytes(limits::kNameBytes),
                      field("limit", &S::limit, "How many").clamp(1, limits::kInstances).alias("n"),
                      field("cursor", &S::cursor, "nextCursor of the page before")
                          .max_bytes(limits::kNameBytes));
    }
};

struct StatusOutput {
    std::vector<Instance> instances;
    int healthy = 0, unhealthy = 0, offline = 0;
    std::optional<std::string> next_cursor;
    template <class S = StatusOutput>
    static auto describe() {
        return fields(field("instances", &S::instances, "By name"),
                      field("healthy", &S::healthy, "How many are, of all"),
                      field("unhealthy", &S::unhealthy, "How many are, of all"),
                      field("offline", &S::offline, "How many are, of all"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

// ---- the posse

enum class Attendance { idle, busy, stale };

struct Member {
    std::string name;
    Attendance status = Attendance::stale;
    std::string role, expertise;
    std::vector<std::string> capabilities;
    std::string endpoint;
    Timestamp last_heartbeat;
    bool is_self = false;
    template <class S = Member>
    static auto describe() {
        return fields(field("name", &S::name, "Its name"),
                      field("status", &S::status, "idle, busy, or stale: its beats are missing"),
                      field("role", &S::role, "What it is"),
                      field("expertise", &S::expertise, "The first 200 characters"),
                      field("capabilities", &S::capabilities, "What it can do"),
                      field("endpoint", &S::endpoint, "Where it takes jobs"),
                      field("lastHeartbeat", &S::last_heartbeat, "Its last beat"),
                      field("isSelf", &S::is_self, "It is the one that asks"));
    }
};

struct MembersOutput {
    std::vector<Member> members;
    std::optional<std::string> message;
    template <class S = MembersOutput>
    static auto describe() {
        return fields(field("members", &S::members, "By name"),
                      field("message", &S::message, "Why there are none"));
    }
};

}  // namespace stele::mesh

namespace stele::reflect {

template <>
struct EnumNames<mesh::Attendance> {
    static constexpr std::array<std::pair<mesh::Attendance, std::string_view>, 3> values{
        {{mesh::Attendance::idle, "idle"},
         {mesh::Attendance::busy, "busy"},
         {mesh::Attendance::stale, "stale"}}};
};

}  // namespace stele::reflect
