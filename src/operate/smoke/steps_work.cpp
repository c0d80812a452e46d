#include "operate/smoke/steps_work.hpp"

#include "operate/smoke/answers.hpp"

namespace stele::smoke {

namespace {

// Nobody leases from it, so the job is there until it is stopped.
constexpr const char* kQueue = "stele-smoke";

}  // namespace

std::string chat_log(Session& session) {
    const json::object body = session.must(
        "POST", "/v1/chat/log",
        {{"content", fmt::format("Smoke test {}: forgotten again at once", session.marker())},
         {"threadId", "stele-smoke " + session.marker()},
         {"speaker", "agent:stele-smoke"},
         {"channel", "smoke"},
         {"retention", "ephemeral"},
         {"scope", kScope}});
    session.message_id = text_of(body, "id");
    return session.message_id;
}

std::string chat_search(Session& session) {
    const json::object body = session.must(
        "POST", "/v1/chat/search", {{"query", session.marker()}, {"scope", kScope}, {"limit", 5}});
    const json::array& results = array_in(body, "results");
    if (!any_has(results, "id", session.message_id))
        throw StepFailed("what was said a moment ago is not found",
                         "on the server's machine: stele doctor");
    return fmt::format("found among {}", results.size());
}

std::string chat_forget(Session& session) {
    const json::object body =
        session.must("POST", "/v1/chat/forget",
                     {{"threadId", "stele-smoke " + session.marker()}, {"reason", "smoke test"}});
    session.message_id.clear();
    const json::array& receipts = array_in(body, "receipts");
    if (receipts.empty()) throw StepFailed("nothing was forgotten");
    return fmt::format("{} receipt", receipts.size());
}

std::string job_submit(Session& session) {
    const json::object body = session.must("POST", "/v1/job/submit",
                                           {{"name", "smoke"},
                                            {"queue", kQueue},
                                            {"key", session.marker()},
                                            {"retention", "ephemeral"},
                                            {"announce", true}});
    session.job_id = text_of(body, "id");
    return session.job_id;
}

std::string job_status(Session& session) {
    const json::object body = session.must("GET", "/jobs/" + session.job_id);
    const std::string status = text_of(body, "status");
    if (status != "queued")
        throw StepFailed(fmt::format("the job is {} instead of queued", status),
                         fmt::format("nobody should lease from the queue {}", kQueue));
    return status;
}

std::string job_stop(Session& session) {
    const json::object body =
        session.must("DELETE", "/jobs/" + session.job_id + "?reason=smoke%20test");
    session.job_id.clear();
    return text_of(body, "status");
}

std::string events(Session& session) {
    const json::object body = session.must("POST", "/v1/event/list", {{"jobId", session.job_id}});
    const json::array& events = array_in(body, "events");
    if (!any_has(events, "type", "job.queued"))
        throw StepFailed("the stream of events says nothing of the job",
                         "on the server's machine: stele doctor");
    return fmt::format("{} of the job", events.size());
}

std::string graph_trace(Session& session) {
    const json::object body =
        session.must("GET", "/graph/trace?direction=both&nodeId=job:" + session.job_id);
    return fmt::format("{} nodes", array_in(body, "nodes").size());
}

std::string mesh_status(Session& session) {
    const json::object body = session.must("GET", "/mesh/status");
    return fmt::format("{} instances", array_in(body, "instances").size());
}

}  // namespace stele::smoke
