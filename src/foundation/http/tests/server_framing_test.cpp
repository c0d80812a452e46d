// The refusals of the framing check, as bytes on a real socket.
#include "bad_heads.hpp"
#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

class ServerFraming : public ServerTest {
  protected:
    // The refusal must be the only answer, and the connection must end: what follows the refused
    // head would be read as a request by whoever believed in another end of it.
    void expect_refused(const std::string& bytes, int status, const std::string& name) {
        RawClient client = connect();
        const int before = handled;
        const Reply reply = client.ask(bytes + get("/smuggled"));
        EXPECT_EQ(reply.status, status) << name;
        EXPECT_EQ(reply.header("Connection"), "close") << name;
        EXPECT_EQ(reply.header("Content-Type"), "application/problem+json") << name;
        EXPECT_TRUE(client.ended()) << name << ": more than one answer, or a reset";
        EXPECT_EQ(handled, before) << name << ": reached the handler";
        EXPECT_TRUE(reply.header("X-Request-Id")) << name;
    }
};

TEST_F(ServerFraming, RefusesEveryAmbiguousHeadAndCloses) {
    start();
    for (const BadHead& bad : kBadHeads) expect_refused(bad.bytes, bad.status, bad.name);
    EXPECT_EQ(server->stats().refused_requests, kBadHeads.size());
    EXPECT_EQ(connect().ask(get("/")).status, 200) << "and goes on serving";
}

TEST_F(ServerFraming, RefusesMalformedChunks) {
    start();
    const std::vector<std::pair<std::string, std::string>> bodies{
        {"size_not_hex", "x\r\n"},
        {"size_prefix", "0x1\r\na\r\n0\r\n\r\n"},
        {"size_negative", "-1\r\na\r\n0\r\n\r\n"},
        {"size_empty", "\r\na\r\n0\r\n\r\n"},
        {"size_overflow", "10000000000000001\r\na\r\n0\r\n\r\n"},
        {"blank_after_size", "1 \r\na\r\n0\r\n\r\n"},
        {"blank_before_size", " 1\r\na\r\n0\r\n\r\n"},
        {"bare_lf_after_size", "1\na\r\n0\r\n\r\n"},
        {"bare_cr_after_size", "1\ra\r\n0\r\n\r\n"},
        {"bare_lf_after_data", "1\r\na\n0\r\n\r\n"},
        {"longer_than_said", "1\r\nab\r\n0\r\n\r\n"},
        {"extension_with_lf", "1;a=\"\n\"\r\na\r\n0\r\n\r\n"},
        {"extension_with_cr", "1;a=\"\r\"\r\na\r\n0\r\n\r\n"},
        {"extension_without_name", "1;\r\na\r\n0\r\n\r\n"},
        {"length_in_trailer", "1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n"},
        {"coding_in_trailer", "1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"endless_extension", "1;a=" + std::string(80 * 1024, 'a')},
        {"endless_trailer", "0\r\nX: " + std::string(80 * 1024, 'a')},
    };
    for (const auto& [name, chunks] : bodies) expect_refused(chunked("/x", chunks), 400, name);
}

TEST_F(ServerFraming, TakesChunksApartWhereverTheyAreCut) {
    start();
    const std::string bytes =
        chunked("/x", "5\r\nhello\r\n1;name=value\r\n,\r\n0A\r\n wide world\r\n") +
        chunked("/y", "1\r\n!\r\n0\r\nX-Trailer: t\r\n\r\n");
    // "0A" announces ten bytes and eleven follow: the first body is broken on purpose.
    RawClient broken = connect();
    EXPECT_EQ(broken.ask(bytes).status, 400);

    const std::string good =
        chunked("/x", "5\r\nhello\r\n1;name=value\r\n,\r\n6\r\n world\r\n0\r\n\r\n") +
        chunked("/y", "1\r\n!\r\n0\r\nX-Trailer: t\r\n\r\n");
    RawClient slow = connect();
    for (const char byte : good) ASSERT_TRUE(slow.send(std::string_view(&byte, 1)));
    EXPECT_EQ(slow.read_reply().body, "hello, world");
    EXPECT_EQ(slow.read_reply().body, "!");
    RawClient fast = connect();
    EXPECT_EQ(fast.ask(good).body, "hello, world");
    EXPECT_EQ(fast.read_reply().body, "!");
}

TEST_F(ServerFraming, NeverShowsTrailersAsHeaders) {
    options.handle = [](const Request& request) {
        const bool seen = request.head.header("Authorization") || request.head.header("X-Trailer");
        return Response{.body = seen ? "seen" : "unseen " + request.body};
    };
    start();
    EXPECT_EQ(
        connect()
            .ask(chunked("/x", "1\r\na\r\n0\r\nAuthorization: Bearer x\r\nX-Trailer: y\r\n\r\n"))
            .body,
        "unseen a");
}

TEST_F(ServerFraming, RefusesHeadsOverTheLimit) {
    options.limits.header_bytes = 1024;
    start();
    const auto head_of = [](std::size_t bytes) {
        const std::string empty = get("/", "X: \r\n");
        return get("/", "X: " + std::string(bytes - empty.size(), 'a') + "\r\n");
    };
    EXPECT_EQ(connect().ask(head_of(1024)).status, 200);
    expect_refused(head_of(1025), 431, "one byte too long");
    expect_refused("GET /" + std::string(5000, 'a'), 431, "no end in sight");
}

TEST_F(ServerFraming, ShowsTheHeadToTheHandler) {
    options.handle = [](const Request& request) {
        const Head& head = request.head;
        return Response{.body = head.method + " " + head.target + " " + head.path + " " +
                                std::string(head.query_value("q").value_or("-")) + " " +
                                std::string(head.header("x-one").value_or("-")) + " " +
                                head.remote_address};
    };
    start();
    EXPECT_EQ(connect().ask(get("/a%20b?q=c%26d", "X-One: 1\r\n")).body,
              "GET /a%20b?q=c%26d /a b c&d 1 127.0.0.1");
}

}  // namespace
}  // namespace stele::http::test
