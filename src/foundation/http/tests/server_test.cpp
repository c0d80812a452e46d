#include "foundation/http/server.hpp"

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "foundation/http/framing.hpp"
#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

TEST_F(ServerTest, AnswersWithLengthIdAndNosniffAndNoServerName) {
    start();
    RawClient client = connect();
    const Reply reply = client.ask(post("/x", "hello"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.header("Content-Length"), "5");
    EXPECT_EQ(reply.header("Content-Type"), "text/plain");
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_FALSE(reply.header("Server"));
    EXPECT_FALSE(reply.header("Connection"));
    EXPECT_TRUE(reply.header("X-Request-Id"));
}

TEST_F(ServerTest, EchoesAWellFormedRequestIdAndReplacesAnother) {
    options.handle = [](const Request& request) {
        return Response{.body = request.head.request_id};
    };
    start();
    RawClient client = connect();
    const Reply kept = client.ask(get("/", "X-Request-Id: trace-7_A.b\r\n"));
    EXPECT_EQ(kept.header("X-Request-Id"), "trace-7_A.b");
    EXPECT_EQ(kept.body, "trace-7_A.b");
    const Reply replaced = client.ask(get("/", "X-Request-Id: <script>\r\n"));
    EXPECT_EQ(replaced.header("X-Request-Id"), replaced.body);
    EXPECT_TRUE(is_request_id(replaced.body));
    EXPECT_NE(client.ask(get("/")).body, replaced.body);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    options.handle = [](const Request& request) {
        if (request.head.path == "/slow") std::this_thread::sleep_for(50ms);
        return Response{.body = request.head.path + request.body};
    };
    start();
    RawClient client = connect();
    client.send(get("/slow") + post("/b", "body") + get("/c") +
                chunked("/d", "1\r\nx\r\n0\r\n\r\n") + get("/e", "Connection: close\r\n") +
                get("/never"));
    for (const char* body : {"/slow", "/bbody", "/c", "/dx", "/e"})
        EXPECT_EQ(client.read_reply().body, body);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(handled, 5);
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAndNoBody) {
    options.handle = [](const Request&) { return Response{.body = "twelve bytes"}; };
    start();
    RawClient client = connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
    EXPECT_EQ(client.read_reply(true).header("Content-Length"), "12");
    EXPECT_EQ(client.read_reply().body, "twelve bytes");
}

TEST_F(ServerTest, SendsNoBodyWhereNoneIsAllowed) {
    options.handle = [](const Request& request) {
        return Response{.status = request.head.path == "/204" ? 204 : 304, .body = "stray"};
    };
    start();
    RawClient client = connect();
    for (const char* path : {"/204", "/304"}) {
        const Reply reply = client.ask(get(path));
        EXPECT_EQ(reply.status, std::atoi(path + 1));
        EXPECT_FALSE(reply.header("Content-Length"));
        EXPECT_FALSE(reply.header("Content-Type"));
    }
    client.shutdown_write();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, Http10ClosesUnlessAskedToStay) {
    start();
    RawClient leaving = connect();
    const Reply last = leaving.ask("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(last.head.rfind("HTTP/1.0 200 OK", 0), 0u);
    EXPECT_EQ(last.header("Connection"), "close");
    EXPECT_TRUE(leaving.ended());

    RawClient staying = connect();
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(
            staying.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"),
            "keep-alive");
}

TEST_F(ServerTest, ReadsABodyInPieces) {
    options.admit = [](const Head&) { return Admission{.body_limit = 8 * 1024 * 1024}; };
    start();
    RawClient client = connect();
    const std::string body(5 * 1024 * 1024, 'b');
    std::thread sender([&] { client.send(post("/x", body)); });
    const Reply reply = client.read_reply();
    sender.join();
    EXPECT_EQ(reply.body == body, true);
    EXPECT_EQ(client.ask(post("/x", "next")).body, "next");
}

TEST_F(ServerTest, TurnsAStatedErrorIntoItsProblem) {
    options.handle = [](const Request&) -> Response {
        throw Error(Code::conflict, "It was superseded", "Read it again", {{"id", 7}});
    };
    start();
    const Reply reply = connect().ask(get("/", "X-Request-Id: r1\r\n"));
    EXPECT_EQ(reply.status, 409);
    const json::object body = parse_json(reply.body, "the reply").as_object();
    EXPECT_EQ(body.at("code"), "conflict");
    EXPECT_EQ(body.at("hint"), "Read it again");
    EXPECT_EQ(body.at("requestId"), "r1");
}

TEST_F(ServerTest, TurnsAnyOtherExceptionInto500WithoutItsWords) {
    options.admit = [](const Head& head) {
        if (head.path == "/admit") throw std::runtime_error("the secret of admit");
        return Admission{.inline_handler = head.path == "/inline"};
    };
    options.handle = [](const Request& request) -> Response {
        if (request.head.path == "/odd") throw 7;
        if (request.head.path == "/header") return {.headers = {{"X", "a\r\nSet-Cookie: b"}}};
        throw std::runtime_error("the secret of handle");
    };
    start();
    RawClient client = connect();
    testing::internal::CaptureStderr();
    for (const char* path : {"/", "/inline", "/odd", "/admit", "/header"}) {
        const Reply reply = client.ask(get(path));
        EXPECT_EQ(reply.status, 500) << path;
        EXPECT_EQ(reply.body.find("secret"), std::string::npos);
        EXPECT_EQ(reply.head.find("Set-Cookie"), std::string::npos);
    }
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("the secret of handle"), std::string::npos) << "the log is for the operator";
    EXPECT_NE(log.find("the secret of admit"), std::string::npos);
}

TEST_F(ServerTest, LetsTheProblemHookShapeRefusals) {
    options.problem = [](int status, const std::string& title, const Head* head) {
        return Response{.status = status,
                        .content_type = "text/plain",
                        .body = (head == nullptr ? "-" : head->path) + " " + title};
    };
    options.handle = [](const Request&) -> Response { throw Error(Code::forbidden, "Not yours"); };
    start();
    EXPECT_EQ(connect().ask(get("/x")).body, "/x Not yours");
    const Reply unread = connect().ask("GET /x HTTP/1.1\r\n\r\n");
    EXPECT_EQ(unread.status, 400);
    EXPECT_EQ(unread.body.substr(0, 2), "- ");
}

TEST_F(ServerTest, RunsInlineHandlersOnTheIoThreadAndOthersOnWorkers) {
    options.admit = [](const Head& head) {
        return Admission{.inline_handler = head.path == "/in"};
    };
    options.handle = [](const Request&) {
        char name[16] = {};
        ::pthread_getname_np(::pthread_self(), name, sizeof name);
        return Response{.body = name};
    };
    start();
    RawClient client = connect();
    EXPECT_EQ(client.ask(get("/in")).body, "stele-http");
    EXPECT_EQ(client.ask(get("/out")).body, "stele-worker");
}

TEST_F(ServerTest, SurvivesClientsThatLeaveDuringTheHandler) {
    Gate gate;
    options.handle = [&gate](const Request& request) {
        if (request.head.path == "/wait") gate.wait();
        return Response{.body = std::string(1 << 20, 'x')};
    };
    start();
    RawClient polite = connect();
    RawClient rude = connect();
    polite.send(get("/wait"));
    rude.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return handled == 2; }));
    polite.close();
    rude.reset();
    gate.open();
    ASSERT_TRUE(eventually([&] { return server->stats().connections == 0; }));
    EXPECT_EQ(connect().ask(get("/")).status, 200);
}

