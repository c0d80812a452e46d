#include "transport.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

TEST(HttpTransport, AQuickCallIsPlainJson) {
    Server server;
    const std::string session = server.open();
    EXPECT_GE(session.size(), 32u);
    const http::Response answer = server.call(session, "quick");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(text_of(body_of(answer).at("result").as_object()), "quick");
    const http::Response ping = server.post(make_request("p", "ping", {}), session);
    EXPECT_EQ(body_of(ping).at("id"), "p");
}

TEST(HttpTransport, NotificationsAndAnswersAreAccepted) {
    Server server;
    const std::string session = server.open();
    const auto accepted = [&](const json::value& message) {
        const http::Response response = server.post(message, session);
        return response.status == 202 && response.body.empty() && response.content_type.empty();
    };
    EXPECT_TRUE(accepted(make_notification("notifications/initialized", {})));
    EXPECT_TRUE(accepted(make_result(77, json::object{})));
}

TEST(HttpTransport, RefusesWhatIsNotSpokenHere) {
    Server server;
    const std::string session = server.open();
    const std::string ping = serialize(make_request(1, "ping", {}));
    const auto status = [&](std::string_view method, const std::string& body, Headers headers) {
        const http::Response response = server.request(method, body, std::move(headers));
        EXPECT_TRUE(body_of(response).contains("error")) << response.body;
        return response.status;
    };
    const http::Header accept{"Accept", "application/json, text/event-stream"};
    const http::Header type{"Content-Type", "application/json; charset=utf-8"};
    const http::Header id{"Mcp-Session-Id", session};
    EXPECT_EQ(status("PUT", ping, {accept, type, id}), 405);
    EXPECT_EQ(status("POST", ping, {accept, id}), 415);
    EXPECT_EQ(status("POST", ping, {accept, {"Content-Type", "text/plain"}, id}), 415);
    EXPECT_EQ(status("POST", ping, {type, id, {"Accept", "text/event-stream"}}), 406);
    EXPECT_EQ(status("POST", ping, {type, id, {"Accept", "text/html"}}), 406);
    EXPECT_EQ(status("GET", "", {id, {"Accept", "application/json"}}), 406);
    EXPECT_EQ(status("POST", ping, {accept, type, id, {"MCP-Protocol-Version", "1999-01-01"}}),
              400);
    EXPECT_EQ(status("POST", "{bad", {accept, type, id}), 400);
    EXPECT_EQ(status("POST", "5", {accept, type, id}), 400);
    EXPECT_EQ(status("POST", "[" + ping + "]", {accept, type, id}), 400);
    EXPECT_EQ(status("POST", ping, {accept, type}), 400);
    EXPECT_EQ(status("POST", ping, {accept, type, {"Mcp-Session-Id", "nobody"}}), 404);
    EXPECT_EQ(status("GET", "", {accept, {"Mcp-Session-Id", "nobody"}}), 404);
    EXPECT_EQ(status("DELETE", "", {}), 400);
    EXPECT_EQ(server.request("POST", ping, {type, id, {"Accept", "*/*"}}).status, 200);
    EXPECT_EQ(server.request("POST", ping, {type, id}).status, 200);
}

TEST(HttpTransport, InitializeMustSucceedToOpenASession) {
    Server server;
    const http::Response response = server.post(make_request(1, "initialize", {}), "");
    EXPECT_EQ(body_of(response).at("error").at("code"), rpc::kInvalidParams);
    EXPECT_EQ(server.transport->sessions(), 0u);
    const std::string session = server.open();
    const http::Response again = server.post(initialize_request(), session);
    EXPECT_EQ(body_of(again).at("error").at("code"), rpc::kInvalidRequest);
    EXPECT_EQ(server.transport->sessions(), 1u);
}

TEST(HttpTransport, ASessionBelongsToWhoOpenedIt) {
    Server server;
    const std::string session = server.open("ada");
    EXPECT_EQ(server.post(make_request(1, "ping", {}), session, "ada").status, 200);
    EXPECT_EQ(server.post(make_request(1, "ping", {}), session, "eve").status, 404);
}

TEST(HttpTransport, DeleteEndsTheSessionAndItsCalls) {
    Server server(hasty());
    const std::string session = server.open();
    Reader stream(server.call(session, "wait").events);
    Reader listener(server.get(session).events);
    server.gate->wait_until_somebody_waits();
    EXPECT_EQ(server.request("DELETE", "", {{"Mcp-Session-Id", session}}).status, 204);
    EXPECT_EQ(stream.rest().size(), 1u);  // the priming event, and no answer
    listener.rest();
    EXPECT_EQ(server.call(session, "quick").status, 404);
    EXPECT_EQ(server.transport->sessions(), 0u);
}

TEST(HttpTransport, ALongCallBecomesAStream) {
    Server server(hasty());
    const std::string session = server.open();
    const http::Response answer = server.call(session, "wait");
    ASSERT_TRUE(answer.events);
    Reader reader(answer.events);
    const auto priming = reader.wait(1);
    EXPECT_EQ(priming[0].data, "");
    EXPECT_EQ(priming[0].retry, "1000");
    server.gate->open();
    const auto events = reader.rest();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text_of(events[1].message().at("result").as_object()), "passed");
}

