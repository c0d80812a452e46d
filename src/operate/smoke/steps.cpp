// What is tried, one function each. Those of memory work in a scope of their own, so that no
// agent's search meets them meanwhile.
#include <fmt/format.h>

#include "operate/smoke/answers.hpp"
#include "operate/smoke/steps_work.hpp"

namespace stele::smoke {

namespace {

// Gone by itself, should the run be killed before it cleans up.
constexpr int kTtlSeconds = 3600;

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
    const json::array& results = array_in(body, "results");
    if (any_has(results, "id", session.memory_id))
        return fmt::format("found among {}", results.size());
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

}  // namespace

const std::vector<Step>& steps() {
    static const std::vector<Step> kSteps{
        {"health", health},
        {"ready", ready},
        {"status", status},
        {"memory store", memory_store},
        {"memory search", memory_search},
        {"memory get", memory_get},
        {"chat log", chat_log},
        {"chat search", chat_search},
        {"job submit", job_submit},
        {"job status", job_status},
        {"events", events},
        {"graph trace", graph_trace},
        {"mesh status", mesh_status},
        {"job stop", job_stop, &Session::job_id},
        {"chat forget", chat_forget, &Session::message_id},
        {"memory forget", memory_forget, &Session::memory_id},
    };
    return kSteps;
}

}  // namespace stele::smoke
