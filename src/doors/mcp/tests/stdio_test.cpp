#include "doors/mcp/stdio.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

struct Cut {
    std::vector<std::string> lines;
    int too_long = 0;
    LineCutter cutter;

    explicit Cut(std::size_t limit)
        : cutter(
              limit, [this](std::string_view line) { lines.emplace_back(line); },
              [this](const json::value&) { ++too_long; }) {}
};

TEST(LineCutter, PutsHalvesTogetherWhereverTheyBreak) {
    const std::string text = "{\"a\":1}\r\n\n  \n{\"b\":2}\n{\"c\"";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        Cut cut(100);
        for (std::size_t at = 0; at < text.size(); at += piece)
            cut.cutter.feed(std::string_view(text).substr(at, piece));
        EXPECT_EQ(cut.lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
        cut.cutter.end();
        EXPECT_EQ(cut.lines.back(), "{\"c\"");
        EXPECT_EQ(cut.too_long, 0);
    }
}

TEST(LineCutter, SkipsWhatIsTooLongAndGoesOn) {
    for (const std::size_t piece : {1u, 3u, 1000u}) {
        Cut cut(10);
        const std::string text =
            "0123456789\n0123456789a\n" + std::string(50, 'x') + "\nok\n" + std::string(11, 'y');
        for (std::size_t at = 0; at < text.size(); at += piece)
            cut.cutter.feed(std::string_view(text).substr(at, piece));
        cut.cutter.end();
        EXPECT_EQ(cut.lines, (std::vector<std::string>{"0123456789", "ok"}));
        EXPECT_EQ(cut.too_long, 3);
    }
}

// A server on two pipes, and the client's ends of them.
class Served {
  public:
    explicit Served(std::shared_ptr<const Catalog> catalog, StdioOptions options = {}) {
        EXPECT_EQ(::pipe2(in_, O_CLOEXEC), 0);
        EXPECT_EQ(::pipe2(out_, O_CLOEXEC), 0);
        options.in_fd = in_[0];
        options.out_fd = out_[1];
        options.stop = stop_.get_token();
        server_ = std::thread([this, catalog, options] {
            exit_code_ = serve_stdio(catalog, options);
            ::close(out_[1]);
        });
    }
    ~Served() {
        stop_.request_stop();
        end_input();
        server_.join();
        ::close(in_[0]);
        close_output();
    }
    void write(std::string_view text) {
        while (!text.empty()) {
            const auto count = ::write(in_[1], text.data(), text.size());
            ASSERT_GT(count, 0);
            text.remove_prefix(std::size_t(count));
        }
    }
    void send(const json::object& message) { write(serialize(message) + "\n"); }
    void end_input() {
        if (in_[1] >= 0) ::close(in_[1]);
        in_[1] = -1;
    }
    void close_output() {
        if (out_[0] >= 0) ::close(out_[0]);
        out_[0] = -1;
    }
    void stop() { stop_.request_stop(); }
    // The next line, or nothing at the end of the output.
    std::optional<json::object> receive() {
        for (;;) {
            if (const auto end = buffer_.find('\n'); end != std::string::npos) {
                const json::object message = parse_json(buffer_.substr(0, end), "line").as_object();
                buffer_.erase(0, end + 1);
                return message;
            }
            pollfd waiting{out_[0], POLLIN, 0};
            if (::poll(&waiting, 1, int(kPatience.count()) * 1000) <= 0) {
                ADD_FAILURE() << "the server says nothing";
                return std::nullopt;
            }
            char bytes[4096];
            const auto count = ::read(out_[0], bytes, sizeof bytes);
            if (count <= 0) {
                EXPECT_EQ(buffer_, "") << "the output ends in the middle of a line";
                return std::nullopt;
            }
            buffer_.append(bytes, std::size_t(count));
        }
    }
    json::object next() {
        auto message = receive();
        EXPECT_TRUE(message) << "the output has ended";
        return message ? *message : json::object{};
    }
    // The code that serve_stdio returned, once the output has ended.
    int exit_code() {
        while (receive()) {
        }
        return exit_code_;
    }

  private:
    int in_[2] = {-1, -1};
    int out_[2] = {-1, -1};
    std::stop_source stop_;
    std::thread server_;
    std::string buffer_;
    std::atomic<int> exit_code_ = -1;
};

struct Waiting {
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::shared_ptr<Catalog> catalog = empty_catalog();
    Waiting() {
        catalog->tools = {
            tool("wait",
                 [gate = gate](Call& call, const json::object&) {
                     return ToolResult::text(gate->pass(call.cancelled()) ? "passed" : "stopped");
                 }),
            tool("ask", [](Call& call, const json::object&) {
                return ToolResult::text(call.elicit({}).at("action").as_string());
            })};
    }
};

json::object call_request(std::string_view name, json::value id) {
    return make_request(id, "tools/call", {{"name", name}});
}

