// A graceful end, and a hard one.
#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

class ServerStop : public ServerTest {
  protected:
    ServerStop() {
        options.handle = [this](const Request& request) {
            if (request.head.path == "/wait") gate.wait();
            if (request.head.path == "/events") return Response{.events = channel};
            return Response{.body = request.head.path};
        };
    }
    std::future<bool> stop() {
        return std::async(std::launch::async, [this] { return server->stop(); });
    }

    Gate gate;
    std::shared_ptr<EventChannel> channel = EventChannel::make();
};

TEST_F(ServerStop, LetsRequestsInFlightFinish) {
    options.workers = 1;
    start();
    RawClient running = connect();
    RawClient queued = connect();
    RawClient idle = connect();
    RawClient half = connect();
    EXPECT_EQ(idle.ask(get("/")).status, 200);
    running.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return server->stats().busy_workers == 1; }));
    queued.send(get("/queued"));
    ASSERT_TRUE(eventually([&] { return server->stats().queued == 1; }));
    half.send("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
    ASSERT_TRUE(eventually([&] { return server->stats().requests == 4; }));
    const std::uint16_t port = server->port();
    std::future<bool> stopped = stop();
    EXPECT_TRUE(idle.ended()) << "an idle connection is closed at once";
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_NE(::connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address), 0)
        << "nobody is let in any more";
    ::close(probe);
    EXPECT_EQ(stopped.wait_for(20ms), std::future_status::timeout);
    half.send("dy");
    gate.open();
    for (auto& [client, path] : {std::pair<RawClient&, const char*>{running, "/wait"},
                                 {queued, "/queued"},
                                 {half, "/half"}}) {
        const Reply reply = client.read_reply();
        EXPECT_EQ(reply.body, path);
        EXPECT_EQ(reply.header("Connection"), "close");
        EXPECT_TRUE(client.ended());
    }
    EXPECT_TRUE(stopped.get());
    EXPECT_TRUE(server->stop()) << "stopping again says the same";
}

TEST_F(ServerStop, EndsStreamsInGoodOrder) {
    start();
    RawClient client = connect();
    client.ask(get("/events"));
    channel->push({.data = "x"});
    EXPECT_TRUE(server->stop());
    EXPECT_EQ(client.read_to_end(), "9\r\ndata: x\n\n\r\n0\r\n\r\n");
    EXPECT_FALSE(channel->push({.data = "late"}));
}

TEST_F(ServerStop, CutsWhatDoesNotFinishInTime) {
    options.limits.drain = 50ms;
    options.workers = 1;
    start();
    RawClient running = connect();
    RawClient queued = connect();
    RawClient half = connect();
    running.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return server->stats().busy_workers == 1; }));
    queued.send(get("/queued"));
    ASSERT_TRUE(eventually([&] { return server->stats().queued == 1; }));
    half.send("GET / HT");
    std::future<bool> stopped = stop();
    EXPECT_EQ(half.read_to_end(), "") << "connections are closed when the time is over";
    EXPECT_EQ(running.read_to_end(), "");
    EXPECT_EQ(stopped.wait_for(0ms), std::future_status::timeout) << "a thread cannot be killed";
    gate.open();
    EXPECT_FALSE(stopped.get());
    EXPECT_EQ(handled, 1) << "what had only been queued was never begun";
}

TEST_F(ServerStop, CutsAStreamWhoseReaderIsStuck) {
    options.limits.drain = 50ms;
    start();
    RawClient client(server->port(), 4096);
    client.send(get("/events"));
    ASSERT_TRUE(eventually([&] { return server->stats().requests == 1; }));
    channel->push({.data = std::string(16 << 20, 'x')});
    EXPECT_FALSE(server->stop());
}

TEST_F(ServerStop, AnswersWhatHadArrivedBeforeTheStop) {
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(connect());
        clients.back().ask(get("/"));
    }
    for (RawClient& client : clients) client.send(get("/last"));
    EXPECT_TRUE(server->stop());
    for (RawClient& client : clients) EXPECT_EQ(client.read_reply().body, "/last");
}

TEST_F(ServerStop, EndsUnderLoadWithoutLosingAnswers) {
    start();
    std::atomic<bool> broken = false;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, port = server->port()] {
            RawClient client(port);
            while (true) {
                if (!client.send(get("/x"))) return;
                const Reply reply = client.read_reply();
                if (reply.status == 0 && !reply.head.empty()) broken = true;
                if (reply.status == 0) return;
                ++answered;
                if (reply.header("Connection")) return;
            }
        });
    ASSERT_TRUE(eventually([&] { return answered > 200; }));
    EXPECT_TRUE(server->stop());
    for (std::thread& thread : threads) thread.join();
    EXPECT_FALSE(broken) << "half an answer";
}

TEST_F(ServerStop, MayNeverHaveStarted) {
    server = std::make_unique<Server>(options);
    EXPECT_TRUE(server->stop());
    server.reset();
}

}  // namespace
}  // namespace stele::http::test
