#include "doors/openapi/components.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/http/problem.hpp"

namespace stele::openapi {

namespace {

constexpr const char* kExampleRequest = "01890a5d-ac96-774b-bcce-b302099a8057";

// Which requests a header belongs to.
enum class Of { all, repeatable, stream };

struct Header {
    const char* name;
    Of of;
    const char* description;
    const char* format;  // "" for none
    const char* example;
};
constexpr Header kHeaders[] = {
    {"X-Stele-Org", Of::all,
     "First half of the tenant, the organisation. A credential that may choose its tenant chooses "
     "it here; from any other one only its own value is taken, else 403. Absent: the credential's, "
     "or the server's.",
     "uuid", "00000000-0000-4000-8000-000000000001"},
    {"X-Stele-Project", Of::all,
     "Second half of the tenant, the project within the organisation. Taken as X-Stele-Org is.",
     "uuid", "00000000-0000-4000-8000-000000000001"},
    {"X-Stele-Scope", Of::all,
     "Where the caller works: `global` or `project:<path>`. It is what an absent scope of an input "
     "means; it grants nothing. Absent: the credential's, or the server's.",
     "", "project:/work/shop"},
    {"X-Stele-Instance", Of::all,
     "The caller's own name, which is kept with what it stores. Only callers without a token, the "
     "server's own token and admin tokens choose it; a service token's is in the token.",
     "", "reviewer-1"},
    {"X-Stele-Posse", Of::all,
     "The group of agents that the caller belongs to. Taken as X-Stele-Instance is.", "", "docs"},
    {"X-Request-Id", Of::all,
     "Names this request in logs and in the answer, which carries it too. Absent: the server makes "
     "one.",
     "", kExampleRequest},
    {"Idempotency-Key", Of::repeatable,
     "The caller's own name for the request: sent again, it is done once. The same as the field "
     "`key`.",
     "", "order-4711"},
    {"Last-Event-ID", Of::stream,
     "Goes on after this event: what a browser's EventSource sends when it connects again.", "",
     "1042"}};

bool belongs(Of of, const runtime::Operation& op, bool stream) {
    if (of == Of::all) return true;
    if (of == Of::stream) return stream;
    return std::ranges::find(op.input->fields, "key", &reflect::FieldInfo::name) !=
           op.input->fields.end();
}

json::array code_names() {
    json::array out;
    for (int code = 0; code <= int(Code::internal); ++code)
        out.push_back(json::string(name_of(Code(code))));
    return out;
}

json::object text(const char* description) {
    return {{"type", "string"}, {"description", description}};
}

// As the server says it.
json::object example(const char* summary, const Error& error) {
    const http::Response response = http::problem(error, kExampleRequest);
    return {{"summary", summary}, {"value", parse_json(response.body, "example")}};
}

json::object retry_after(const char* when) {
    return {{"description", when}, {"schema", {{"type", "integer"}, {"minimum", 1}}}};
}

json::object problem_response(const char* description, json::object headers,
                              json::object examples) {
    return {{"description", description},
            {"headers", std::move(headers)},
            {"content",
             {{"application/problem+json",
               {{"schema", {{"$ref", "#/components/schemas/Problem"}}},
                {"examples", std::move(examples)}}}}}};
}

}  // namespace

json::object parameters() {
    json::object out;
    for (const Header& header : kHeaders) {
        json::object schema{{"type", "string"}};
        if (*header.format) schema["format"] = header.format;
        out[header.name] =
            json::object{{"name", header.name},         {"in", "header"},
                         {"required", false},           {"description", header.description},
                         {"schema", std::move(schema)}, {"example", header.example}};
    }
    return out;
}

json::array header_references(const runtime::Operation& op, bool stream) {
    json::array out;
    for (const Header& header : kHeaders)
        if (belongs(header.of, op, stream))
            out.push_back(
                json::object{{"$ref", std::string("#/components/parameters/") + header.name}});
    return out;
}

json::object security_schemes() {
    return {
        {"bearer",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description",
           "The server's own token (STELE_TOKEN), an admin token, or a service token that `stele "
           "token create` printed. A server that was started without a token listens on this "
           "machine alone and asks for none."}}},
        {"cookie",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", "stele_session_7600"},
          {"description",
           "What POST /auth/session gives a browser; its name holds the server's port. It has the "
           "scopes of the token it was made with."}}},
        {"hooksToken",
         {{"type", "apiKey"},
          {"in", "header"},
          {"name", "X-Stele-Token"},
          {"description", "hooks.token, which opens hooks and nothing else"}}}};
}

