#include "doors/openapi/openapi.hpp"

#include <fmt/format.h>

#include "foundation/base/json_schema.hpp"
#include "foundation/base/text.hpp"

namespace stele::openapi {

namespace {

json::object problem_schema() {
    return {{"type", "object"},
            {"properties",
             {{"type", {{"type", "string"}}},
              {"title", {{"type", "string"}}},
              {"status", {{"type", "integer"}}},
              {"detail", {{"type", "string"}}},
              {"error", {{"type", "string"}}},
              {"code", {{"type", "string"}}},
              {"hint", {{"type", "string"}}},
              {"details", {{"type", "object"}}},
              {"retryable", {{"type", "boolean"}}},
              {"requestId", {{"type", "string"}}}}}};
}

json::object responses_of(const runtime::Operation& op, int status) {
    const json::object schema = reflect::json_schema(*op.output, false);
    return {{std::to_string(status),
             {{"description", "Done"}, {"content", {{"application/json", {{"schema", schema}}}}}}},
            {"default",
             {{"description", "What went wrong (RFC 9457)"},
              {"content",
               {{"application/problem+json",
                 {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}};
}

// The headers that say whose and where; a credential may leave no choice.
struct CallerHeader {
    const char* name;
    const char* description;
    const char* format;  // "" for none
};
constexpr CallerHeader kCallerHeaders[] = {
    {"X-Stele-Org", "First half of the tenant; else the credential's or the server's", "uuid"},
    {"X-Stele-Project", "Second half of the tenant; likewise", "uuid"},
    {"X-Stele-Scope", "Where the caller works: global or project:<path>", ""},
    {"X-Stele-Instance", "The caller's own name", ""},
    {"X-Stele-Posse", "The group of agents the caller belongs to", ""}};

json::object caller_parameters() {
    json::object out;
    for (const CallerHeader& header : kCallerHeaders) {
        json::object schema{{"type", "string"}};
        if (*header.format) schema["format"] = header.format;
        out[header.name] = json::object{{"name", header.name},
                                        {"in", "header"},
                                        {"required", false},
                                        {"description", header.description},
                                        {"schema", std::move(schema)}};
    }
    return out;
}

json::array caller_references() {
    json::array out;
    for (const CallerHeader& header : kCallerHeaders)
        out.push_back(
            json::object{{"$ref", std::string("#/components/parameters/") + header.name}});
    return out;
}

// Any one of them opens it; the scopes are what a bearer must have, all of them.
json::array security_of(const runtime::Operation& op) {
    json::array scopes;
    for (const std::string& scope : op.scopes) scopes.push_back(json::string(scope));
    json::array out{json::object{{"bearer", std::move(scopes)}},
                    json::object{{"cookie", json::array{}}}};
    if (op.hook) out.push_back(json::object{{"hooksToken", json::array{}}});
    return out;
}

json::object security_schemes() {
    return {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
            {"cookie",
             {{"type", "apiKey"},
              {"in", "cookie"},
              {"name", "stele_session_7600"},
              {"description",
               "What POST /auth/session gives a browser; its name holds the server's port"}}},
            {"hooksToken",
             {{"type", "apiKey"},
              {"in", "header"},
              {"name", "X-Stele-Token"},
              {"description", "hooks.token, which opens hooks and nothing else"}}}};
}

json::object base_of(const runtime::Operation& op, const std::string& id, int status = 200) {
    return {{"operationId", id},
            {"summary", op.summary},
            {"description", op.description},
            {"tags", json::array{json::string(op.domain())}},
            {"security", security_of(op)},
            {"parameters", caller_references()},
            {"responses", responses_of(op, status)}};
}

json::object body_of(const runtime::Operation& op) {
    json::object examples;
    for (std::size_t i = 0; i < op.examples.size(); ++i)
        examples[fmt::format("example{}", i + 1)] = {{"summary", op.examples[i].title},
                                                     {"value", op.examples[i].input}};
    return {{"required", true},
            {"content",
             {{"application/json",
               {{"schema", reflect::json_schema(*op.input, true)}, {"examples", examples}}}}}};
}

bool in_path(const runtime::Route& route, std::string_view field) {
    return route.path.find("{" + std::string(field) + "}") != std::string::npos;
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

json::object route_of(const runtime::Operation& op, const runtime::Route& route) {
    json::object out = base_of(op, route_id(op, route), route.status);
    const bool has_body = route.method != "GET" && route.method != "DELETE";
    json::array& parameters = out["parameters"].as_array();
    for (const reflect::FieldInfo& field : op.input->fields) {
        const bool path = in_path(route, field.name);
        if (!path && has_body) continue;
        parameters.push_back(json::object{{"name", field.name},
                                          {"in", path ? "path" : "query"},
                                          {"required", path || field.rules.required},
                                          {"description", field.doc},
                                          {"schema", reflect::json_schema(*field.shape, true)}});
    }
    if (has_body) out["requestBody"] = body_of(op);
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

std::string kind_name(const reflect::FieldInfo& field) {
    const json::object schema = reflect::json_schema(*field.shape, true);
    if (const json::value* values = schema.if_contains("enum")) return serialize(*values);
    const json::value* type = schema.if_contains("type");
    return type ? std::string(type->as_string()) : "any";
}

std::string section(const runtime::Operation& op) {
    std::string out = fmt::format(
        "<section id=\"{0}\"><h2><a href=\"#{0}\">{0}</a></h2>\n<p><b>{1}.</b> {2}</p>\n<p>",
        op.name, escaped(op.summary), escaped(op.description));
    out += fmt::format("<code>POST {}</code>", op.http_path());
    for (const runtime::Route& route : op.routes)
        out += fmt::format(" <code>{} {}</code>", route.method, escaped(route.path));
    if (op.doors & runtime::kCli) out += fmt::format(" <code>stele {}</code>", op.cli_words());
    if (op.doors & runtime::kMcp) out += fmt::format(" tool <code>{}</code>", op.tool_name());
    out += "</p>\n<table><tr><th>field</th><th>type</th><th>meaning</th></tr>\n";
    for (const reflect::FieldInfo& field : op.input->fields)
        out += fmt::format("<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>\n",
                           field.name, field.rules.required ? " *" : "", escaped(kind_name(field)),
                           escaped(field.doc));
    out += "</table>\n";
    for (const runtime::Example& example : op.examples)
        out += fmt::format(
            "<p>{}</p><pre>curl -s localhost:7600{} -d {}\n{}</pre>\n", escaped(example.title),
            op.http_path(), escaped("'" + serialize(example.input) + "'"),
            escaped((op.doors & runtime::kCli) ? runtime::command_line(op, example.input) : ""));
    return out + "</section>\n";
}

}  // namespace

json::object document(const runtime::Registry& registry, const std::string& version) {
    json::object paths;
    const auto add = [&](const std::string& path, const std::string& method, json::object item) {
        if (!paths.contains(path)) paths[path] = json::object{};
        paths[path].as_object()[lower_ascii(method)] = std::move(item);
    };
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kHttp)) continue;
        json::object item = base_of(op, op.tool_name());
        item["requestBody"] = body_of(op);
        add(op.http_path(), "post", std::move(item));
        for (const runtime::Route& route : op.routes)
            if (route.when.empty()) add(route.path, route.method, route_of(op, route));
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "Stele"},
              {"version", version},
              {"description", "The durable source of truth for AI agents"},
              {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{json::object{{"url", "http://127.0.0.1:7600"}}}},
            {"security", json::array{json::object{{"bearer", json::array{}}}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", {{"Problem", problem_schema()}}},
              {"parameters", caller_parameters()},
              {"securitySchemes", security_schemes()}}}};
}

std::string docs_page(const runtime::Registry& registry, const std::string& version) {
    std::string body, index;
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kHttp)) continue;
        index +=
            fmt::format("<li><a href=\"#{0}\">{0}</a> {1}</li>\n", op.name, escaped(op.summary));
        body += section(op);
    }
    return fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Stele {0}</title>\n"
        "<meta name=\"viewport\" content=\"width=device-width\"><style>\n"
        "body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
        "1rem}}\n"
        "code,pre{{background:#f3f3f0;padding:.1em "
        ".3em;border-radius:3px}}pre{{overflow:auto;padding:.6em}}\n"
        "table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid "
        "#ddd;padding:.3em;"
        "text-align:left;vertical-align:top}}\n"
        "@media(prefers-color-scheme:dark){{body{{background:#181818;color:#ddd}}code,pre{{"
        "background:#262626}}"
        "a{{color:#8cf}}}}\n</style></head>\n<body><h1>Stele {0}</h1>\n"
        "<p>Every operation takes and gives JSON. Errors are "
        "<code>application/problem+json</code>. The machine-readable form is "
        "<a href=\"/openapi.json\">/openapi.json</a>.</p>\n<ul>\n{1}</ul>\n{2}</body></html>\n",
        escaped(version), index, body);
}

}  // namespace stele::openapi
