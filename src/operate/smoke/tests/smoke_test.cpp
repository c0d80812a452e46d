// The smoke test against a server that a test breaks. Against the real one: tests/e2e/run-smoke.sh.
#include "operate/smoke/smoke.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "foundation/base/error.hpp"
#include "foundation/http/server.hpp"

namespace stele::smoke {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kId = "01890a5d-ac96-774b-bcce-b302099a8057";

// A stand-in that keeps one memory, and answers one path as the test says.
class DelegationStatus {
  public:
    using Handler = std::function<http::Response(const http::Request&)>;

    explicit DelegationStatus(const std::string& broken = "", Handler handler = {})
        : broken_(broken), handler_(std::move(handler)) {
        http::ServerOptions options;
        options.port = 0;
        options.workers = 1;
        options.handle = [this](const http::Request& request) { return answer(request); };
        server_ = std::make_unique<http::Server>(std::move(options));
        server_->start();
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    bool holds_memory() const { return !content_.empty(); }
    const std::string& last_authorization() const { return authorization_; }
    int calls() const { return calls_; }
    void stop() { server_->stop(); }

  private:
    http::Response answer(const http::Request& request) {
        ++calls_;
        authorization_ = request.head.header("authorization").value_or("");
        const std::string what = request.head.method + " " + request.head.path;
        if (what == broken_) return handler_(request);
        const std::string memory = std::string("/memory/") + kId;
        if (what == "GET /health") return say({{"version", "1"}});
        if (what == "GET /readyz") return say({{"database", {{"migrationVersion", "0002"}}}});
        if (what == "GET /v1/db/status") return say({{"healthy", true}});
        if (what == "POST /v1/memory/store") {
            content_ = parse_json(request.body, "body").at("content").as_string();
            return say({{"id", kId}});
        }
        if (what == "POST /v1/memory/search") return say({{"results", {{{"id", kId}}}}});
        if (what == "GET " + memory && !content_.empty())
            return say({{"memory", {{"content", content_}}}});
        if (what == "DELETE " + memory) {
            content_.clear();
            return say({{"receipt", kId}});
        }
        if (what == "POST /v1/chat/log") return say({{"id", kId}});
        if (what == "POST /v1/chat/search") return say({{"results", {{{"id", kId}}}}});
        if (what == "POST /v1/chat/forget") return say({{"receipts", {kId}}});
        if (what == "POST /v1/job/submit") return say({{"id", kId}});
        if (what == std::string("GET /jobs/") + kId) return say({{"status", "queued"}});
        if (what == std::string("DELETE /jobs/") + kId) return say({{"status", "stopped"}});
        if (what == "POST /v1/event/list") return say({{"events", {{{"type", "job.queued"}}}}});
        if (what == "GET /mesh/status") return say({{"instances", json::array{}}});
        if (what == "GET /graph/trace") return say({{"nodes", json::array{}}});
        return {.status = 404, .body = R"({"detail": "there is no such memory"})"};
    }

    static http::Response say(const json::object& body) { return {.body = serialize(body)}; }

    std::string broken_;
    Handler handler_;
    std::string content_, authorization_;
    int calls_ = 0;
    std::unique_ptr<http::Server> server_;
};

SmokeOutput try_at(const std::string& url, const std::string& token = "") {
    return smoke({.url = url, .timeout_ms = 5000, .wait_seconds = 0}, token);
}

const StepResult& step(const SmokeOutput& out, const std::string& name) {
    for (const StepResult& result : out.steps)
        if (result.step == name) return result;
    throw std::runtime_error("no step " + name);
}

DelegationStatus::Handler always(int status, const std::string& body) {
    return [=](const http::Request&) { return http::Response{.status = status, .body = body}; };
}

TEST(Smoke, EveryStepOfAHealthyServerAndNothingStays) {
    DelegationStatus stand;
    const SmokeOutput out = try_at(stand.url() + "/", "a-bearer-token");
    EXPECT_EQ(out.exit_code, 0) << render_smoke(reflect::write(out));
    ASSERT_EQ(out.steps.size(), steps().size());
    for (const StepResult& result : out.steps) {
        EXPECT_EQ(result.outcome, Outcome::ok) << result.step;
        EXPECT_FALSE(result.detail.empty()) << result.step;
    }
    EXPECT_FALSE(stand.holds_memory());
    EXPECT_EQ(stand.last_authorization(), "Bearer a-bearer-token");
    EXPECT_THAT(render_smoke(reflect::write(out)), HasSubstr("is well"));
}

TEST(Smoke, CleansUpAfterAFailedStep) {
    DelegationStatus stand("POST /v1/memory/search", always(200, R"({"results": []})"));
    const SmokeOutput out = try_at(stand.url());
    EXPECT_EQ(out.exit_code, 1);
    EXPECT_TRUE(out.reachable);
    EXPECT_EQ(step(out, "memory search").outcome, Outcome::failed);
    EXPECT_THAT(step(out, "memory search").detail, HasSubstr("not found"));
    EXPECT_EQ(step(out, "memory get").outcome, Outcome::skipped);
    EXPECT_EQ(step(out, "memory forget").outcome, Outcome::ok);
    EXPECT_FALSE(stand.holds_memory());
    EXPECT_THAT(render_smoke(reflect::write(out)), HasSubstr("skipped memory get\n"));
}

TEST(Smoke, WhatIsStillReadableWasNotForgotten) {
    const std::string memory = std::string("/memory/") + kId;
    DelegationStatus stand("DELETE " + memory, always(200, R"({"receipt": "r"})"));
    const SmokeOutput out = try_at(stand.url());
    EXPECT_EQ(out.exit_code, 1);
    EXPECT_THAT(step(out, "memory forget").detail, HasSubstr("200 instead of 404"));
}

TEST(Smoke, SaysWhatTheServerSaid) {
    DelegationStatus stand("GET /readyz", always(503, R"({"database": {"status": "unavailable",
                                               "message": "connection refused"}})"));
    const SmokeOutput out = try_at(stand.url());
    EXPECT_EQ(out.exit_code, 1);
    EXPECT_EQ(step(out, "ready").detail,
              "GET /readyz answered 503: database unavailable: connection refused");
    EXPECT_EQ(step(out, "memory store").outcome, Outcome::skipped);
    EXPECT_EQ(step(out, "memory forget").outcome, Outcome::skipped);
    EXPECT_EQ(stand.calls(), 2);
}

TEST(Smoke, AWrongTokenIsTold) {
    DelegationStatus stand("GET /v1/db/status", always(401, R"({"detail": "no valid token"})"));
    const SmokeOutput out = try_at(stand.url(), "a-wrong-token");
    EXPECT_EQ(out.exit_code, 1);
    EXPECT_THAT(out.hint, HasSubstr("STELE_TOKEN"));
    EXPECT_THAT(serialize(reflect::write(out)), Not(HasSubstr("a-wrong-token")));
}

TEST(Smoke, AnotherProgramIsNotTakenForStele) {
    for (const char* body : {"<html>It works!</html>", "[]", "{}", "{\"version\": 7}", ""}) {
        DelegationStatus stand("GET /health", always(200, body));
        const SmokeOutput out = try_at(stand.url());
        EXPECT_EQ(out.exit_code, 1) << body;
        EXPECT_EQ(out.hint, "is it Stele that listens there?") << body;
    }
}

TEST(Smoke, ARedirectIsNotFollowed) {
    DelegationStatus stand("GET /health", [](const http::Request&) {
        return http::Response{.status = 302, .headers = {{"Location", "/readyz"}}};
    });
    const SmokeOutput out = try_at(stand.url());
    EXPECT_EQ(out.exit_code, 1);
    EXPECT_THAT(out.hint, HasSubstr("redirects are not followed"));
    EXPECT_EQ(stand.calls(), 1);
}

TEST(Smoke, NobodyThereIsAnExitCodeOfItsOwn) {
    DelegationStatus stand;
    const std::string url = stand.url();
    stand.stop();
    const SmokeOutput out = try_at(url);
    EXPECT_EQ(out.exit_code, 3);
    EXPECT_FALSE(out.reachable);
    EXPECT_EQ(step(out, "health").outcome, Outcome::failed);
    EXPECT_THAT(render_smoke(reflect::write(out)), HasSubstr("cannot be reached"));
}

TEST(Smoke, WaitsForAServerThatIsStillStarting) {
    std::atomic<int> asked = 0;
    DelegationStatus stand("GET /readyz", [&](const http::Request&) {
        if (++asked < 3) return http::Response{.status = 503, .body = "{}"};
        return http::Response{.body = R"({"database": {"migrationVersion": "0002"}})"};
    });
    EXPECT_EQ(smoke({.url = stand.url(), .timeout_ms = 5000, .wait_seconds = 60}, "").exit_code, 0);
    EXPECT_EQ(asked, 4);  // three times waiting, once as a step
}

TEST(Smoke, RefusesWhatIsNoAddress) {
    for (const char* url :
         {"", "stele.example", "ftp://stele.example", "file:///etc/passwd", "http://",
          "http://u:hush@h", "http://h/?x=1", "http://h/#x", "http://h/ x"})
        try {
            try_at(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            EXPECT_THAT(error.what(), Not(HasSubstr("hush")));
        }
}

}  // namespace
}  // namespace stele::smoke
