#include "api/rest/rest.hpp"

#include <fmt/format.h>

#include <map>

#include "api/bells.hpp"
#include "api/config.hpp"
#include "api/openapi.hpp"
#include "api/rest/auth.hpp"
#include "api/rest/hook_auth.hpp"
#include "api/rest/origins.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/redact_json.hpp"
#include "base/text.hpp"
#include "http/problem.hpp"

namespace stele::api::rest {

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);  // the leading slash
        const auto end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

// A route that leads to an operation, cut into segments; "{id}" matches any one of them.
struct OperationRoute {
    std::string method;
    std::vector<std::string> segments;
    const Operation* operation;
    int status;
    bool stream;

    bool matches(const std::vector<std::string_view>& path) const {
        if (path.size() != segments.size()) return false;
        for (std::size_t i = 0; i < path.size(); ++i)
            if (!is_parameter(segments[i]) && segments[i] != path[i]) return false;
        return true;
    }
    static bool is_parameter(const std::string& segment) { return segment.starts_with('{'); }
};

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
    out.body = serialize_redacted(body);
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

void apply_caller(const http::Head& head, Caller& caller) {
    const auto text = [&](const char* name, std::string& out) {
        if (const auto value = head.header(name)) {
            if (value->empty() || value->size() > limits::kScopeBytes || invalid_utf8_at(*value))
                throw Error(Code::invalid_argument,
                            fmt::format("{}: empty, too long or not UTF-8", name));
            out = *value;
        }
    };
    const auto uuid = [&](const char* name, Uuid& out) {
        if (const auto value = head.header(name)) {
            const auto parsed = Uuid::parse(*value);
            if (!parsed)
                throw Error(Code::invalid_argument, fmt::format("{}: expected a UUID", name));
            out = *parsed;
        }
    };
    uuid("x-stele-org", caller.org);
    uuid("x-stele-project", caller.project);
    text("x-stele-scope", caller.scope);
    text("x-stele-instance", caller.instance);
    text("x-stele-posse", caller.posse);
    if (caller.scope != "global" && !caller.scope.starts_with("project:"))
        throw Error(Code::invalid_argument, "x-stele-scope: expected global or project:<path>");
}

// Query parameters become fields: repeated ones fill an array, text becomes the field's kind.
// Beside a body (`bare` is false) those count that are fields and not in it: POST /job?local=true.
void add_query(const http::Head& head, const Operation& op, bool bare, json::object& input) {
    const json::object body = bare ? json::object{} : input;
    for (const auto& [name, text] : head.query) {
        // The contract's short name for a search's question.
        const std::string_view wanted = name == "q" ? std::string_view("query") : name;
        const reflect::FieldInfo* field = nullptr;
        for (const reflect::FieldInfo& f : op.input->fields)
            if (f.name == wanted) field = &f;
        if (!bare && (!field || body.contains(wanted))) continue;
        const bool list = field && field->shape->kind == reflect::Kind::array;
        std::optional<json::value> value;
        if (field) value = value_of_text(list ? *field->shape->items : *field->shape, text);
        if (!value) value = json::string(text);  // the operation's own parser says what is wrong
        if (!list) {
            input[wanted] = *value;
            continue;
        }
        if (!input.contains(wanted)) input[wanted] = json::array{};
        input[wanted].as_array().push_back(*value);
    }
}

// Whoever sends a request again says so with a header; operations have a field for it.
void add_key(const http::Head& head, const Operation& op, json::object& input) {
    const auto key = head.header("idempotency-key");
    if (!key || input.contains("key")) return;
    for (const reflect::FieldInfo& field : op.input->fields)
        if (field.name == "key") input["key"] = json::string(*key);
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
        OperationRoute out{route.method, {}, &op, route.status, route.stream};
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
                if (has_parameter == exact || !route.matches(path)) continue;
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

    http::Response run(const OperationRoute& route, const http::Request& request) const {
        const Operation& op = *route.operation;
        try {
            Context context = options.make_context(request.head.request_id, request.deadline);
            if (speaks_for_any_tenant(route, request.head))
                apply_caller(request.head, context.caller);
            // A caller may use a request id twice; never with the same nanosecond.
            context.call_id = fmt::format("{}@{}", request.head.request_id,
                                          request.arrived.time_since_epoch().count());
            const json::object input = input_of(route, request);
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

    json::object input_of(const OperationRoute& route, const http::Request& request) const {
        const Operation& op = *route.operation;
        json::object input;
        if (!request.body.empty()) {
            json::value body = parse_json(request.body, "request body");
            if (!body.is_object())
                throw Error(Code::invalid_argument, "the request body is not a JSON object");
            input = std::move(body.get_object());
        }
        const bool bare = route.method == "GET" || route.method == "DELETE";
        add_query(request.head, op, bare, input);
        if (const auto last = request.head.header("last-event-id"); last && route.stream)
            add_query({.query = {{"afterId", std::string(*last)}}}, op, bare, input);
        add_key(request.head, op, input);
        const auto path = segments_of(request.head.path);
        for (std::size_t i = 0; i < route.segments.size(); ++i) {
            const std::string& segment = route.segments[i];
            if (OperationRoute::is_parameter(segment))
                input[std::string_view(segment).substr(1, segment.size() - 2)] =
                    json::string(path[i]);
        }
        return input;
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
