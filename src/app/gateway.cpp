#include "app/gateway.hpp"

#include "app/app.hpp"
#include "compat/randal/scheduler.hpp"
#include "foundation/base/text.hpp"
#include "runtime/config.hpp"
#include "runtime/settings.hpp"
#include "work/jobs/store.hpp"

namespace stele::app {

namespace {

using reflect::field;
using reflect::fields;
using reflect::NoInput;

struct JobCounts {
    std::int64_t active = 0, total = 0;
    template <class S = JobCounts>
    static auto describe() {
        return fields(field("active", &S::active, "Jobs that a worker has now"),
                      field("total", &S::total, "Jobs that have not ended"));
    }
};

struct Instance {
    std::string name, posse, status, version;
    JobCounts jobs;
    std::vector<std::string> capabilities;
    json::value scheduler;
    template <class S = Instance>
    static auto describe() {
        return fields(
            field("name", &S::name, "The server's own name"),
            field("posse", &S::posse, "The group of agents it belongs to"),
            field("status", &S::status, "busy while a worker has a job, else idle"),
            field("version", &S::version, "Of the program"),
            field("jobs", &S::jobs, "Of this tenant"),
            field("capabilities", &S::capabilities, "What it said that it can do (mesh.*)"),
            field("scheduler", &S::scheduler, "As schedule.info has it"));
    }
};

struct AccessReport {
    std::string listens_on, callers, hooks, peers;
    bool sessions = false, loopback_only = true;
    std::string tenants, proxies;
    template <class S = AccessReport>
    static auto describe() {
        return fields(
            field("listensOn", &S::listens_on, "Address and port of the settings"),
            field("loopbackOnly", &S::loopback_only, "Nobody on another machine reaches it"),
            field("callers", &S::callers, "What callers must present: a bearer token, or nothing"),
            field("sessions", &S::sessions, "POST /auth/session gives browsers a cookie"),
            field("hooks", &S::hooks, "What /hooks/* asks for"),
            field("peers", &S::peers, "What other servers are given with delegated jobs"),
            field("tenants", &S::tenants, "Whom a caller may speak for"),
            field("trustedProxies", &S::proxies, "Whose X-Forwarded-Proto counts"));
    }
};

AccessReport report_on(const runtime::Settings& settings) {
    const runtime::ServerSettings& server = settings.server;
    const bool token = !runtime::server_token(server).empty();
    AccessReport out;
    out.listens_on = server.host + ":" + std::to_string(server.port);
    out.loopback_only = runtime::is_loopback(server);
    out.callers = token ? "bearer token or session cookie" : "nothing";
    out.sessions = token;
    out.hooks =
        runtime::hooks_token(settings.hooks).empty() ? "there are none" : "a token of their own";
    out.peers = settings.mesh.peer_token.empty()   ? "no token"
                : settings.mesh.peer_hosts.empty() ? "no token: mesh.peerHosts names no host"
                                                   : "a bearer token, for mesh.peerHosts alone";
    out.tenants = token ? "any tenant (X-Stele-Org, -Project), for whoever has the server's token"
                        : "any tenant (X-Stele-Org, -Project), for whoever reaches the port";
    out.proxies = server.trusted_proxies.empty() ? "none" : server.trusted_proxies;
    return out;
}

Instance describe(runtime::Context& context, const NoInput&) {
    Instance out;
    out.name = context.caller.instance;
    out.posse = context.caller.posse;
    out.version = kVersion;
    for (const jobs::Queue& queue : jobs::queues(context, {}).queues) {
        out.jobs.active += queue.running;
        out.jobs.total += queue.ready + queue.delayed + queue.running + queue.waiting;
    }
    out.status = out.jobs.active > 0 ? "busy" : "idle";
    const auto capabilities = comma_list(context.settings.mesh.capabilities);
    out.capabilities.assign(capabilities.begin(), capabilities.end());
    out.scheduler = reflect::write(randal::info(context, {}));
    return out;
}

}  // namespace

void register_gateway(runtime::Registry& registry, const std::function<App&()>& app) {
    registry.add(runtime::operation("instance.get", describe)
                     .says("Who this server is, and what it has to do",
                           "Use it to show an instance: its name, its jobs, its schedules.")
                     .with_idempotent()
                     .with_scopes({"instance:read"})
                     .with_routes({{"GET", "/instance"}})
                     .with_examples({{"This one", {}}}));

    runtime::Operation op = runtime::operation<NoInput, AccessReport>(
        "access.report",
        [app](runtime::Context&, const NoInput&) { return report_on(app().settings()); });
    op.command = "access report";
    op.doors = runtime::kCli | runtime::kHttp;
    op.offline = true;
    op.idempotent = true;
    op.scopes = {"instance:read"};
    op.across_tenants = true;  // the settings are the server's
    op.summary = "Who may speak to a server with these settings";
    op.description = "Use it before a server is opened to a network: what each door asks for.";
    op.routes = {{"GET", "/audit"}};
    op.examples = {{"With the settings found", {}}};
    registry.add(op);
}

}  // namespace stele::app