TEST_F(ServerTest, AnswersAClientThatHasClosedItsSendingSide) {
    start();
    RawClient client = connect();
    client.send(post("/x", "all I had to say"));
    client.shutdown_write();
    EXPECT_EQ(client.read_reply().body, "all I had to say");
    EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, ServesOnSeveralIoThreads) {
    options.io_threads = 3;
    options.workers = 4;
    start();
    std::vector<std::thread> clients;
    std::atomic<int> answered = 0;
    for (int i = 0; i < 6; ++i)
        clients.emplace_back([&] {
            RawClient client = connect();
            for (int n = 0; n < 200; ++n)
                if (client.ask(post("/x", std::to_string(n))).body == std::to_string(n)) ++answered;
        });
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(answered, 1200);
    EXPECT_EQ(server->stats().requests, 1200u);
}

TEST(ServerStart, SaysWhatIsWrongWithItsOptions) {
    const auto refused = [](ServerOptions options) {
        options.handle = [](const Request&) { return Response(); };
        try {
            Server server(std::move(options));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            return std::string(error.message());
        }
        return std::string("started");
    };
    EXPECT_NE(refused({.address = "localhost", .port = 0}).find("localhost"), std::string::npos);
    EXPECT_NE(refused({.address = "192.0.2.1", .port = 0}).find("192.0.2.1"), std::string::npos);
    EXPECT_NE(refused({.port = 0, .workers = 0}).find("worker"), std::string::npos);
    EXPECT_EQ(refused({.port = 0}), "started");
    Server holder({.port = 0, .handle = [](const Request&) { return Response(); }});
    EXPECT_NE(refused({.port = holder.port()}).find("in use"), std::string::npos);
}

TEST(ServerStart, ListensOnIpv6) {
    ServerOptions options{.address = "::1", .port = 0};
    options.handle = [](const Request& request) {
        return Response{.body = request.head.remote_address};
    };
    try {
        Server server(options);
        EXPECT_GT(server.port(), 0);
    } catch (const Error& error) {
        GTEST_SKIP() << error.message();
    }
}

}  // namespace
}  // namespace stele::http::test
