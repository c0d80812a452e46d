// Every bound of the server, reached.
#include <sys/resource.h>

#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

class ServerLimits : public ServerTest {
  protected:
    ServerLimits() {
        options.admit = [this](const Head& head) {
            ++admitted;
            Admission admission{.body_limit = 1000};
            if (head.path == "/slow") admission.body_timeout = 100ms;
            if (head.path == "/refused") admission.refusal = Response{.status = 401};
            return admission;
        };
    }
    std::atomic<int> admitted = 0;
};

TEST_F(ServerLimits, RefusesABodyOverItsLimitBeforeReadingIt) {
    start();
    RawClient client = connect();
    const Reply reply = client.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_EQ(reply.status, 413);
    EXPECT_NE(reply.body.find("1000 bytes"), std::string::npos) << reply.body;
    client.shutdown_write();
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(admitted, 1);
    EXPECT_EQ(handled, 0);
    EXPECT_EQ(connect().ask(post("/x", std::string(1000, 'a'))).status, 200)
        << "the limit itself fits";
}

TEST_F(ServerLimits, RefusesChunksOverTheLimitMidway) {
    start();
    const std::string chunk = "1f4\r\n" + std::string(500, 'a') + "\r\n";
    RawClient client = connect();
    // No last chunk: the answer must come while the client is still sending.
    EXPECT_EQ(client.ask(chunked("/x", chunk + chunk + "1\r\na\r\n")).status, 413);
    EXPECT_EQ(connect().ask(chunked("/x", "fffffffff\r\n")).status, 413) << "announced, not sent";
    EXPECT_EQ(connect().ask(chunked("/x", chunk + chunk + "0\r\n\r\n")).body.size(), 1000u);
    EXPECT_EQ(handled, 1);
}

TEST_F(ServerLimits, AClientThatSendsOnStillReceivesTheRefusal) {
    start();
    RawClient client = connect();
    std::thread sender([&] { client.send(post("/x", std::string(4 * 1024 * 1024, 'a'))); });
    EXPECT_EQ(client.read_reply().status, 413) << "not a reset";
    sender.join();
}

