// The client against our own server: methods, headers, bounds, and what counts as no reply.
#include "foundation/http/client.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <memory>

#include "server_fixture.hpp"

namespace stele::http {
namespace {

using ::testing::HasSubstr;

class ClientTest : public test::ServerTest {
  protected:
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server->port()) + path;
    }
    Client client{OutboundPolicy::own("http://127.0.0.1"), {"X-Seen: yes"}};
    Client::Limits limits{std::chrono::seconds(5), std::chrono::seconds(5), 1000};
};

TEST_F(ClientTest, SendsMethodHeadersAndBody) {
    options.handle = [](const Request& request) {
        return Response{.status = 201,
                        .headers = {{"Retry-After", "7"}},
                        .body = request.head.method + " " + request.head.target + " " +
                                std::string(request.head.header("x-seen").value_or("no")) + " " +
                                request.body};
    };
    start();
    const Reply reply = client.send("POST", url("/a?b=c"), "hello", limits);
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, "POST /a?b=c yes hello");
    EXPECT_EQ(reply.retry_after, std::chrono::seconds(7));
    EXPECT_EQ(client.send("GET", url("/"), "not sent", limits).body, "GET / yes ");
    EXPECT_EQ(client.send("DELETE", url("/"), "", limits).body, "DELETE / yes ");
    EXPECT_EQ(client.send("POST", url("/"), "", limits).body, "POST / yes ");
}

TEST_F(ClientTest, ALongReplyAndALateOneAreNone) {
    // The server outlives this test's variables.
    const auto gate = std::make_shared<test::Gate>();
    options.handle = [gate](const Request& request) {
        if (request.head.path == "/late") gate->wait();
        return Response{.body = std::string(1001, 'x')};
    };
    start();
    EXPECT_THROW(client.send("GET", url("/"), "", limits), TransportError);
    limits.total = std::chrono::milliseconds(50);
    try {
        client.send("GET", url("/late"), "", limits);
        ADD_FAILURE();
    } catch (const TransportError& error) {
        EXPECT_TRUE(error.timed_out());
    }
    gate->open();
}

TEST_F(ClientTest, OtherProtocolsAndRedirectsAreNotFollowed) {
    options.handle = [](const Request&) {
        return Response{.status = 302, .headers = {{"Location", "/elsewhere"}}};
    };
    start();
    EXPECT_EQ(client.send("GET", url("/"), "", limits).status, 302);
    EXPECT_EQ(handled, 1);
    EXPECT_THROW(client.send("GET", "file:///etc/hostname", "", limits), TransportError);
}

}  // namespace
}  // namespace stele::http
