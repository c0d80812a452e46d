#include "doors/rest/rest.hpp"

#include <fmt/format.h>

#include <mutex>
#include <unordered_map>

#include "doors/openapi/openapi.hpp"
#include "doors/rest/input.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/http/problem.hpp"

namespace stele::rest {

namespace {

enum class Page { livez, readyz, health, metrics, openapi, docs, mcp, session, root };

struct PageRoute {
    std::string_view path;
    Page page;
    bool open;  // no credential asked for
    std::string_view scope = {};
};
constexpr PageRoute kPages[] = {{"/", Page::root, true},
                                {"/livez", Page::livez, true},
                                {"/readyz", Page::readyz, true},
                                {"/health", Page::health, true},
                                {"/metrics", Page::metrics, false, "ops:read"},
                                {"/openapi.json", Page::openapi, false},
                                {"/docs", Page::docs, true},
                                {"/mcp", Page::mcp, false},
                                {"/mcp/", Page::mcp, false},
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
    std::vector<OperationRoute> routes;
    // Routes without parameters by their path, and the others: "/memory/search" is looked for
    // before "/memory/{id}".
    std::unordered_map<std::string_view, std::vector<const OperationRoute*>> exact;
    std::vector<const OperationRoute*> patterns;
    // Made when somebody first asks: a start need not wait for them.
    mutable std::once_flag pages_made;
    mutable std::string openapi_json;
    mutable openapi::DocsPage docs;

    explicit Impl(Options given) : options(std::move(given)) {
        for (const runtime::Operation& op : options.registry.all()) {
            if (!(op.doors & runtime::kHttp)) continue;
            add({"POST", op.http_path()}, op);
            for (const runtime::Route& route : op.routes) add(route, op);
        }
        index();
    }

    void add(const runtime::Route& route, const runtime::Operation& op) {
        OperationRoute out{route, {}, &op};
        for (const std::string_view segment : segments_of(route.path))
            out.segments.emplace_back(segment);
        routes.push_back(std::move(out));
    }

    // What a head leads to.
    struct Target {
        const PageRoute* page = nullptr;
        const OperationRoute* route = nullptr;
        std::string allowed;  // methods of the routes that match but for the method
    };
    Target target_of(const http::Head& head) const {
        Target out;
        out.page = page_at(head.path);
        if (!out.page) out.route = find(head, out.allowed);
        return out;
    }

    void index() {
        for (OperationRoute& route : routes) {
            if (!route.when.empty()) continue;
            route.variants.push_back(&route);
            for (const OperationRoute& other : routes)
                if (!other.when.empty() && other.path == route.path && other.method == route.method)
                    route.variants.push_back(&other);
            if (route.operation->hook && !options.hooks) continue;
            (route.has_parameter() ? patterns : exact[route.path]).push_back(&route);
        }
    }

    const OperationRoute* find(const http::Head& head, std::string& allowed) const {
        const auto takes = [&](const OperationRoute& route) {
            if (route.method == head.method || (head.method == "HEAD" && route.method == "GET"))
                return true;
            allowed += (allowed.empty() ? "" : ", ") + route.method;
            return false;
        };
        if (const auto found = exact.find(head.path); found != exact.end())
            for (const OperationRoute* route : found->second)
                if (takes(*route)) return route;
        const auto path = segments_of(head.path);
        for (const OperationRoute* route : patterns)
            if (route->matches(path) && takes(*route)) return route;
        return nullptr;
    }

    const OperationRoute& route_for_body(const OperationRoute& found,
                                         const json::object& body) const {
        for (const OperationRoute* route : found.variants)
            if (!route->when.empty() && body.contains(route->when)) return *route;
        return found;
    }

    // The hooks' token is a credential for hooks and nothing else; elsewhere its bearer is a
    // stranger. Where no token is asked for, hooks ask for theirs all the same.
    static bool is_stranger(const Target& target, const runtime::Caller& caller) {
        const bool hook = target.route && target.route->operation->hook;
        return hook ? caller.kind == runtime::CallerKind::local
                    : caller.kind == runtime::CallerKind::hook;
    }

    // What there is for whom: all that is refused between credential and body. `caller` gets the
    // tenant and the places of the headers. Throws what problem_of() makes a response of.
    std::optional<http::Response> refusal(const http::Head& head, const Target& target,
                                          runtime::Caller& caller) const {
        const auto& [page, route, allowed] = target;
        if (!page && !route) {
            if (allowed.empty())
                return problem(head, 404,
                               fmt::format("there is nothing at {}; /docs lists what there is",
                                           excerpt(head.path, 200)));
            return not_allowed(head, allowed);
        }
        if (page && page->page != Page::mcp) {
            const std::string_view methods = methods_of(page->page);
            if (methods.find(head.method) == methods.npos) return not_allowed(head, methods);
            if (!page->scope.empty() &&
                !caller.scopes.includes(runtime::ScopeSet::of({std::string(page->scope)})))
                throw Error(Code::forbidden,
                            fmt::format("{} needs the scope {}", head.path, page->scope), {},
                            {{"scope", page->scope}});
            return std::nullopt;
        }
        if (route && !is_json(head)) return problem(head, 415, "the body must be application/json");
        if (route)
            for (const OperationRoute* variant : route->variants)
                options.dispatcher.admit(*variant->operation, caller);
        apply_headers(head, caller);
        return std::nullopt;
    }

    static http::Response problem(const http::Head& head, int status, const std::string& detail) {
        return http::problem(status, detail, head.request_id);
    }
    static http::Response not_allowed(const http::Head& head, std::string_view methods) {
        http::Response out =
            problem(head, 405, fmt::format("{} takes {}, not {}", head.path, methods, head.method));
        out.headers.push_back({"Allow", std::string(methods)});
        return out;
    }
    // An error as a response; one for want of scopes says which.
    static http::Response problem_of(const http::Head& head, const Error& error) {
        http::Response out = http::problem(error, head.request_id);
        const json::value* scope = error.details().if_contains("scope");
        if (error.code() == Code::forbidden && scope && scope->is_string())
            out.headers.push_back(runtime::insufficient_scope(scope->get_string()));
        return out;
    }
    static http::Response refused(const http::Head& head, const runtime::Judgement& judgement) {
        http::Response out = problem(head, judgement.status, judgement.why);
        if (judgement.status != 401) return out;
        std::erase_if(out.headers, [](const auto& h) { return h.name == "WWW-Authenticate"; });
        out.headers.push_back(runtime::challenge(judgement));
        return out;
    }

    // Nothing is refused yet when memory alone does not know the caller.
    std::optional<http::Response> refusal(const http::Head& head, const Target& target) const {
        const bool open = target.page && target.page->open;
        const std::string stranger = open ? "" : options.origins.refusal(head);
        if (!stranger.empty()) return problem(head, 403, stranger);
        if (Origins::asks_first(head)) return Origins::answer();
        if (open) return methods_only(head, target);
        runtime::Judgement judgement = options.authenticator.judge(head);
        if (auto refusal = answer_to(head, target, judgement)) return refusal;
        if (judgement.kind == runtime::Judgement::Kind::unsettled) return std::nullopt;
        return too_many(head, judgement.caller);
    }
    // Before its body is read; the dispatcher takes the call from what the caller may do.
    std::optional<http::Response> too_many(const http::Head& head,
                                           const runtime::Caller& caller) const {
        try {
            options.dispatcher.admit_rate(caller);
            return std::nullopt;
        } catch (const Error& error) {
            return problem_of(head, error);
        }
    }
    std::optional<http::Response> methods_only(const http::Head& head, const Target& target) const {
        const std::string_view methods = methods_of(target.page->page);
        if (methods.find(head.method) == methods.npos) return not_allowed(head, methods);
        return std::nullopt;
    }
    // Who has no credential learns nothing about which routes exist.
    std::optional<http::Response> answer_to(const http::Head& head, const Target& target,
                                            runtime::Judgement& judgement) const {
        using Kind = runtime::Judgement::Kind;
        if (judgement.kind == Kind::known && is_stranger(target, judgement.caller))
            judgement = {.kind = Kind::refused,
                         .caller = {},
                         .status = 401,
                         .why = "this asks for another bearer token: Authorization: Bearer <token>",
                         .had_token = judgement.caller.kind == runtime::CallerKind::hook};
        if (judgement.kind == Kind::refused) return refused(head, judgement);
        if (judgement.kind == Kind::unsettled) return std::nullopt;
        try {
            return refusal(head, target, judgement.caller);
        } catch (const Error& error) {
            return problem_of(head, error);
        }
    }

    http::Admission admit(const http::Head& head) const {
        http::Admission out;
        const Target target = target_of(head);
        out.refusal = refusal(head, target);
        if (target.route) {
            out.deadline = target.route->operation->time_limit;
            out.body_limit = target.route->operation->body_bytes;
            for (const OperationRoute* variant : target.route->variants) {
                out.body_limit = std::min(out.body_limit, variant->operation->body_bytes);
                out.deadline = std::min(out.deadline, variant->operation->time_limit);
            }
        }
        out.inline_handler =
            target.page && (target.page->page == Page::livez || target.page->page == Page::root);
        return out;
    }

    // The caller is judged again: one that waited may have run out meanwhile.
    http::Response answer(const http::Request& request) const {
        const Target target = target_of(request.head);
        if (target.page && target.page->open) return page(target.page->page, request, {});
        runtime::Judgement judgement = options.authenticator.judge(request.head);
        if (judgement.kind == runtime::Judgement::Kind::unsettled)
            judgement = options.authenticator.settle(request.head);
        if (auto refusal = answer_to(request.head, target, judgement)) return std::move(*refusal);
        http::Response out = target.page ? page(target.page->page, request, judgement.caller)
                                         : run(*target.route, request, judgement.caller);
        if (out.events) options.authenticator.ends_with(judgement.caller, out.events);
        return out;
    }

    // The same for everybody, and where a person types the token: so no credential is asked for.
    void make_pages() const {
        std::call_once(pages_made, [&] {
            openapi_json = serialize(openapi::document(options.registry, options.version));
            docs = openapi::docs_page(options.registry, options.version);
        });
    }
    http::Response docs_response() const {
        make_pages();
        http::Response out = text_response("text/html; charset=utf-8", docs.html);
        out.headers.push_back({"Content-Security-Policy", docs.policy});
        out.headers.push_back({"Referrer-Policy", "no-referrer"});
        out.headers.push_back({"Cache-Control", "no-cache"});
        return out;
    }

    http::Response page(Page page, const http::Request& request,
                        const runtime::Caller& caller) const {
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
                make_pages();
                return text_response("application/json", openapi_json);
            case Page::docs:
                return docs_response();
            case Page::mcp:
                return options.mcp(request, caller);
            case Page::session: {
                const auto cookie = options.authenticator.cookie(request.head, caller,
                                                                 std::chrono::system_clock::now());
                const std::chrono::seconds good_for =
                    cookie ? cookie->good_for : runtime::Authenticator::kSession;
                http::Response out =
                    json_response(json::object{{"ok", true}, {"expiresIn", good_for.count()}});
                if (cookie) out.headers.push_back(cookie->header);
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

    http::Response run(const OperationRoute& found, const http::Request& request,
                       runtime::Caller caller) const {
        try {
            json::object body = body_of(request);
            const OperationRoute& route = route_for_body(found, body);
            const runtime::Operation& op = *route.operation;
            runtime::Context context =
                options.make_context(request.head.request_id, request.deadline);
            context.caller = std::move(caller);
            // A caller may use a request id twice; never with the same nanosecond.
            context.call_id = fmt::format("{}@{}", request.head.request_id,
                                          request.arrived.time_since_epoch().count());
            const json::object input = input_of(route, request, std::move(body));
            http::Response out;
            if (route.stream)
                out.events = options.dispatcher.stream(op, context, input);
            else
                out = answer_of(op, options.dispatcher.poll_once(op, context, input,
                                                                 request.arrived, request.again));
            if (out.status == 200) out.status = route.status;
            return out;
        } catch (const Error& error) {
            return problem_of(request.head, error);
        }
    }

    // Where there is nothing yet, the server is to ask again.
    static http::Response answer_of(const runtime::Operation& op,
                                    const runtime::Dispatcher::PollResult& result) {
        http::Response out = json_response(result.output);
        if (op.status) out.status = op.status(result.output);
        if (result.later)
            out.later = std::make_shared<http::Later>(
                http::Later{result.later->again, result.later->listen});
        return out;
    }
};

Door::Door(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Door::~Door() = default;

http::Admission Door::admit(const http::Head& head) const {
    http::Admission out = impl_->admit(head);
    if (out.refusal) impl_->options.origins.let_read(head, *out.refusal);
    return out;
}

http::Response Door::handle(const http::Request& request) const {
    http::Response out = impl_->answer(request);
    impl_->options.origins.let_read(request.head, out);
    return out;
}

}  // namespace stele::rest
