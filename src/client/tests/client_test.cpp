// The client against a server that a test breaks.
#include "client/client.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "client/retry.hpp"
#include "foundation/base/error.hpp"
#include "foundation/http/server.hpp"

namespace stele::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class DelegationStatus {
  public:
    explicit DelegationStatus(std::function<http::Response(const http::Request&)> answer)
        : answer_(std::move(answer)) {
        http::ServerOptions options;
        options.port = 0;
        options.workers = 1;
        options.handle = [this](const http::Request& request) { return answer_(request); };
        server_ = std::make_unique<http::Server>(std::move(options));
        server_->start();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    void stop() { server_->stop(); }

  private:
    std::function<http::Response(const http::Request&)> answer_;
    std::unique_ptr<http::Server> server_;
};

http::Response answer(int status, std::string body) {
    http::Response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

Error error_of(Client& client) {
    try {
        client.get("x");
    } catch (const Error& error) {
        return error;
    }
    return {Code::internal, "it was answered"};
}

TEST(Client, SaysWhatAndOnWhoseBehalf) {
    std::string path, body, token, project, org;
    DelegationStatus stand([&](const http::Request& request) {
        path = request.head.path;
        body = request.body;
        token = request.head.header("authorization").value_or("");
        project = request.head.header("x-stele-project").value_or("");
        org = request.head.header("x-stele-org").value_or("none");
        return answer(201, R"({"id":"j1"})");
    });
    Client client(stand.url() + "/", "secret", {.project = "p"});
    EXPECT_EQ(client.submit("build", {{"at", "main"}}, {{"key", "k"}}), "j1");
    EXPECT_EQ(path, "/v1/job/submit");
    EXPECT_EQ(body, R"({"key":"k","name":"build","input":{"at":"main"}})");
    EXPECT_EQ(token, "Bearer secret");
    EXPECT_EQ(project, "p");
    EXPECT_EQ(org, "none");
}

TEST(Client, TellsWhatMayPassFromWhatWillNot) {
    http::Response next;
    DelegationStatus stand([&](const http::Request&) { return next; });
    Client client(stand.url(), "secret");
    next = answer(404, R"({"code":"not_found","detail":"no job x","hint":"look"})");
    EXPECT_EQ(error_of(client).code(), Code::not_found);
    EXPECT_THAT(error_of(client).what(), HasSubstr("no job x"));
    EXPECT_EQ(error_of(client).hint(), "look");
    EXPECT_FALSE(may_pass(error_of(client)));
    next = answer(401, "");
    EXPECT_EQ(error_of(client).code(), Code::unauthenticated);
    EXPECT_THAT(error_of(client).hint(), HasSubstr("STELE_TOKEN"));
    EXPECT_FALSE(may_pass(error_of(client)));
    for (const auto& [status, body] :
         {std::pair(502, "<html>"), {200, "<html>"}, {429, ""}, {500, R"({"code":"internal"})"}}) {
        next = answer(status, body);
        EXPECT_TRUE(may_pass(error_of(client))) << status;
    }
    stand.stop();
    EXPECT_EQ(error_of(client).code(), Code::unavailable);
    EXPECT_THAT(error_of(client).what(), Not(HasSubstr("secret")));
}

TEST(Client, KnowsAnAddressFromWhatIsNone) {
    for (const char* wrong : {"", "stele.example", "ftp://x", "http://u:p@x", "http://x?a=b"})
        EXPECT_THROW(Client{wrong}, Error) << wrong;
}

TEST(Backoff, GrowsToABoundAndIsLeftToChance) {
    Backoff backoff;
    EXPECT_LE(backoff.next(), 100ms);
    std::chrono::milliseconds last{};
    for (int i = 0; i < 20; ++i) last = backoff.next();
    EXPECT_GE(last, 2500ms);
    EXPECT_LE(last, 5000ms);
    backoff.reset();
    EXPECT_LE(backoff.next(), 100ms);
}

TEST(Insist, EndsWhenItIsGivenUp) {
    DelegationStatus stand([](const http::Request&) { return answer(503, ""); });
    Client client(stand.url());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(insist(client, "job.get", {}, stop.get_token()), Error);
}

}  // namespace
}  // namespace stele::client
