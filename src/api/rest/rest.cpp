#include "api/rest/rest.hpp"

#include <fmt/format.h>

#include "api/bells.hpp"
#include "api/openapi.hpp"
#include "api/rest/auth.hpp"
#include "api/rest/hook_auth.hpp"
#include "api/rest/input.hpp"
#include "api/rest/origins.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "http/problem.hpp"

namespace stele::api::rest {

namespace {

enum class Page { livez, readyz, health, metrics, openapi, docs, mcp, session, root };

struct PageRoute {
    std::string_view path;
    Page page;
    bool open;  // no token asked for
};
constexpr PageRoute kPages[] = {{"/", Page::root, true},
                                {"/livez", Page::livez, true},
                                {"/readyz", Page::readyz, true},
                                {"/health", Page::health, true},
                                {"/metrics", Page::metrics, false},
                                {"/openapi.json", Page::openapi, false},
                                {"/docs", Page::docs, false},
                                {"/mcp", Page::mcp, false},
                                {"/auth/session", Page::session, false}};

const PageRoute* page_at(std::string_view path) {
    for (const PageRoute& page : kPages)
        if (page.path == path) return &page;
    return nullptr;
}

// What a page takes; /mcp decides by itself.
std::string_view methods_of(Page page) {
    return page == Page::session ? "POST" : "GET, HEAD";
}

http::Response json_response(const json::value& body) {
    http::Response out;
    out.body = serialize(body);
    return out;
}

http::Response text_response(std::string type, std::string body) {
    http::Response out;
    out.content_type = std::move(type);
    out.body = std::move(body);
    return out;
}

bool is_json(const http::Head& head) {
    const auto type = head.header("content-type");
    if (!type) return true;  // curl users forget it; the body is parsed strictly anyway
    const std::string_view name = trim(type->substr(0, type->find(';')));
    return name == "application/json" || name == "application/x-www-form-urlencoded";
}

}  // namespace

struct Door::Impl {
    Options options;
    Auth auth;
    HookAuth hooks;
    Origins origins;
    std::vector<OperationRoute> routes;
    std::string openapi_json;
    std::string docs;

    explicit Impl(Options given)
        : options(std::move(given)),
          auth(options.token),
          hooks(options.hooks_token),
          origins(options.allowed_origins, auth.needed()) {
        for (const Operation& op : options.registry.all()) {
            if (!(op.doors & kHttp)) continue;
            add({"POST", op.http_path()}, op);
            for (const Route& route : op.routes) add(route, op);
        }
        openapi_json = serialize(openapi(options.registry, options.version));
        docs = docs_page(options.registry, options.version);
    }

    void add(const Route& route, const Operation& op) {
        OperationRoute out{route, {}, &op};
        for (const std::string_view segment : segments_of(route.path))
            out.segments.emplace_back(segment);
        routes.push_back(std::move(out));
    }

    // The route for this head; `allowed` collects the methods of routes that match but for the
    // method.
    const OperationRoute* find(const http::Head& head, std::string& allowed) const {
        const auto path = segments_of(head.path);
        for (const bool exact : {true, false})  // "/memory/search" before "/memory/{id}"
            for (const OperationRoute& route : routes) {
                const bool has_parameter = std::any_of(route.segments.begin(), route.segments.end(),
                                                       &OperationRoute::is_parameter);
                if (has_parameter == exact || !route.when.empty() || !route.matches(path)) continue;
                if (route.operation->hook && !hooks.enabled()) continue;
                if (route.method == head.method || (head.method == "HEAD" && route.method == "GET"))
                    return &route;
                allowed += (allowed.empty() ? "" : ", ") + route.method;
            }
        return nullptr;
    }

    // A hook's own token opens it for the server's tenant; a server without a token does not make
    // hooks open to all.
    bool may_call(const OperationRoute* route, const http::Head& head) const {
        if (!route || !route->operation->hook) return auth.knows(head);
        return hooks.opens(head) || speaks_for_any_tenant(*route, head);
    }
    bool speaks_for_any_tenant(const OperationRoute& route, const http::Head& head) const {
        return auth.knows(head) && (!route.operation->hook || !options.token.empty());
    }

    std::optional<http::Response> refusal(const http::Head& head, const PageRoute* page,
                                          const OperationRoute* route,
                                          const std::string& allowed) const {
        const auto refuse = [&](int status, const std::string& detail,
                                std::string_view allow = {}) {
            http::Response out = http::problem(status, detail, head.request_id);
            if (!allow.empty()) out.headers.push_back({"Allow", std::string(allow)});
            return out;
        };
        const bool open = page && page->open;
        const std::string stranger = open ? "" : origins.refusal(head);
        if (!stranger.empty()) return refuse(403, stranger);
        if (Origins::asks_first(head)) return Origins::answer();
        // Who has no token learns nothing about which routes exist.
        if (!open && !may_call(route, head))
            return refuse(401, "a bearer token is needed: Authorization: Bearer <token>");
        if (!page && !route) {
            if (allowed.empty())
                return refuse(404, fmt::format("there is nothing at {}; /docs lists what there is",
                                               excerpt(head.path, 200)));
            return refuse(
                405,
                fmt::format("{} does not take {}; it takes {}", head.path, head.method, allowed),
                allowed);
        }
        if (page && page->page != Page::mcp) {
            const std::string_view methods = methods_of(page->page);
            if (methods.find(head.method) == methods.npos)
                return refuse(405, fmt::format("{} takes {}", head.path, methods), methods);
        }
        if (route && !is_json(head)) return refuse(415, "the body must be application/json");
        return std::nullopt;
    }

