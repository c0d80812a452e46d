// Whose a session is, what a caller sees, and what is refused for want of a scope.
#include "transport.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

TEST(Callers, ASessionBelongsToATenantToo) {
    Server server;
    runtime::Caller one = caller_of("ada"), other = one;
    one.org = other.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
    other.project = *Uuid::parse("22222222-2222-4222-8222-222222222222");
    const std::string session = server.open_as(one);
    const json::value ping = make_request(1, "ping", {});
    EXPECT_EQ(server.post_as(one, ping, session).status, 200);
    EXPECT_EQ(server.post_as(other, ping, session).status, 404);
    EXPECT_EQ(server.request_as(other, "GET", "", Server::usual(session)).status, 404);
    EXPECT_EQ(server.request_as(other, "DELETE", "", Server::usual(session)).status, 404);
    // The place may differ from one request to the next.
    one.scope = "project:/elsewhere";
    EXPECT_EQ(server.post_as(one, ping, session).status, 200);
}

TEST(Callers, ChangesAreToldToTheTenantTheyAreOf) {
    Server server;
    runtime::Caller one = caller_of("ada"), other = one;
    other.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
    const json::value subscribe = make_request(1, "resources/subscribe", {{"uri", "note://one"}});
    const auto listener_of = [&](const runtime::Caller& caller) {
        const std::string session = server.open_as(caller);
        EXPECT_EQ(server.post_as(caller, subscribe, session).status, 200);
        return server.request_as(caller, "GET", "", Server::usual(session)).events;
    };
    Reader mine(listener_of(one)), theirs(listener_of(other));
    server.catalog->announcer->announce("note://one", &one);
    server.catalog->announcer->announce("note://one", &other);
    server.catalog->announcer->announce("note://one", &other);
    EXPECT_EQ(theirs.wait(3).size(), 3u);  // the priming event, then both of theirs
    server.transport->stop();
    EXPECT_EQ(mine.rest().size(), 2u);
}

TEST(Callers, WithoutTheScopeTheAnswerIs403BeforeAStreamBegins) {
    Server server(hasty());
    server.catalog->tools[0].needs.scopes = runtime::ScopeSet::of({"memory:read", "chat:read"});
    server.catalog->resources[0].needs.scopes = runtime::ScopeSet::of({"memory:read"});
    runtime::Caller caller = caller_of("service:ci");
    caller.scopes = runtime::ScopeSet::of({"chat:read"});
    const std::string session = server.open_as(caller);
    const auto refused = [&](std::string_view method, json::object params) {
        const http::Response answer =
            server.post_as(caller, make_request(1, method, std::move(params)), session);
        EXPECT_EQ(answer.status, 403) << method;
        EXPECT_FALSE(answer.events);
        for (const http::Header& header : answer.headers)
            if (header.name == "WWW-Authenticate") return header.value;
        return std::string();
    };
    EXPECT_EQ(refused("tools/call", {{"name", "quick"}}),
              "Bearer error=\"insufficient_scope\", scope=\"chat:read memory:read\"");
    EXPECT_EQ(refused("resources/read", {{"uri", "note://one"}}),
              "Bearer error=\"insufficient_scope\", scope=\"memory:read\"");
    refused("resources/subscribe", {{"uri", "note://one"}});
    const json::object tools =
        body_of(server.post_as(caller, make_request(1, "tools/list", {}), session));
    for (const json::value& tool : tools.at("result").at("tools").as_array())
        EXPECT_NE(tool.at("name"), "quick") << "listed for who cannot call it";
    EXPECT_EQ(tools.at("result").at("tools").as_array().size(), server.catalog->tools.size() - 1);
    caller.scopes = caller.scopes | runtime::ScopeSet::of({"memory:read"});
    EXPECT_EQ(
        server.post_as(caller, make_request(2, "tools/call", {{"name", "quick"}}), session).status,
        200);
}

}  // namespace
}  // namespace stele::mcp
