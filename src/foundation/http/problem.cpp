#include "foundation/http/problem.hpp"

#include <utility>

#include "foundation/base/json.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/redact_json.hpp"
#include "foundation/http/wire.hpp"

namespace stele::http {

namespace {

// Long enough for a queue to move on, short enough that nobody notices.
constexpr std::string_view kRetryAfterSeconds = "1";

// "not_found" → "Not found"
std::string title_of(Code code) {
    std::string title(name_of(code));
    for (char& c : title)
        if (c == '_') c = ' ';
    title.front() = char(title.front() - 'a' + 'A');
    return title;
}

Code nearest_code(int status) {
    switch (status) {
        case 401:
            return Code::unauthenticated;
        case 403:
            return Code::forbidden;
        case 404:
            return Code::not_found;
        case 408:
            return Code::deadline_exceeded;
        case 413:
            return Code::too_large;
        case 429:
            return Code::rate_limited;
        case 501:
        case 505:
            return Code::unsupported;
        case 503:
            return Code::unavailable;
        default:
            return status < 500 ? Code::invalid_argument : Code::internal;
    }
}

Response respond(int status, json::object body, std::string_view request_id) {
    if (!request_id.empty()) body["requestId"] = request_id;
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.headers.push_back({"Cache-Control", "no-store"});
    if (status == 503 || status == 429)
        response.headers.push_back({"Retry-After", std::string(kRetryAfterSeconds)});
    if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
    response.body = serialize(body);
    return response;
}

}  // namespace

Response problem(const Error& error, std::string_view request_id) {
    const std::string_view code = name_of(error.code());
    const int status = http_status_of(error.code());
    json::object body{{"type", "urn:stele:error:" + std::string(code)},
                      {"title", title_of(error.code())},
                      {"status", status},
                      {"detail", redact(error.message())},
                      {"error", redact(error.message())},
                      {"code", code}};
    if (!error.hint().empty()) body["hint"] = redact(error.hint());
    if (!error.details().empty()) body["details"] = redacted(error.details());
    body["retryable"] = error.retryable();
    return respond(status, std::move(body), request_id);
}

Response problem(int status, std::string_view detail, std::string_view request_id) {
    const bool retryable = status == 503 || status == 429 || status == 408;
    return respond(status,
                   {{"type", "about:blank"},
                    {"title", reason_phrase(status)},
                    {"status", status},
                    {"detail", redact(detail)},
                    {"error", redact(detail)},
                    {"code", name_of(nearest_code(status))},
                    {"retryable", retryable}},
                   request_id);
}

}  // namespace stele::http