TEST_F(ServerLimits, MeetsAnExpectationOnlyAfterAdmission) {
    start();
    const std::string expect = "Expect: 100-continue\r\n";
    RawClient admitted_one = connect();
    admitted_one.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + expect + "\r\n");
    EXPECT_EQ(admitted_one.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(admitted_one.ask("hello").body, "hello");

    EXPECT_EQ(
        connect()
            .ask("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + expect + "\r\n")
            .status,
        401);
    EXPECT_EQ(connect()
                  .ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n" + expect + "\r\n")
                  .status,
              413);
    RawClient chunks = connect();
    chunks.send(chunked("/x", "", expect));
    EXPECT_EQ(chunks.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(chunks.ask("1\r\na\r\n0\r\n\r\n").body, "a");
    EXPECT_EQ(connect().ask(post("/x", "here", expect)).status, 200) << "the body is here already";
}

TEST_F(ServerLimits, ARefusalNeverReadsTheBody) {
    start();
    RawClient client = connect();
    const Reply reply =
        client.ask("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.header("Connection"), "close");
    client.shutdown_write();
    EXPECT_TRUE(client.ended());
    // A refused body that came along with its head does not cost the connection.
    RawClient whole = connect();
    EXPECT_EQ(whole.ask(post("/refused", "body")).status, 401);
    EXPECT_EQ(whole.ask(get("/refused")).status, 401);
    EXPECT_EQ(whole.ask(get("/x")).status, 200);
    EXPECT_EQ(handled, 1);
}

TEST_F(ServerLimits, EndsSlowHeads) {
    options.limits.header_timeout = 100ms;
    start();
    RawClient slow = connect();
    slow.send("GET / HTTP/1.1\r\nHost");
    const Reply reply = slow.read_reply();
    EXPECT_EQ(reply.status, 408);
    EXPECT_EQ(reply.header("Connection"), "close");

    // A byte now and then does not buy more time.
    RawClient dripping = connect();
    std::atomic<bool> over = false;
    std::thread dripper([&] {
        while (!over && dripping.send("G")) std::this_thread::sleep_for(10ms);
    });
    EXPECT_EQ(dripping.read_reply().status, 408);
    over = true;
    dripper.join();
}

TEST_F(ServerLimits, EndsSlowBodies) {
    start();
    EXPECT_EQ(
        connect().ask("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel").status,
        408);
    EXPECT_EQ(connect().ask(chunked("/slow", "5\r\nhel")).status, 408);
    EXPECT_EQ(handled, 0);
}

TEST_F(ServerLimits, EndsIdleConnectionsSilently) {
    options.limits.idle_timeout = 100ms;
    start();
    RawClient fresh = connect();
    EXPECT_TRUE(fresh.ended());
    RawClient used = connect();
    EXPECT_EQ(used.ask(get("/")).status, 200);
    EXPECT_TRUE(used.ended());
}

TEST_F(ServerLimits, EndsReadersThatDoNotRead) {
    options.limits.write_timeout = 100ms;
    options.handle = [](const Request&) { return Response{.body = std::string(32 << 20, 'x')}; };
    start();
    RawClient client(server->port(), 4096);
    client.send(get("/"));
    ASSERT_TRUE(eventually([&] { return server->stats().requests == 1; }));
    ASSERT_TRUE(eventually([&] { return server->stats().connections == 0; }));
    EXPECT_LT(client.read_to_end().size(), std::size_t(32 << 20));
}

TEST_F(ServerLimits, ASteadySlowReaderGetsItsWholeAnswer) {
    options.limits.write_timeout = 600ms;
    options.handle = [](const Request&) { return Response{.body = std::string(16 << 20, 'x')}; };
    start();
    RawClient client(server->port(), 64 * 1024);
    client.send(get("/"));
    std::size_t seen = 0;
    char bytes[256 * 1024];
    for (ssize_t got = 1; got > 0 && seen < (16 << 20); seen += std::size_t(got)) {
        got = ::recv(client.fd(), bytes, sizeof bytes, 0);
        ASSERT_GT(got, 0) << "after " << seen;
        if (seen % (1 << 20) < std::size_t(got)) std::this_thread::sleep_for(45ms);  // 16 times
    }
    EXPECT_GT(seen, std::size_t(16 << 20));
}

TEST_F(ServerLimits, ClosesAfterItsShareOfRequests) {
    options.limits.requests_per_connection = 3;
    start();
    RawClient client = connect();
    EXPECT_FALSE(client.ask(get("/")).header("Connection"));
    EXPECT_FALSE(client.ask(get("/")).header("Connection"));
    EXPECT_EQ(client.ask(get("/")).header("Connection"), "close");
    EXPECT_TRUE(client.ended());
}

TEST_F(ServerLimits, TellsSurplusConnectionsToComeBackAndKeepsTheOthers) {
    options.limits.connections = 2;
    start();
    std::vector<RawClient> kept;
    for (int i = 0; i < 2; ++i) {
        kept.push_back(connect());
        EXPECT_EQ(kept.back().ask(get("/")).status, 200);
    }
    for (int i = 0; i < 3; ++i) {
        RawClient surplus = connect();
        const Reply reply = surplus.ask(get("/"));
        EXPECT_EQ(reply.status, 503);
        EXPECT_TRUE(reply.header("Retry-After"));
        EXPECT_TRUE(surplus.ended());
    }
    EXPECT_EQ(server->stats().refused_connections, 3u);
    for (RawClient& client : kept) EXPECT_EQ(client.ask(get("/")).status, 200);
    kept.pop_back();
    ASSERT_TRUE(eventually([&] { return server->stats().connections == 1; }));
    EXPECT_EQ(connect().ask(get("/")).status, 200) << "the free place is taken again";
}

TEST_F(ServerLimits, RefusesWhatDoesNotFitInTheQueue) {
    Gate gate;
    options.workers = 1;
    options.limits.queued_requests = 1;
    options.handle = [&gate](const Request& request) {
        if (request.head.path == "/wait") gate.wait();
        return Response();
    };
    start();
    RawClient running = connect();
    RawClient queued = connect();
    RawClient refused = connect();
    running.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return server->stats().busy_workers == 1; }));
    queued.send(get("/"));
    ASSERT_TRUE(eventually([&] { return server->stats().queued == 1; }));
    const Reply reply = refused.ask(get("/"));
    EXPECT_EQ(reply.status, 503);
    EXPECT_TRUE(reply.header("Retry-After"));
    EXPECT_FALSE(reply.header("Connection")) << "only this request was too much";
    gate.open();
    EXPECT_EQ(running.read_reply().status, 200);
    EXPECT_EQ(queued.read_reply().status, 200);
    EXPECT_EQ(refused.ask(get("/")).status, 200);
    EXPECT_EQ(server->stats().refused_requests, 1u);
}

TEST_F(ServerLimits, DoesNotRunWhatWaitedPastItsDeadline) {
    Gate gate;
    options.workers = 1;
    options.admit = [](const Head& head) {
        return Admission{.deadline = head.path == "/wait" ? 60s : 10ms};
    };
    options.handle = [&gate](const Request& request) {
        if (request.head.path == "/wait") gate.wait();
        return Response();
    };
    start();
    RawClient running = connect();
    RawClient late = connect();
    running.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return server->stats().busy_workers == 1; }));
    late.send(get("/late"));
    ASSERT_TRUE(eventually([&] { return server->stats().queued == 1; }));
    std::this_thread::sleep_for(20ms);
    gate.open();
    EXPECT_EQ(late.read_reply().status, 503);
    EXPECT_EQ(running.read_reply().status, 200);
    EXPECT_EQ(handled, 1);
}

TEST_F(ServerLimits, OutlivesAShortageOfDescriptors) {
    start();
    RawClient before = connect();
    EXPECT_EQ(before.ask(get("/")).status, 200);
    RawClient waiting = connect();  // room for the client's end, made before the shortage
    EXPECT_EQ(waiting.ask(get("/")).status, 200);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit full = limit;
    // The next descriptor is the client's own, and then there is none left for the server.
    const int next = ::dup(before.fd());
    ::close(next);
    limit.rlim_cur = rlim_t(next) + 1;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    RawClient starved = connect();
    starved.send(get("/"));
    EXPECT_EQ(before.ask(get("/")).status, 200) << "who is served stays served";
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &full), 0);
    EXPECT_EQ(starved.read_reply().status, 200) << "and the others wait";
}

}  // namespace
}  // namespace stele::http::test
