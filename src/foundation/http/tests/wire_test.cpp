#include "foundation/http/wire.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "foundation/http/problem.hpp"

namespace stele::http {
namespace {

using namespace std::chrono_literals;

TEST(Wire, WritesAHeadWithALength) {
    const Response response{.status = 404, .headers = {{"Allow", "GET"}}};
    EXPECT_EQ(response_head(response, {.length = 12, .request_id = "r1"}),
              "HTTP/1.1 404 Not Found\r\n"
              "Content-Type: application/json\r\n"
              "Content-Length: 12\r\n"
              "X-Request-Id: r1\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Allow: GET\r\n\r\n");
}

TEST(Wire, NamesTheFateOfTheConnectionWhenItIsNotTheVersionsDefault) {
    const auto head = [](bool http11, bool keep) {
        return response_head({}, {.http11 = http11, .keep_alive = keep, .request_id = "r"});
    };
    EXPECT_EQ(head(true, true).find("Connection"), std::string::npos);
    EXPECT_NE(head(true, false).find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(head(false, true).find("Connection: keep-alive\r\n"), std::string::npos);
    EXPECT_NE(head(false, false).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(head(false, true).rfind("HTTP/1.0 200 OK\r\n", 0), 0u);
}

TEST(Wire, RefusesResponsesThatWouldBreakTheFraming) {
    const std::vector<Response> bad{
        {.status = 100},
        {.status = 600},
        {.content_type = "text/plain\r\nX: y"},
        {.headers = {{"X", "a\r\nSet-Cookie: b"}}},
        {.headers = {{"X\r\nY", "a"}}},
        {.headers = {{"", "a"}}},
        {.headers = {{"content-length", "1"}}},
        {.headers = {{"Transfer-Encoding", "chunked"}}},
        {.headers = {{"Connection", "close"}}},
    };
    for (const Response& response : bad) EXPECT_THROW(check_response(response), Error);
    EXPECT_NO_THROW(check_response({.status = 599, .headers = {{"Set-Cookie", "a=b; HttpOnly"}}}));
}

TEST(Wire, WritesEvents) {
    EXPECT_EQ(event_text({.data = "x"}), "data: x\n\n");
    EXPECT_EQ(event_text({.id = "7", .event = "job.started", .data = "{}"}),
              "id: 7\nevent: job.started\ndata: {}\n\n");
    EXPECT_EQ(event_text({.id = "7", .retry = 500ms}), "id: 7\nretry: 500\ndata: \n\n");
}

TEST(Wire, GivesEveryLineOfDataItsOwnField) {
    EXPECT_EQ(event_text({.data = "a\nb\r\nc\rd\n"}),
              "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
    EXPECT_EQ(event_text({.data = "a\n\nevent: forged"}),
              "data: a\ndata: \ndata: event: forged\n\n");
}

TEST(Wire, RefusesEventsThatForgeFields) {
    EXPECT_THROW(event_text({.id = "1\ndata: x"}), Error);
    EXPECT_THROW(event_text({.id = std::string("1\0", 2)}), Error);
    EXPECT_THROW(event_text({.event = "a\rb"}), Error);
}

TEST(Wire, WritesChunkHeads) {
    EXPECT_EQ(chunk_head(1), "1\r\n");
    EXPECT_EQ(chunk_head(0x1F2E), "1f2e\r\n");
}

json::object body_of(const Response& response) {
    return parse_json(response.body, "the problem").as_object();
}

TEST(Problem, SaysAllThatAnErrorKnows) {
    const Error error(Code::not_found, "No memory has this id", "List them with memory list",
                      {{"id", "7"}});
    const Response response = problem(error, "r1");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(body_of(response), (json::object{{"type", "urn:stele:error:not_found"},
                                               {"title", "Not found"},
                                               {"status", 404},
                                               {"detail", "No memory has this id"},
                                               {"error", "No memory has this id"},
                                               {"code", "not_found"},
                                               {"hint", "List them with memory list"},
                                               {"details", {{"id", "7"}}},
                                               {"retryable", false},
                                               {"requestId", "r1"}}));
}

TEST(Problem, LeavesOutWhatIsEmptyAndTellsWhenToComeBack) {
    const Response response =
        problem(Error(Code::unavailable, "The database is down", {}, {}, true), "");
    const json::object body = body_of(response);
    EXPECT_EQ(response.status, 503);
    EXPECT_FALSE(body.contains("hint"));
    EXPECT_FALSE(body.contains("details"));
    EXPECT_FALSE(body.contains("requestId"));
    EXPECT_TRUE(body.at("retryable").as_bool());
    const auto has = [&](std::string_view name) {
        return std::any_of(response.headers.begin(), response.headers.end(),
                           [&](const Header& header) { return header.name == name; });
    };
    EXPECT_TRUE(has("Retry-After"));
    EXPECT_FALSE(has("WWW-Authenticate"));
}

TEST(Problem, AsksForACredential) {
    const Response response = problem(Error(Code::unauthenticated, "A token is needed"), "r");
    EXPECT_EQ(response.headers.back().name, "WWW-Authenticate");
    EXPECT_EQ(response.headers.back().value, "Bearer");
}

TEST(Problem, OfAStatusUsesItsOwnWords) {
    const json::object body = body_of(problem(413, "Too much", "r2"));
    EXPECT_EQ(body, (json::object{{"type", "about:blank"},
                                  {"title", "Content Too Large"},
                                  {"status", 413},
                                  {"detail", "Too much"},
                                  {"error", "Too much"},
                                  {"code", "too_large"},
                                  {"retryable", false},
                                  {"requestId", "r2"}}));
}

TEST(Problem, ShowsNoSecrets) {
    const std::string url = "postgres://stele:hunter2secret@db/stele";
    const Error error(Code::unavailable, "Cannot reach " + url, "Check " + url,
                      {{"url", url}, {"all", json::array{json::object{{"url", url}}}}});
    EXPECT_EQ(problem(error, "r").body.find("hunter2secret"), std::string::npos);
}

}  // namespace
}  // namespace stele::http
