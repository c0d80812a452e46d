#include <fmt/format.h>

#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"
#include "foundation/base/error.hpp"

namespace stele::reference {

namespace {

std::string_view meaning_of(Code code) {
    switch (code) {
        case Code::invalid_argument:
            return "The input is wrong. The message names each wrong field.";
        case Code::unauthenticated:
            return "There is no valid credential.";
        case Code::forbidden:
            return "The credential is valid and may not do this.";
        case Code::not_found:
            return "There is no such thing for this caller.";
        case Code::conflict:
            return "The state of the thing forbids it.";
        case Code::too_large:
            return "A body, a batch or a value is over its bound.";
        case Code::rate_limited:
            return "Too many calls. Try again later.";
        case Code::unsupported:
            return "This method, media type or version is not supported.";
        case Code::cancelled:
            return "The caller went away, or asked to stop.";
        case Code::deadline_exceeded:
            return "The time for the request has passed.";
        case Code::unavailable:
            return "The database or the embedder does not answer.";
        case Code::configuration:
            return "A setting is wrong or missing. Nothing was started.";
        case Code::refused:
            return "Refused for safety: a confirmation is missing, or a guard said no.";
        case Code::failed:
            return "The operation ran and failed.";
        case Code::internal:
            return "A bug in Stele.";
    }
    return "";
}

constexpr std::string_view kProblem = R"(
```json
{"type": "about:blank", "title": "Bad Request", "status": 400,
 "detail": "limit: expected an integer", "error": "limit: expected an integer",
 "code": "invalid_argument", "hint": "…", "retryable": false, "requestId": "…"}
```

)";

constexpr std::string_view kFromTheHead =
    "A request can be refused before an operation sees it, by its head alone, in this order: page "
    "of another origin 403, credential 401, route 404, method 405, media type 415, scopes 403, "
    "tenant headers 400 and 403, rate 429, size of the body 413. A head that is too large is 431, "
    "a malformed one 400. When all workers are busy and the queue is full the answer is 503 with "
    "Retry-After.";

constexpr std::string_view kExitCodes[] = {"done", "the operation failed", "usage or configuration",
                                           "database", "refused for safety"};

}  // namespace

std::string errors_page() {
    std::string out = title("Errors", "errors") +
                      prose(
                          "Every error has a code, a message and mostly a hint: what to do about "
                          "it. `retryable` says that the very same request may succeed later.") +
                      "\n\n| code | HTTP | exit code | meaning |\n|---|---|---|---|\n";
    for (int i = 0; i <= int(Code::internal); ++i) {
        const auto code = Code(i);
        out += fmt::format("| `{}` | {} | {} | {} |\n", name_of(code), http_status_of(code),
                           exit_code_of(code), meaning_of(code));
    }
    out += "\n## Over HTTP\n\nAn error is `application/problem+json` (RFC 9457):\n";
    out += std::string(kProblem) + prose(kFromTheHead) + "\n";
    out += "\n## Over MCP\n\n" +
           prose(
               "The result has `isError`, and the message and the hint as text. What is no call "
               "of a tool is answered by a JSON-RPC error.") +
           "\n\n## In the shell\n\n" +
           prose(
               "The message goes to standard error; with `--json` standard output has "
               "`{\"error\": …}`. Exit codes:") +
           "\n\n";
    for (int i = 0; i < int(std::size(kExitCodes)); ++i)
        out += item(fmt::format("{}: {}", i, kExitCodes[i]));
    return out;
}

}  // namespace stele::reference
