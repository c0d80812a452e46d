// Server-sent events.
#include "foundation/base/error.hpp"
#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

// The payload of a chunked stream, chunk heads taken away, up to and with `mark`.
class StreamReader {
  public:
    explicit StreamReader(RawClient& client) : client_(client) {}

    std::string read_until(std::string_view mark) {
        while (text_.find(mark) == std::string::npos)
            if (!read_chunk()) return std::exchange(text_, {});
        const std::size_t end = text_.find(mark) + mark.size();
        std::string out = text_.substr(0, end);
        text_.erase(0, end);
        return out;
    }
    bool at_last_chunk() const { return last_; }

  private:
    bool read_chunk() {
        const std::string head = client_.read_until("\r\n");
        const std::size_t size = std::strtoull(head.c_str(), nullptr, 16);
        last_ = head == "0\r\n";
        std::string chunk;
        while (chunk.size() < size + 2) {
            const std::string line = client_.read_until("\n");
            if (line.empty()) return false;
            chunk += line;
        }
        text_ += chunk.substr(0, size);
        return size > 0;
    }

    RawClient& client_;
    std::string text_;
    bool last_ = false;
};

class ServerStream : public ServerTest {
  protected:
    ServerStream() {
        channel->on_close([this] { ++ended; });
        options.handle = [this](const Request& request) {
            if (request.head.path != "/events") return Response{.body = "plain"};
            return Response{.headers = {{"Mcp-Session-Id", "s"}}, .events = channel};
        };
    }

    std::shared_ptr<EventChannel> channel = EventChannel::make();
    std::atomic<int> ended = 0;
};