TEST(Stdio, AnswersWhileACallRuns) {
    Waiting waiting;
    Served served(waiting.catalog);
    served.send(initialize_request());
    EXPECT_EQ(served.next().at("id"), 0);
    served.send(call_request("wait", "w"));
    served.send(make_request(2, "ping", {}));
    EXPECT_EQ(served.next().at("id"), 2);
    served.send(make_notification("notifications/cancelled", {{"requestId", "w"}}));
    served.send(call_request("wait", "v"));
    // Its answer tells that the cancellation before it was read.
    served.send(make_request(3, "ping", {}));
    EXPECT_EQ(served.next().at("id"), 3);
    waiting.gate->open();
    EXPECT_EQ(served.next().at("id"), "v");
    served.end_input();
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, AnswersWhatCannotBeReadUnderItsId) {
    StdioOptions options;
    options.line_bytes = 1000;
    Served served(Waiting().catalog, options);
    served.send(initialize_request());
    served.next();
    const std::string head = R"({"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"a":)";
    for (const std::string& rest : {std::string(R"("\ud83d"}})"), std::string(40, '[') + "}}",
                                    '"' + std::string(2000, 'x') + "\"}}"}) {
        served.write(head + rest + "\n");
        const json::object answer = served.next();
        EXPECT_EQ(answer.at("id"), "x") << rest;
        EXPECT_TRUE(answer.contains("error")) << rest;
    }
    // The official SDK writes the id behind the params.
    served.write(R"({"method":"tools/call","params":{"a":")" + std::string(2000, 'x') +
                 R"("},"jsonrpc":"2.0","id":9})" + "\n");
    EXPECT_EQ(served.next().at("id"), 9);
    served.write(
        "\xEF\xBB\xBF"
        R"({"jsonrpc":"2.0","id":10,"method":"ping"})"
        "\n");
    EXPECT_TRUE(served.next().contains("result"));
    served.end_input();
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, FinishesWhatIsInFlightWhenTheInputEnds) {
    Waiting waiting;
    Served served(waiting.catalog);
    served.send(initialize_request());
    served.next();
    served.send(call_request("wait", 1));
    served.end_input();
    waiting.gate->wait_until_somebody_waits();
    waiting.gate->open();
    EXPECT_EQ(text_of(served.next().at("result").as_object()), "passed");
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, CancelsWhatDoesNotFinishInTime) {
    Waiting waiting;
    StdioOptions options;
    options.drain = std::chrono::milliseconds(10);
    Served served(waiting.catalog, options);
    served.send(initialize_request());
    served.next();
    served.send(call_request("wait", 1));
    served.end_input();
    EXPECT_EQ(served.exit_code(), 0);
    EXPECT_FALSE(served.receive());
}

TEST(Stdio, AQuestionToAClientThatLeftDoesNotHang) {
    Waiting waiting;
    Served served(waiting.catalog);
    served.send(initialize_request("2025-11-25", {{"elicitation", json::object{}}}));
    served.next();
    served.send(call_request("ask", 1));
    EXPECT_EQ(served.next().at("method"), "elicitation/create");
    served.end_input();
    EXPECT_EQ(served.next().at("result").at("isError"), true);
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, SurvivesRubbishAndAHalfLineAtTheEnd) {
    Waiting waiting;
    StdioOptions options;
    options.line_bytes = 1000;
    Served served(waiting.catalog, options);
    served.write("\n{bad}\n\"\xff\xfe\"\n" + std::string(5000, '[') + "\n[]\n");
    EXPECT_EQ(served.next().at("error").at("code"), rpc::kParseError);
    EXPECT_EQ(served.next().at("error").at("code"), rpc::kParseError);
    EXPECT_EQ(served.next().at("error").at("code"), rpc::kInvalidRequest);
    EXPECT_EQ(served.next().at("error").at("code"), rpc::kInvalidRequest);
    served.send(make_request(1, "ping", {}));
    EXPECT_EQ(served.next().at("id"), 1);
    served.write(R"({"jsonrpc":"2.0","id":2,"met)");
    served.end_input();
    EXPECT_EQ(served.next().at("error").at("code"), rpc::kParseError);
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, ALastLineWithoutLineBreakCounts) {
    Served served(Waiting().catalog);
    served.write(R"({"jsonrpc":"2.0","id":7,"method":"ping"})");
    served.end_input();
    EXPECT_EQ(served.next().at("id"), 7);
}

TEST(Stdio, EndsWhenTheClientStopsReading) {
    Waiting waiting;
    Served served(waiting.catalog);
    served.close_output();
    served.send(initialize_request());
    served.send(call_request("wait", 1));
    // The destructor joins: it would wait for ever if the server did not notice.
    waiting.gate->open();
}

TEST(Stdio, EndsWhenItIsToldTo) {
    Waiting waiting;
    Served served(waiting.catalog);
    served.send(initialize_request());
    served.next();
    served.stop();
    EXPECT_EQ(served.exit_code(), 0);
}

TEST(Stdio, ManyCallsAtOnceAllGetTheirAnswer) {
    Waiting waiting;
    waiting.gate->open();
    StdioOptions options;
    options.session.in_flight = 500;
    Served served(waiting.catalog, options);
    served.send(initialize_request());
    served.next();
    std::set<std::int64_t> open;
    for (int id = 1; id <= 300; ++id) {
        open.insert(id);
        served.send(call_request("wait", id));
    }
    for (int i = 0; i < 300; ++i) open.erase(served.next().at("id").as_int64());
    EXPECT_TRUE(open.empty());
}

}  // namespace
}  // namespace stele::mcp
