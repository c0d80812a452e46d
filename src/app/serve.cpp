#include "app/serve.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

#include "app/bring_up.hpp"
#include "app/gauges.hpp"
#include "app/health.hpp"
#include "app/modules.hpp"
#include "app/signals.hpp"
#include "control/identity/admin_token.hpp"
#include "control/identity/authenticator.hpp"
#include "doors/mcp/http_transport.hpp"
#include "doors/mcp/product.hpp"
#include "doors/mcp/stdio.hpp"
#include "doors/rest/rest.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/http/server.hpp"
#include "knowledge/events/feed.hpp"
#include "runtime/caller/server_credentials.hpp"
#include "work/jobs/maintenance.hpp"
#include "work/mesh/delegation/tracker.hpp"
#include "work/mesh/members/presence.hpp"

namespace stele::app {

namespace {

// How long a first call waits for the database to come up: starting a local cluster takes that
// long.
constexpr std::chrono::seconds kStartPatience{10};

std::string in_url(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// A host as others may name it: who listens everywhere is reached by its name.
std::string reachable(const std::string& host) {
    return host == "0.0.0.0" || host == "::" ? host_name() : in_url(host);
}

std::string token_of(const runtime::ServerSettings& server) {
    const std::string token = runtime::server_token(server);
    if (token.empty() && !runtime::is_loopback(server))
        throw Error(Code::refused,
                    fmt::format("refusing to listen on {} without a token", server.host),
                    "set STELE_TOKEN or STELE_TOKEN_FILE, or listen on 127.0.0.1");
    return token;
}

mcp::ProductOptions product_options(App& app, const BringUp& database) {
    mcp::ProductOptions out;
    out.version = kVersion;
    out.context = [&app, &database](const mcp::CallInfo&) {
        database.wait_first_try(deadline_in(kStartPatience));
        return app.context(deadline_in(limits::kDeadline));
    };
    return out;
}

// Over HTTP a call is its caller's, as the authenticator made it; on standard input the settings'.
mcp::ProductOptions http_product_options(App& app, const BringUp& database) {
    mcp::ProductOptions out = product_options(app, database);
    out.context = [local = out.context](const mcp::CallInfo& call) {
        runtime::Context context = local(call);
        context.caller = call.caller;
        return context;
    };
    return out;
}

// For what works in the background, a step at a time: how long one step may take.
constexpr std::chrono::seconds kKeepTime{60}, kFeedTime{10}, kSettleTime{5};

runtime::Background::MakeContext worker_context(App& app, const BringUp& database,
                                                std::chrono::seconds time) {
    return [&app, &database, time] {
        database.wait_first_try(deadline_in(kStartPatience));
        return app.context(deadline_in(time));
    };
}

// The tasks of all modules, each with a thread.
class Tasks {
  public:
    Tasks(App& app, const BringUp& database) {
        for (BackgroundTask& one : background_tasks(app.settings()))
            if (app.embedder() || !one.needs_embedder)
                workers_.push_back(std::make_unique<background::Worker>(
                    std::move(one.task), worker_context(app, database, one.step_time), one.at_end));
    }

  private:
    std::vector<std::unique_ptr<background::Worker>> workers_;
};

// A revoked credential is refused within two seconds, so a failure rests no longer than a look.
runtime::Background follow_revocations(identity::ApiTokenAuthenticator& authenticator,
                                       runtime::Background::MakeContext make_context) {
    return {"revocations are not heard of",
            std::move(make_context),
            [&authenticator](runtime::Context& context) {
                authenticator.catch_up(context);
                return 0;
            },
            {.notifications = {identity::revocation_notification()},
             .rest_after_failure = std::chrono::seconds(1)}};
}

http::ServerOptions server_options(const runtime::ServerSettings& s) {
    http::ServerOptions out;
    out.address = s.host == "localhost" ? "127.0.0.1" : s.host;
    out.port = std::uint16_t(s.port);
    out.workers = std::size_t(s.workers);
    out.limits.connections = std::size_t(s.max_connections);
    out.limits.queued_requests = std::size_t(s.queue);
    return out;
}

// Requests use what is made before them, down to the feed: however serving ends, they end first.
struct Serving {
    App& app;
    http::Server& server;
    mcp::HttpTransport& transport;
    ~Serving() {
        server.stop();
        app.serves(nullptr);
        transport.stop();
    }
};

}  // namespace

void serve(App& app, const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
           runtime::Metrics& metrics) {
    const runtime::ServerSettings& settings = app.settings().server;
    const std::string token = token_of(settings),
                      hooks = runtime::hooks_token(app.settings().hooks);
    const runtime::TrustedProxies proxies(settings.trusted_proxies);
    const runtime::ServerCredentials credentials({token, hooks, app.caller(), proxies});
    dispatcher.limit({settings.calls_per_second, settings.calls_at_once});
    if (settings.require_memory ||
        app.settings().database.migration_mode == runtime::MigrationMode::manual)
        bring_up(app);
    BringUp background(app);
    app.hear();
    identity::ApiTokenAuthenticator authenticator({credentials, app.caller(), proxies,
                                                   identity::admin_token_of_environment(),
                                                   worker_context(app, background, kSettleTime)});

    mcp::HttpOptions mcp_options;
    mcp_options.workers = std::size_t(settings.workers);
    mcp_options.session.tools = app.settings().mcp.tools;
    mcp_options.session_key = token;
    mcp::HttpTransport transport(
        mcp::product_catalog(registry, dispatcher, http_product_options(app, background)),
        mcp_options);
    Health health(app);
    rest::Door door(
        {registry, dispatcher, authenticator, kVersion,
         rest::Origins(settings.allowed_origins, !token.empty()), !hooks.empty(),
         [&](const std::string& id, Deadline deadline) { return app.context(deadline, id); },
         [&](const http::Request& request, const runtime::Caller& caller) {
             return transport.handle(request, caller);
         },
         [&] { return health.ready(); }, [&] { return health.health(); }, metrics});
    http::ServerOptions options = server_options(settings);
    options.admit = [&](const http::Head& head) { return door.admit(head); };
    options.handle = [&](const http::Request& request) { return door.handle(request); };
    http::Server server(std::move(options));
    app.listens_at(fmt::format("http://{}:{}", reachable(settings.host), server.port()));
    add_gauges(metrics, app, server);
    std::optional<Tasks> tasks;
    tasks.emplace(app, background);
    events::Feed feed(worker_context(app, background, kFeedTime));
    app.serves(&feed);
    std::optional<jobs::JobMaintenance> maintenance;
    maintenance.emplace(worker_context(app, background, kKeepTime));
    std::optional<mesh::Tracker> tracker;
    tracker.emplace(app.settings(), worker_context(app, background, kKeepTime));
    const runtime::Background revocations =
        follow_revocations(authenticator, worker_context(app, background, kSettleTime));
    const Serving serving{app, server, transport};
    server.start();
    log::info("listening on http://{}:{} (docs at /docs, MCP at /mcp)", in_url(settings.host),
              server.port());
    std::optional<mesh::Presence> presence;
    if (app.settings().mesh.enabled)
        presence.emplace(app.settings(), kVersion, worker_context(app, background, kKeepTime));

    const int signal = wait_for_signal();
    log::info("signal {}: finishing what is in flight", signal);
    presence.reset();
    tasks.reset();
    maintenance.reset();
    tracker.reset();
    const bool clean = server.stop();
    log::info("{}", clean ? "stopped" : "stopped; some requests did not finish in time");
    background.rethrow_refusal();
}

int serve_mcp(App& app, const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
              const std::string& tools) {
    mcp::StdioOptions options;
    options.session.tools = tools;
    options.out_fd = mcp::claim_stdout();
    std::stop_source stop;
    options.stop = stop.get_token();
    std::thread([stop]() mutable {
        wait_for_signal();
        stop.request_stop();
    }).detach();
    BringUp background(app);
    app.hear();
    mcp::ProductOptions product = product_options(app, background);
    product.context = [shared = product.context](const mcp::CallInfo& call) {
        runtime::Context context = shared(call);
        context.own_process = true;
        return context;
    };
    const auto catalog = mcp::product_catalog(registry, dispatcher, std::move(product));
    const Tasks tasks(app, background);
    const jobs::JobMaintenance maintenance(worker_context(app, background, kKeepTime));
    const mesh::Tracker tracker(app.settings(), worker_context(app, background, kKeepTime));
    const int code = mcp::serve_stdio(catalog, options);
    background.rethrow_refusal();
    return code;
}

}  // namespace stele::app