TEST_F(ServerStream, SendsEventsAsTheyCome) {
    start();
    RawClient client = connect();
    const Reply opening = client.ask(get("/events"));
    EXPECT_EQ(opening.status, 200);
    EXPECT_EQ(opening.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(opening.header("Cache-Control"), "no-store");
    EXPECT_EQ(opening.header("X-Accel-Buffering"), "no");
    EXPECT_EQ(opening.header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(opening.header("Mcp-Session-Id"), "s");
    EXPECT_FALSE(opening.header("Content-Length"));
    StreamReader stream(client);
    EXPECT_TRUE(channel->push({.id = "1", .event = "job.started", .data = "{\"a\":\n1}"}));
    EXPECT_EQ(stream.read_until("\n\n"), "id: 1\nevent: job.started\ndata: {\"a\":\ndata: 1}\n\n");
    EXPECT_TRUE(channel->push({.data = "second"}));
    EXPECT_EQ(stream.read_until("\n\n"), "data: second\n\n");
    EXPECT_EQ(ended, 0);
    channel->close();
    EXPECT_EQ(stream.read_until("\n\n"), "");
    EXPECT_TRUE(stream.at_last_chunk());
    EXPECT_TRUE(eventually([&] { return ended == 1; }));
}

TEST_F(ServerStream, KeepsTheConnectionForTheNextRequest) {
    options.handle = [](const Request& request) {
        if (request.head.path != "/events") return Response{.body = "plain"};
        auto events = EventChannel::make();
        events->push({.data = "only"});
        events->close();
        return Response{.events = events};
    };
    start();
    RawClient client = connect();
    client.send(get("/events") + get("/next"));  // sent early, while the stream runs
    client.read_reply();
    StreamReader stream(client);
    EXPECT_EQ(stream.read_until("\n\n"), "data: only\n\n");
    stream.read_until("none");
    EXPECT_EQ(client.read_reply().body, "plain");
    EXPECT_EQ(client.ask(get("/again")).body, "plain");
}

TEST_F(ServerStream, KeepsAQuietStreamAlive) {
    options.limits.sse_keep_alive = 20ms;
    start();
    RawClient client = connect();
    client.ask(get("/events"));
    StreamReader stream(client);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(stream.read_until("\n\n"), ": keep-alive\n\n");
    channel->push({.data = "x"});
    EXPECT_NE(stream.read_until("data: x\n\n"), "");
}

TEST_F(ServerStream, NoticesThatTheClientHasGone) {
    start();
    for (const bool rude : {false, true}) {
        channel = EventChannel::make();
        ended = 0;
        channel->on_close([this] { ++ended; });
        RawClient client = connect();
        client.ask(get("/events"));
        EXPECT_TRUE(channel->push({.data = "x"}));
        rude ? client.reset() : client.close();
        EXPECT_TRUE(eventually([&] { return ended == 1; })) << "without any push";
        EXPECT_FALSE(channel->push({.data = "y"}));
        EXPECT_TRUE(channel->closed());
    }
    EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
}

TEST_F(ServerStream, DropsASubscriberThatDoesNotRead) {
    start();
    RawClient client(server->port(), 4096);
    client.send(get("/events"));
    ASSERT_TRUE(eventually([&] { return server->stats().requests == 1; }));
    const Event large{.data = std::string(64 * 1024, 'x')};
    ASSERT_TRUE(eventually([&] {
        for (int i = 0; i < 100; ++i)
            if (!channel->push(large)) return true;
        return false;
    })) << "a full queue refuses";
    EXPECT_TRUE(channel->closed());
    EXPECT_FALSE(client.read_to_end().ends_with("0\r\n\r\n")) << "must look broken, not complete";
    EXPECT_TRUE(eventually([&] { return ended == 1; }));
}

TEST_F(ServerStream, AStalledSubscriberIsCutAfterTheWriteTimeout) {
    options.limits.write_timeout = 100ms;
    start();
    RawClient client(server->port(), 4096);
    client.send(get("/events"));
    ASSERT_TRUE(eventually([&] { return server->stats().requests == 1; }));
    channel->push({.data = std::string(16 << 20, 'x')});
    EXPECT_TRUE(eventually([&] { return ended == 1; }));
}

TEST_F(ServerStream, SpeaksToHttp10WithoutChunks) {
    start();
    RawClient client = connect();
    const Reply opening = client.ask("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_FALSE(opening.header("Transfer-Encoding"));
    EXPECT_EQ(opening.header("Connection"), "close");
    channel->push({.data = "x"});
    EXPECT_EQ(client.read_until("\n\n"), "data: x\n\n");
    channel->close();
    EXPECT_TRUE(client.ended());
}

TEST_F(ServerStream, AnswersHeadAndEndsTheChannel) {
    start();
    RawClient client = connect();
    client.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n" + get("/x"));
    EXPECT_EQ(client.read_reply(true).header("Content-Type"), "text/event-stream");
    EXPECT_EQ(client.read_reply().body, "plain");
    EXPECT_EQ(ended, 1);
}

TEST_F(ServerStream, FeedsOneResponseOnly) {
    start();
    RawClient first = connect();
    first.ask(get("/events"));
    RawClient second = connect();
    EXPECT_EQ(second.ask(get("/events")).status, 500);
    channel->push({.data = "still here"});
    EXPECT_EQ(StreamReader(first).read_until("\n\n"), "data: still here\n\n");
}

TEST_F(ServerStream, ServesManyStreamsFromOneThread) {
    std::mutex mutex;
    std::vector<std::shared_ptr<EventChannel>> channels;
    options.handle = [&](const Request&) {
        const std::lock_guard lock(mutex);
        channels.push_back(EventChannel::make());
        return Response{.events = channels.back()};
    };
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(connect());
        clients.back().ask(get("/events"));
    }
    for (int round = 0; round < 3; ++round) {
        for (const auto& each : channels) EXPECT_TRUE(each->push({.data = std::to_string(round)}));
        for (RawClient& client : clients)
            EXPECT_EQ(StreamReader(client).read_until("\n\n"),
                      "data: " + std::to_string(round) + "\n\n");
    }
    EXPECT_TRUE(server->stop());
    for (const auto& each : channels) EXPECT_FALSE(each->push({.data = "late"}));
}

}  // namespace
}  // namespace stele::http::test
