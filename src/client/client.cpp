#include "client/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"

namespace stele::client {

namespace {

constexpr std::chrono::milliseconds kTotal{35'000};  // the server's own bound, and the way
constexpr std::chrono::milliseconds kConnect{5'000};
constexpr std::size_t kReplyBytes = 256 << 20;  // 500 jobs with all that happened to them
constexpr std::size_t kShownBytes = 300;

std::vector<std::string> headers(const Caller& caller) {
    std::vector<std::string> out{"Content-Type: application/json",
                                 "User-Agent: stele-client/" STELE_VERSION};
    if (!caller.org.empty()) out.push_back("X-Stele-Org: " + caller.org);
    if (!caller.project.empty()) out.push_back("X-Stele-Project: " + caller.project);
    if (!caller.instance.empty()) out.push_back("X-Stele-Instance: " + caller.instance);
    return out;
}

Code code_of(const json::object& problem, int status) {
    const std::string name = text_of(problem, "code");
    for (int i = 0; i <= int(Code::internal); ++i)
        if (name_of(Code(i)) == name) return Code(i);
    if (status == 401) return Code::unauthenticated;
    if (status == 429) return Code::rate_limited;
    return status >= 500 ? Code::unavailable : Code::failed;
}

[[noreturn]] void refused(std::string_view operation, const http::Reply& reply) {
    const json::object problem = object_of(reply.body);
    const Code code = code_of(problem, reply.status);
    std::string said = text_of(problem, "detail");
    if (said.empty()) said = fmt::format("answered {}", reply.status);
    std::string hint = text_of(problem, "hint");
    if (hint.empty() && code == Code::unauthenticated)
        hint = "set STELE_TOKEN or STELE_TOKEN_FILE to the server's token";
    const json::value* retryable = problem.if_contains("retryable");
    throw Error(
        code, fmt::format("{}: {}", operation, excerpt(said, kShownBytes)), hint, {},
        code == Code::unavailable || (retryable && retryable->is_bool() && retryable->get_bool()));
}

}  // namespace

Client::Client(const std::string& url, const std::string& token, const Caller& caller)
    : url_(http::checked_url(url)),
      http_(http::OutboundPolicy::own(url_, token), headers(caller)) {}

json::object Client::call(std::string_view operation, const json::object& input,
                          std::chrono::milliseconds wait) {
    std::string path(operation);
    std::ranges::replace(path, '.', '/');
    http::Reply reply;
    try {
        reply = http_.send("POST", url_ + "/v1/" + path, serialize(input),
                           {kTotal + wait, kConnect, kReplyBytes});
    } catch (const http::TransportError& error) {
        throw Error(Code::unavailable, fmt::format("{}: {}", operation, error.what()),
                    "is `stele serve` running at " + url_ + "?", {}, true);
    }
    if (reply.status / 100 != 2) refused(operation, reply);
    json::object out = object_of(reply.body);
    if (out.empty())
        throw Error(Code::unavailable, fmt::format("{}: the answer is no JSON object", operation),
                    "is it Stele that listens there?", {}, true);
    return out;
}

std::string Client::submit(const std::string& name, const json::value& input,
                           const json::object& options) {
    json::object wanted = options;
    wanted["name"] = name;
    if (!input.is_null()) wanted["input"] = input;
    return std::string(call("job.submit", wanted).at("id").as_string());
}

json::object Client::get(const std::string& id) {
    return call("job.get", {{"jobId", id}});
}

json::object Client::wait(const std::string& id, std::chrono::milliseconds time) {
    return call("job.wait", {{"jobId", id}, {"waitMs", time.count()}}, time);
}

void Client::signal(const std::string& id, const std::string& name, const json::value& payload) {
    call("job.signal", {{"jobId", id}, {"name", name}, {"payload", payload}});
}

}  // namespace stele::client