    http::Admission admit(const http::Head& head) const {
        http::Admission out;
        const PageRoute* page = page_at(head.path);
        std::string allowed;
        const OperationRoute* route = page ? nullptr : find(head, allowed);
        out.refusal = refusal(head, page, route, allowed);
        if (route) {
            out.body_limit = route->operation->body_bytes;
            out.deadline = route->operation->time_limit;
        }
        out.inline_handler = page && (page->page == Page::livez || page->page == Page::root);
        return out;
    }

    http::Response answer(const http::Request& request) const {
        if (const PageRoute* at = page_at(request.head.path)) return page(at->page, request);
        std::string allowed;
        const OperationRoute* route = find(request.head, allowed);
        if (!route) return http::problem(404, "there is nothing here", request.head.request_id);
        return run(*route, request);
    }

    http::Response page(Page page, const http::Request& request) const {
        switch (page) {
            case Page::livez:
                return json_response(json::object{{"status", "ok"}});
            case Page::readyz:
                return options.ready();
            case Page::health:
                return options.health();
            case Page::metrics:
                return text_response("text/plain; version=0.0.4; charset=utf-8",
                                     options.metrics.text());
            case Page::openapi:
                return text_response("application/json", openapi_json);
            case Page::docs:
                return text_response("text/html; charset=utf-8", docs);
            case Page::mcp:
                return options.mcp(request);
            case Page::session: {
                http::Response out = json_response(json::object{
                    {"ok", true}, {"expiresIn", std::chrono::seconds(Auth::kSession).count()}});
                if (auth.needed())
                    out.headers.push_back(
                        auth.cookie(request.head, std::chrono::system_clock::now()));
                return out;
            }
            case Page::root:
                break;
        }
        return json_response(json::object{{"name", "stele"},
                                          {"version", options.version},
                                          {"docs", "/docs"},
                                          {"openapi", "/openapi.json"},
                                          {"mcp", "/mcp"}});
    }

    // Of the operations that share its path, the one that the body speaks to.
    const OperationRoute& meant(const OperationRoute& found, const json::object& body) const {
        for (const OperationRoute& route : routes)
            if (!route.when.empty() && body.contains(route.when) && route.path == found.path &&
                route.method == found.method)
                return route;
        return found;
    }

    http::Response run(const OperationRoute& found, const http::Request& request) const {
        try {
            json::object body = body_of(request);
            const OperationRoute& route = meant(found, body);
            const Operation& op = *route.operation;
            Context context = options.make_context(request.head.request_id, request.deadline);
            if (speaks_for_any_tenant(route, request.head))
                apply_caller(request.head, context.caller);
            // A caller may use a request id twice; never with the same nanosecond.
            context.call_id = fmt::format("{}@{}", request.head.request_id,
                                          request.arrived.time_since_epoch().count());
            const json::object input = input_of(route, request, std::move(body));
            http::Response out;
            if (route.stream) {
                out.events = op.stream(context, input);
            } else if (op.patience && context.bells) {
                out = look(op, context, input, request.arrived);
            } else {
                out = answer_of(op, op.run(context, input));
            }
            if (out.status == 200) out.status = route.status;
            return out;
        } catch (const Error& error) {
            return http::problem(error, request.head.request_id);
        }
    }

    static http::Response answer_of(const Operation& op, const json::value& output) {
        http::Response out = json_response(output);
        if (op.status) out.status = op.status(output);
        return out;
    }

    // Runs it once; where there is nothing yet, the server is to ask again.
    http::Response look(const Operation& op, Context& context, const json::object& input,
                        Deadline arrived) const {
        const Patience patience = op.patience(context, input);
        Bells& bells = *context.bells;
        const Bells::Ticket ticket = bells.ticket(patience.bells);
        const json::value output = op.run(context, input);
        http::Response out = answer_of(op, output);
        const auto time = std::chrono::steady_clock::now();
        const Deadline end = arrived + patience.time;
        if (time < end && op.nothing_yet(output)) {
            const auto listen = [&bells, names = patience.bells,
                                 ticket](std::function<void()> wake) -> std::shared_ptr<void> {
                return bells.wait(names, ticket, std::move(wake));
            };
            out.later = std::make_shared<http::Later>(
                http::Later{std::min(end, time + context.look_again), listen});
        }
        return out;
    }
};

Door::Door(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Door::~Door() = default;

http::Admission Door::admit(const http::Head& head) const {
    http::Admission out = impl_->admit(head);
    if (out.refusal) impl_->origins.let_read(head, *out.refusal);
    return out;
}

http::Response Door::handle(const http::Request& request) const {
    http::Response out = impl_->answer(request);
    impl_->origins.let_read(request.head, out);
    return out;
}

}  // namespace stele::api::rest
