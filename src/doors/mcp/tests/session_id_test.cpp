// Sessions that go on where they were not opened: after a restart, or at a server beside.
#include "doors/mcp/session_id.hpp"

#include "transport.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

HttpOptions signing_with(const std::string& key) {
    HttpOptions options = patient();
    options.session_key = key;
    return options;
}

TEST(SessionIds, HoldWhatWasNegotiated) {
    const SessionIds ids("key");
    const Negotiated said{.version = "2025-06-18",
                          .client_info = {{"name", "ada's \"client\" ü"}, {"version", "1"}},
                          .client_offers = {"elicitation", "roots"}};
    const std::string id = ids.issue(said, caller_of("ada"));
    for (const char c : id) EXPECT_TRUE(c > 0x20 && c < 0x7f) << id;
    EXPECT_NE(id, ids.issue(said, caller_of("ada")));
    const auto read = SessionIds("key").read(id, caller_of("ada"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->version, said.version);
    EXPECT_EQ(read->client_info, said.client_info);
    EXPECT_EQ(read->client_offers, said.client_offers);
}

TEST(SessionIds, AreGoodForWhomTheyWereIssuedTo) {
    const SessionIds ids("key");
    const runtime::Caller ada = caller_of("ada");
    const std::string id = ids.issue({.version = "2025-11-25"}, ada);
    runtime::Caller elsewhere = ada;
    elsewhere.project = Uuid::v7();
    EXPECT_TRUE(ids.read(id, ada));
    EXPECT_FALSE(ids.read(id, caller_of("eve")));
    EXPECT_FALSE(ids.read(id, elsewhere));
    EXPECT_FALSE(SessionIds("another").read(id, ada));
    for (std::size_t at = 0; at < id.size(); ++at) {
        std::string changed = id;
        changed[at] = changed[at] == '0' ? '1' : '0';
        EXPECT_FALSE(ids.read(changed, ada)) << at;
    }
    for (const std::string& bad : {std::string(), std::string("."), std::string(".."), id + "0",
                                   id.substr(1), std::string(10'000, 'a')})
        EXPECT_FALSE(ids.read(bad, ada)) << bad.substr(0, 100);
}

TEST(Sessions, GoOnAtAnotherServer) {
    Server first(signing_with("key"));
    const std::string session = first.open("ada", {{"elicitation", json::object{}}});
    first.transport->stop();

    Server second(signing_with("key"));
    const json::object call =
        make_request(1, "tools/call", {{"name", "quick"}, {"arguments", json::object{}}});
    EXPECT_EQ(second.post(call, session, "eve").status, 404);
    const http::Response answer = second.post(call, session, "ada");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_of(body_of(answer).at("result").as_object()), "quick");
    EXPECT_EQ(second.transport->sessions(), 1u);
    // It knows what the client offers.
    Reader reader(
        second.post(make_request(2, "tools/call", {{"name", "ask"}}), session, "ada").events);
    EXPECT_EQ(reader.wait(2).at(1).message().at("method"), "elicitation/create");

    Server stranger(signing_with("another"));
    EXPECT_EQ(stranger.post(call, session, "ada").status, 404);
}

TEST(Sessions, ThatTheirClientEndedDoNotGoOn) {
    Server first(signing_with("key"));
    const std::string session = first.open();
    Server second(signing_with("key"));
    EXPECT_EQ(second.request("DELETE", "", {{"Mcp-Session-Id", session}}).status, 204);
    EXPECT_EQ(second.call(session, "quick").status, 404);
    EXPECT_EQ(second.transport->sessions(), 0u);
}

TEST(Sessions, AListenerComesBackToAnotherServer) {
    Server first(signing_with("key"));
    const std::string session = first.open();
    Reader listener(first.get(session).events);
    const std::string last = listener.wait(1).at(0).id;
    first.transport->stop();

    Server second(signing_with("key"));
    const http::Response again = second.get(session, last);
    EXPECT_TRUE(again.events) << again.body;
    // An answer that was under way is lost, and that is said.
    EXPECT_EQ(second.get(session, "7-1").status, 400);
}

TEST(Sessions, AreOneHoweverManyRequestsComeAtOnce) {
    const std::string session = Server(signing_with("key")).open();
    Server server(signing_with("key"));
    std::vector<std::thread> threads;
    std::atomic<int> answered = 0;
    for (int id = 1; id <= 8; ++id)
        threads.emplace_back([&, id] {
            if (server.call(session, "quick", id).status == 200) ++answered;
        });
    for (std::thread& one : threads) one.join();
    EXPECT_EQ(answered, 8);
    EXPECT_EQ(server.transport->sessions(), 1u);
}

// The answer alone, as JSON, to a client that reads no streams.
TEST(HttpTransport, AnswersInJsonWhoAcceptsNothingElse) {
    Server server;
    const std::string session = server.open();
    const auto ask = [&](std::string_view tool) {
        Headers headers = Server::usual(session);
        headers.at(1).value = "application/json";
        return server.request("POST", serialize(make_request(5, "tools/call", {{"name", tool}})),
                              headers);
    };
    for (const char* tool : {"quick", "chatty"}) {
        const http::Response answer = ask(tool);
        EXPECT_FALSE(answer.events);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(body_of(answer).at("id"), 5);
        EXPECT_TRUE(body_of(answer).contains("result"));
    }
    server.gate->open();
    EXPECT_EQ(text_of(body_of(ask("poll")).at("result").as_object()), "polled");
}

TEST(HttpTransport, SaysThatItTakesTooLongForWhoAcceptsNoStream) {
    HttpOptions options = patient();
    options.answer_wait = std::chrono::milliseconds(1);
    Server server(options);
    const std::string session = server.open();
    Headers headers = Server::usual(session);
    headers.at(1).value = "application/json";
    const http::Response late = server.request(
        "POST", serialize(make_request(6, "tools/call", {{"name", "wait"}})), headers);
    EXPECT_EQ(late.status, 504);
    EXPECT_EQ(body_of(late).at("id"), 6);
    server.gate->open();
}

TEST(HttpTransport, TheUrlChoosesTools) {
    Server server;
    server.catalog->choose_tools = [](std::string_view chosen) {
        if (chosen == "none") throw Error(Code::configuration, "tools: there is no none", "ask");
        return chosen.empty() ? ToolNames{"quick"} : ToolNames{std::string(chosen)};
    };
    const auto send = [&](const json::object& message, const std::string& session,
                          const std::string& tools) {
        http::Request request;
        request.head.method = "POST";
        request.head.headers = Server::usual(session);
        if (!tools.empty()) request.head.query = {{"tools", tools}};
        request.body = serialize(message);
        return server.transport->handle(request, {});
    };
    EXPECT_EQ(send(initialize_request(), "", "none").status, 400);
    for (const std::string tools : {"", "chatty"}) {
        std::string session;
        for (const http::Header& header : send(initialize_request(), "", tools).headers)
            if (header.name == "Mcp-Session-Id") session = header.value;
        const json::object listed =
            body_of(send(make_request(1, "tools/list", {}), session, tools));
        const json::array names = listed.at("result").at("tools").as_array();
        ASSERT_EQ(names.size(), 1u);
        EXPECT_EQ(names[0].at("name"), tools.empty() ? "quick" : "chatty");
    }
}

}  // namespace
}  // namespace stele::mcp
