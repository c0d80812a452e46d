#include "doors/openapi/openapi.hpp"

#include <fmt/format.h>

#include "doors/openapi/components.hpp"
#include "foundation/base/json_schema.hpp"
#include "foundation/base/text.hpp"

namespace stele::openapi {

namespace {

constexpr const char* kIntroduction =
    "The durable source of truth for AI agents.\n\nEvery operation takes and gives JSON at `POST "
    "/v1/<domain>/<verb>`; the other paths are the same operations under the names that other "
    "products' users know. Rows belong to a tenant (X-Stele-Org, X-Stele-Project); where the "
    "caller works within it says X-Stele-Scope. A server with a token wants it in every request; "
    "each operation names the scopes that the token must have. What goes wrong is a problem "
    "document (RFC 9457).";

json::object reference(const char* kind, const std::string& name) {
    return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}};
}

json::object json_content(json::object schema) {
    return {{"application/json", {{"schema", std::move(schema)}}}};
}

// The answer of an operation that was done.
json::object done(const runtime::Operation& op) {
    return {{"description", "Done"},
            {"content", json_content(reflect::json_schema(*op.output, false))}};
}

json::object event_stream() {
    return {{"description", "Server-sent events, until the client goes"},
            {"content", {{"text/event-stream", {{"schema", {{"type", "string"}}}}}}}};
}

// What an operation that has its own say about the status answers instead of a problem.
json::object done_or_refused(const runtime::Operation& op) {
    json::object content = json_content(reflect::json_schema(*op.output, false));
    content["application/problem+json"] = {{"schema", reference("schemas", "Problem")}};
    return {{"description", "Not done: the answer says why, or a problem does"},
            {"content", std::move(content)}};
}

json::object responses_of(const runtime::Operation& op, const runtime::Route& route) {
    json::object out;
    out[std::to_string(route.status)] =
        route.stream ? event_stream() : reference("responses", op.tool_name());
    out["4XX"] = op.status ? done_or_refused(op) : reference("responses", "Refused");
    out["5XX"] = op.status ? done_or_refused(op) : reference("responses", "Failed");
    return out;
}

json::object base_of(const runtime::Operation& op, const std::string& id,
                     const runtime::Route& route) {
    return {{"operationId", id},
            {"summary", op.summary},
            {"description", op.description + "\n\n" + scopes_in_words(op)},
            {"tags", json::array{json::string(op.domain())}},
            {"security", security_of(op)},
            {"parameters", header_references(op, route.stream)},
            {"responses", responses_of(op, route)}};
}

bool in_path(const runtime::Route& route, std::string_view field) {
    return route.path.find("{" + std::string(field) + "}") != std::string::npos;
}

// The input without the fields that the path says, and without a duty to say what the route says.
json::object body_schema(const runtime::Operation& op, const runtime::Route& route) {
    json::object out = reflect::json_schema(*op.input, true);
    json::array required;
    for (const reflect::FieldInfo& field : op.input->fields) {
        if (in_path(route, field.name))
            out["properties"].as_object().erase(field.name);
        else if (field.rules.required && !route.defaults.contains(field.name))
            required.push_back(json::string(field.name));
    }
    out.erase("required");
    if (!required.empty()) out["required"] = std::move(required);
    return out;
}

json::object body_of(const runtime::Operation& op, const runtime::Route& route) {
    json::object examples;
    for (const runtime::Example& example : op.examples) {
        json::object value;
        for (const auto& member : example.input)
            if (!in_path(route, member.key())) value[member.key()] = member.value();
        examples[fmt::format("example{}", examples.size() + 1)] = {{"summary", example.title},
                                                                   {"value", std::move(value)}};
    }
    json::object content{{"schema", body_schema(op, route)}, {"examples", std::move(examples)}};
    const bool required = content["schema"].as_object().contains("required");
    return {{"required", required}, {"content", {{"application/json", std::move(content)}}}};
}

// "memory_get_get" for an operation's first route of a method, "job_events_get_job_jobId_events"
// for a further one: generators make function names of it.
std::string route_id(const runtime::Operation& op, const runtime::Route& route) {
    std::string out = op.tool_name() + "_" + lower_ascii(route.method);
    for (const runtime::Route& other : op.routes) {
        if (other.method != route.method || !other.when.empty()) continue;
        if (&other == &route) return out;
        break;
    }
    for (const char c : route.path) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (word)
            out += c;
        else if (out.back() != '_')
            out += '_';
    }
    if (out.back() == '_') out.pop_back();
    return out;
}

json::object parameter_of(const runtime::Operation& op, const runtime::Route& route,
                          const reflect::FieldInfo& field) {
    const bool path = in_path(route, field.name);
    const bool required = path || (field.rules.required && !route.defaults.contains(field.name));
    json::object out{{"name", field.name},
                     {"in", path ? "path" : "query"},
                     {"required", required},
                     {"description", field.doc}};
    json::object schema = reflect::field_schema(field, true);
    schema.erase("description");
    const auto kind = field.shape->kind;
    // An object in an address is written as JSON.
    if (kind == reflect::Kind::object || kind == reflect::Kind::any)
        out["content"] = json_content(std::move(schema));
    else
        out["schema"] = std::move(schema);
    const json::object& example = op.examples.front().input;
    if (const json::value* value = example.if_contains(field.name); value && out.contains("schema"))
        out["example"] = *value;
    return out;
}

json::object route_of(const runtime::Operation& op, const runtime::Route& route) {
    json::object out = base_of(op, route_id(op, route), route);
    const bool has_body = route.method != "GET" && route.method != "DELETE";
    json::array& parameters = out["parameters"].as_array();
    for (const reflect::FieldInfo& field : op.input->fields)
        if (in_path(route, field.name) || !has_body)
            parameters.push_back(parameter_of(op, route, field));
    if (has_body) out["requestBody"] = body_of(op, route);
    return out;
}

}  // namespace

json::object document(const runtime::Registry& registry, const std::string& version) {
    json::object paths, bodies, responses = problem_responses();
    const auto add = [&](const std::string& path, const std::string& method, json::object item) {
        if (!paths.contains(path)) paths[path] = json::object{};
        paths[path].as_object()[lower_ascii(method)] = std::move(item);
    };
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kHttp)) continue;
        const runtime::Route own{"POST", op.http_path()};
        json::object item = base_of(op, op.tool_name(), own);
        item["requestBody"] = reference("requestBodies", op.tool_name());
        bodies[op.tool_name()] = body_of(op, own);
        responses[op.tool_name()] = done(op);
        add(own.path, own.method, std::move(item));
        for (const runtime::Route& route : op.routes)
            if (route.when.empty()) add(route.path, route.method, route_of(op, route));
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "Stele"},
              {"version", version},
              {"description", kIntroduction},
              {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{json::object{{"url", "http://127.0.0.1:7600"}}}},
            {"security", json::array{json::object{{"bearer", json::array{}}}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", {{"Problem", problem_schema()}}},
              {"requestBodies", std::move(bodies)},
              {"responses", std::move(responses)},
              {"parameters", parameters()},
              {"securitySchemes", security_schemes()}}}};
}

}  // namespace stele::openapi