// Any one of them opens it; the scopes are what the caller must have, all of them.
json::array security_of(const runtime::Operation& op) {
    json::array scopes;
    for (const std::string& scope : op.scopes) scopes.push_back(json::string(scope));
    json::array out{json::object{{"bearer", scopes}}, json::object{{"cookie", scopes}}};
    if (op.hook) out.push_back(json::object{{"hooksToken", std::move(scopes)}});
    return out;
}

std::string scopes_in_words(const runtime::Operation& op) {
    if (op.any_caller) return "Needs no scope: any known caller may.";
    std::string out = fmt::format("Needs the scope{} `{}`", op.scopes.size() > 1 ? "s" : "",
                                  fmt::join(op.scopes, "` and `"));
    if (op.across_tenants) out += " and a credential that may choose its tenant";
    return out + ".";
}

json::object problem_schema() {
    return {
        {"type", "object"},
        {"description", "What went wrong (RFC 9457)."},
        {"required",
         json::array{"type", "title", "status", "detail", "error", "code", "retryable"}},
        {"properties",
         {{"type", text("urn:stele:error:<code>, or about:blank where no operation was reached")},
          {"title", text("The code in words")},
          {"status", {{"type", "integer"}, {"description", "The HTTP status"}}},
          {"detail", text("What went wrong, with the name of the field or thing it is about")},
          {"error", text("The same as detail, for older clients")},
          {"code", {{"type", "string"}, {"enum", code_names()}, {"description", "For programs"}}},
          {"hint", text("What to do about it")},
          {"details",
           {{"type", "object"},
            {"additionalProperties", true},
            {"description",
             "For programs: `errors` has each wrong field, `scope` what is missing"}}},
          {"retryable",
           {{"type", "boolean"}, {"description", "The very same request may succeed later"}}},
          {"requestId", text("As in X-Request-Id and in the server's log")}}}};
}

json::object problem_responses() {
    const json::object wrong_field{
        {"errors", json::array{json::object{{"path", "limit"},
                                            {"message", "expected an integer, got a string"}}}}};
    return {
        {"Refused",
         problem_response(
             "The request cannot be done as it is: 400 an input, 401 no valid credential, 403 one "
             "that may not do this, 404 no such thing, 409 its state forbids it, 413 too large, "
             "415 no JSON, 429 too many",
             {{"Retry-After", retry_after("With 429: seconds to wait")},
              {"WWW-Authenticate",
               {{"description", "With 401, and with 403 for want of a scope (RFC 6750)"},
                {"schema", {{"type", "string"}}}}}},
             {{"wrongField",
               example("A field is wrong",
                       Error(Code::invalid_argument, "limit: expected an integer, got a string", "",
                             wrong_field))},
              {"missingScope",
               example("The credential lacks a scope",
                       Error(Code::forbidden, "memory.store needs the scope memory:write", "",
                             {{"scope", "memory:write"}}))},
              {"notFound", example("There is no such thing",
                                   Error(Code::not_found, "there is no memory with this id"))}})},
        {"Failed",
         problem_response(
             "The server could not do it: 500 a fault, 501 not supported, 503 the "
             "database or all workers are busy or away, 504 the time was over",
             {{"Retry-After", retry_after("With 503: seconds to wait")}},
             {{"unavailable", example("The database is away",
                                      Error(Code::unavailable, "the database cannot be reached",
                                            "`stele doctor` says why", {}, true))}})}};
}

}  // namespace stele::openapi
