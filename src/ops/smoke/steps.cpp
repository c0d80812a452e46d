// What is tried, one function each. Those of memory work in a scope of their own, so that no
// agent's search meets them meanwhile.
#include <fmt/format.h>

#include "ops/smoke/smoke.hpp"

namespace stele::smoke {

namespace {

constexpr const char* kScope = "project:/stele-smoke";
// Gone by itself, should the run be killed before it cleans up.
constexpr int kTtlSeconds = 3600;

std::string text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    if (!value || !value->is_string())
        throw StepFailed(fmt::format("the answer has no {}", name),
                         "is it Stele that listens there?");
    return std::string(value->get_string());
}

const json::object& object_in(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    if (!value || !value->is_object())
        throw StepFailed(fmt::format("the answer has no {}", name),
                         "is it Stele that listens there?");
    return value->get_object();
}

std::string health(Session& session) {
    const json::object body = session.must("GET", "/health");
    std::string out = "version " + text_of(body, "version");
    if (const json::value* degraded = body.if_contains("degraded");
        degraded && degraded->is_array())
        out += ", degraded: " + serialize(*degraded);
    return out;
}

std::string ready(Session& session) {
    const json::object body = session.must("GET", "/readyz");
    return "schema " + text_of(object_in(body, "database"), "migrationVersion");
}

std::string status(Session& session) {
    const json::object body = session.must("GET", "/v1/db/status?writeCheck=true");
    const json::value* healthy = body.if_contains("healthy");
    if (!healthy || *healthy != json::value(true)) {
        std::string lines;
        if (const json::value* list = body.if_contains("lines"); list && list->is_array())
            for (const json::value& line : list->get_array())
                if (line.is_string()) lines += "; " + std::string(line.get_string());
        throw StepFailed("the database is not well" + lines,
                         "on the server's machine: stele doctor");
    }
    return "a row was written and removed";
}

std::string memory_store(Session& session) {
    const json::object body = session.must(
        "POST", "/v1/memory/store",
        {{"content", fmt::format("Smoke test {}: removed again at once", session.marker())},
         {"category", "fact"},
         {"scope", kScope},
         {"source", "agent:stele-smoke"},
         {"ttlSeconds", kTtlSeconds}});
    session.memory_id = text_of(body, "id");
    return session.memory_id;
}

std::string memory_search(Session& session) {
    const json::object body =
        session.must("POST", "/v1/memory/search",
                     {{"query", session.marker()}, {"scope", kScope}, {"limit", 5}});
    const json::value* results = body.if_contains("results");
    if (!results || !results->is_array()) throw StepFailed("the answer has no results");
    for (const json::value& memory : results->get_array())
        if (memory.is_object() && text_of(memory.get_object(), "id") == session.memory_id)
            return fmt::format("found among {}", results->get_array().size());
    throw StepFailed("what was stored a moment ago is not found",
                     "on the server's machine: stele doctor");
}

std::string memory_get(Session& session) {
    const json::object body = session.must("GET", "/memory/" + session.memory_id);
    const std::string content = text_of(object_in(body, "memory"), "content");
    if (content.find(session.marker()) == std::string::npos)
        throw StepFailed("another text came back than was stored");
    return fmt::format("{} bytes came back", content.size());
}

std::string memory_forget(Session& session) {
    const json::object body =
        session.must("DELETE", "/memory/" + session.memory_id + "?reason=smoke%20test");
    const Answer gone = session.call("GET", "/memory/" + session.memory_id);
    if (gone.status != 404)
        throw StepFailed(
            fmt::format("it was forgotten, and reading it answers {} instead of 404", gone.status));
    session.memory_id.clear();
    return "receipt " + text_of(body, "receipt");
}

std::string mesh_status(Session& session) {
    const json::object body = session.must("GET", "/mesh/status?limit=1");
    const json::value* healthy = body.if_contains("healthy");
    if (!healthy || !healthy->is_int64()) throw StepFailed("the answer has no healthy");
    return fmt::format("{} instances are healthy", healthy->get_int64());
}

}  // namespace

const std::vector<Step>& steps() {
    static const std::vector<Step> kSteps{
        {"health", health},
        {"ready", ready},
        {"status", status},
        {"memory store", memory_store},
        {"memory search", memory_search},
        {"memory get", memory_get},
        {"memory forget", memory_forget, true},
        {"mesh status", mesh_status},
    };
    return kSteps;
}

}  // namespace stele::smoke