TEST(HttpTransport, ACallThatSaysSomethingBecomesAStream) {
    Server server;
    for (const std::string_view version : {"2025-11-25", "2025-06-18"}) {
        const std::string session = server.open("local", {}, version);
        Reader reader(server.call(session, "chatty").events);
        auto events = reader.rest();
        // Clients before 2025-11-25 cannot read an event without data.
        if (version == "2025-11-25") {
            EXPECT_EQ(events.at(0).data, "");
            events.erase(events.begin());
        }
        ASSERT_EQ(events.size(), 2u);
        EXPECT_EQ(events[0].message().at("method"), "notifications/message");
        EXPECT_EQ(events[1].message().at("id"), 1);
    }
}

TEST(HttpTransport, TheAnswerToABrokenStreamIsFetchedWithItsLastEvent) {
    Server server;
    const std::string session = server.open();
    const http::Response answer = server.call(session, "poll");
    Reader first(answer.events);
    const auto before = first.rest();
    ASSERT_EQ(before.size(), 1u);
    server.gate->open();
    Reader resumed(server.get(session, before[0].id).events);
    const auto events = resumed.rest();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(text_of(events[0].message().at("result").as_object()), "polled");
    EXPECT_EQ(server.get(session, "1-99").status, 400);
    EXPECT_EQ(server.get(session, "nonsense").status, 400);
}

TEST(HttpTransport, QuestionsToTheClientAreAnsweredByPost) {
    Server server;
    const std::string session = server.open("local", {{"elicitation", json::object{}}});
    Reader reader(server.call(session, "ask").events);
    const json::object question = reader.wait(2).at(1).message();
    EXPECT_EQ(question.at("method"), "elicitation/create");
    const http::Response accepted =
        server.post(make_result(question.at("id"), {{"action", "accept"}}), session);
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(text_of(reader.rest().at(2).message().at("result").as_object()), "accept");
}

TEST(HttpTransport, ACancelledCallEndsWithoutAnAnswer) {
    Server server;
    const std::string session = server.open();
    http::Response answer;
    std::thread caller([&] { answer = server.call(session, "wait", "c"); });
    server.gate->wait_until_somebody_waits();
    server.post(make_notification("notifications/cancelled", {{"requestId", "c"}}), session);
    caller.join();
    EXPECT_EQ(answer.status, 202);
    EXPECT_TRUE(answer.body.empty());
}

TEST(HttpTransport, ChangesOfResourcesReachTheListener) {
    Server server;
    const std::string session = server.open();
    server.post(make_request(1, "resources/subscribe", {{"uri", "note://one"}}), session);
    Reader listener(server.get(session).events);
    server.catalog->announcer->announce("note://one");
    const auto events = listener.wait(2);
    EXPECT_EQ(events.at(1).message().at("params").at("uri"), "note://one");
    listener.disconnect();
    server.catalog->announcer->announce("note://one");
    Reader resumed(server.get(session, events[1].id).events);
    EXPECT_EQ(resumed.wait(1).at(0).message().at("method"), "notifications/resources/updated");
}

TEST(HttpTransport, IdleSessionsGiveTheirMemoryBackAndGoOnWhenTheyAreUsed) {
    HttpOptions options = patient();
    options.session_idle = std::chrono::minutes(10);
    Server server(options);
    const std::string idle = server.open();
    const std::string listening = server.open();
    const Reader listener(server.get(listening).events);
    server.pass_time(std::chrono::minutes(9));
    EXPECT_EQ(server.call(idle, "quick").status, 200);
    server.pass_time(std::chrono::minutes(9));
    EXPECT_EQ(server.call(idle, "quick").status, 200);
    server.pass_time(std::chrono::minutes(11));
    server.open();
    EXPECT_EQ(server.transport->sessions(), 2u);  // the new one and the one that listens
    EXPECT_EQ(server.call(listening, "quick").status, 200);
    EXPECT_EQ(server.call(idle, "quick").status, 200);
    EXPECT_EQ(server.transport->sessions(), 3u);
}

TEST(HttpTransport, ANewSessionTakesThePlaceOfTheLongestIdle) {
    HttpOptions options = patient();
    options.sessions = 2;
    Server server(options);
    const std::string first = server.open();
    server.pass_time(std::chrono::seconds(1));
    const std::string second = server.open();
    server.pass_time(std::chrono::seconds(1));
    EXPECT_EQ(server.call(first, "quick").status, 200);
    const std::string third = server.open();
    EXPECT_EQ(server.transport->sessions(), 2u);

    const Reader a(server.get(first).events);
    const Reader b(server.get(third).events);
    const http::Response full = server.post(initialize_request(), "");
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(server.call(second, "quick").status, 503);
    EXPECT_EQ(server.transport->sessions(), 2u);
}

TEST(HttpTransport, TooManyCallsAreTurnedAway) {
    HttpOptions options = hasty();
    options.workers = 1;
    options.queue = 0;
    Server server(options);
    const std::string session = server.open();
    Reader running(server.call(session, "wait", 1).events);
    server.gate->wait_until_somebody_waits();
    const http::Response turned = server.call(session, "quick", 2);
    EXPECT_EQ(turned.status, 503);
    EXPECT_EQ(body_of(turned).at("id"), 2);
    EXPECT_EQ(turned.headers.at(0).name, "Retry-After");
    EXPECT_EQ(server.post(make_request(3, "ping", {}), session).status, 200);
    server.gate->open();
    running.rest();
}

TEST(HttpTransport, StopEndsEverything) {
    Server server(hasty());
    const std::string session = server.open();
    Reader running(server.call(session, "wait").events);
    server.transport->stop();
    running.rest();
    EXPECT_EQ(server.call(session, "quick").status, 404);
    EXPECT_EQ(server.post(initialize_request(), "").status, 503);
}

}  // namespace
}  // namespace stele::mcp
