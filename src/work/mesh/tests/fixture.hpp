// A database of its own and a caller, and other servers to delegate to: real ones, over HTTP, each
// with a database of its own.
#pragma once

#include <atomic>
#include <optional>

#include "doors/rest/rest.hpp"
#include "foundation/http/server.hpp"
#include "runtime/caller/server_credentials.hpp"
#include "runtime/metrics.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/operations.hpp"
#include "work/jobs/tests/fixture.hpp"
#include "work/mesh/delegation/delegate.hpp"
#include "work/mesh/delegation/tracker.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/operations.hpp"
#include "work/mesh/routing/route.hpp"

namespace stele::mesh {

using memory::code_of;

// Servers of one machine know each other by mesh.peerHosts alone.
inline runtime::Settings& reachable(runtime::Settings& settings) {
    settings.mesh.peer_hosts = "127.0.0.1";
    return settings;
}

struct World : jobs::World {
    Peers peers{reachable(settings)};

    // Does what the tracker would, with everything due now.
    void track_all(runtime::Context& context) {
        tell("UPDATE delegations SET next_poll_at = now() WHERE next_poll_at IS NOT NULL");
        while (track(context, peers) > 0) {
        }
    }
    // As if this instance had last beaten so many seconds ago.
    void silent(const std::string& name, int seconds) {
        tell("UPDATE mesh_heartbeats b SET heartbeat_at = now() - interval '" +
             std::to_string(seconds) +
             " s' FROM mesh_instances i WHERE i.id = b.id AND i.name = '" + name + "'");
    }
};

inline RegisterInput instance(std::string name, std::string role = "",
                              std::string endpoint = "http://127.0.0.1:2") {
    RegisterInput out;
    out.name = std::move(name);
    out.role = std::move(role);
    out.endpoint = std::move(endpoint);
    return out;
}

inline HeartbeatInput beat_of(std::string name, std::optional<int> active = {}) {
    HeartbeatInput out;
    out.name = std::move(name);
    out.active_jobs = active;
    return out;
}

inline RouteInput question(std::string prompt, std::string domain = "") {
    RouteInput out;
    out.prompt = std::move(prompt);
    out.domain = std::move(domain);
    return out;
}

inline std::vector<std::string> names_of(const RouteOutput& out) {
    std::vector<std::string> names;
    for (const Scored& one : out.scores) names.push_back(one.name);
    return names;
}

inline std::string why_skipped(const RouteOutput& out, const std::string& name) {
    for (const Skipped& one : out.skipped)
        if (one.name == name) return one.why;
    return "";
}

// A server that takes jobs. `before` may answer in its place, `after` may change what it answered.
struct Server {
    World world;
    runtime::Registry registry;
    runtime::Metrics metrics;
    runtime::Dispatcher dispatcher;
    std::optional<runtime::ServerCredentials> credentials;
    std::function<std::optional<http::Response>(const http::Request&)> before;
    std::function<void(const http::Request&, http::Response&)> after;
    std::atomic<int> posts = 0;
    std::optional<rest::Door> door;
    std::optional<http::Server> server;

    explicit Server(std::string name, std::uint16_t port = 0) {
        world.settings.agent.instance = std::move(name);
        jobs::register_operations(registry, remote_router());
        register_operations(registry);
        const auto ok = [] {
            http::Response out;
            out.body = R"({"status":"ok"})";
            return out;
        };
        credentials.emplace(runtime::ServerCredentials::Options{"", "", here().caller, {}});
        door.emplace(rest::Options{registry,
                                   dispatcher,
                                   *credentials,
                                   "test",
                                   rest::Origins("", false),
                                   false,
                                   [this](const std::string&, Deadline) { return here(); },
                                   {},
                                   ok,
                                   ok,
                                   metrics});
        listen(port);
    }
    runtime::Context here() {
        runtime::Context out = world.context();
        out.caller.instance = world.settings.agent.instance;
        return out;
    }
    void listen(std::uint16_t port) {
        http::ServerOptions options;
        options.port = port;
        options.admit = [this](const http::Head& head) { return door->admit(head); };
        options.handle = [this](const http::Request& request) {
            if (request.head.method == "POST" && request.head.path == "/job") ++posts;
            if (before)
                if (auto instead = before(request)) return std::move(*instead);
            http::Response out = door->handle(request);
            if (after) after(request, out);
            return out;
        };
        server.emplace(std::move(options));
        server->start();
    }
    std::string url() { return "http://127.0.0.1:" + std::to_string(server->port()); }
    std::vector<jobs::Job> jobs() {
        runtime::Context context = here();
        return jobs::list(context, {}).jobs;
    }
    jobs::Job job(const std::string& id) {
        runtime::Context context = here();
        return jobs::get(context, {id});
    }
    // A worker over there does the job.
    void work(const json::value& output) {
        runtime::Context context = here();
        jobs::complete(context, jobs::done(jobs::take(context, 10), output));
    }
};

inline http::Response answer(int status, std::string body = "{}") {
    http::Response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

inline DelegateInput task(std::string text, std::string target = "") {
    DelegateInput out;
    out.task = std::move(text);
    if (!target.empty()) out.target = std::move(target);
    out.async = true;
    return out;
}

}  // namespace stele::mesh
