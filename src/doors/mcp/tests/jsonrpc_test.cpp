#include "doors/mcp/jsonrpc.hpp"

#include "testing.hpp"

namespace stele::mcp {
namespace {

using testing::parsed;

// The code of the refusal, and the id that it answers.
std::pair<std::int64_t, json::value> refused(std::string_view text) {
    const Parsed result = parse_message(parsed(text));
    EXPECT_FALSE(result.message) << text;
    if (!result.refusal) return {0, nullptr};
    return {result.refusal->at("error").at("code").as_int64(), result.refusal->at("id")};
}

TEST(JsonRpc, TellsTheThreeKindsApart) {
    const auto request =
        parse_message(parsed(R"({"jsonrpc":"2.0","id":"a","method":"m","params":{"x":1}})"));
    ASSERT_TRUE(request.message);
    EXPECT_EQ(request.message->kind, Message::Kind::request);
    EXPECT_EQ(request.message->id, "a");
    EXPECT_EQ(request.message->params.at("x"), 1);

    const auto notification = parse_message(parsed(R"({"jsonrpc":"2.0","method":"m"})"));
    ASSERT_TRUE(notification.message);
    EXPECT_EQ(notification.message->kind, Message::Kind::notification);

    const auto answer = parse_message(parsed(R"({"jsonrpc":"2.0","id":7,"result":{}})"));
    ASSERT_TRUE(answer.message);
    EXPECT_EQ(answer.message->kind, Message::Kind::response);

    const auto failure =
        parse_message(parsed(R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"no"}})"));
    ASSERT_TRUE(failure.message);
    EXPECT_EQ(failure.message->error.at("message"), "no");
}

TEST(JsonRpc, RefusesWhatIsNoMessage) {
    EXPECT_EQ(refused("5"), std::pair(std::int64_t(-32600), json::value()));
    EXPECT_EQ(refused(R"({"id":1,"method":"m"})"), std::pair(std::int64_t(-32600), json::value(1)));
    EXPECT_EQ(refused(R"({"jsonrpc":"1.0","id":1,"method":"m"})").first, -32600);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1})").first, -32600);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":5})").first, -32600);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":null,"method":"m"})").first, -32600);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":{},"method":"m"})").first, -32600);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})"),
              std::pair(std::int64_t(-32602), json::value(1)));
}

TEST(JsonRpc, NeverAnswersAnAnswerOrANotification) {
    for (const auto* text :
         {R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})",
          R"({"jsonrpc":"2.0","result":{}})", R"({"jsonrpc":"2.0","method":"m","params":3})"}) {
        const Parsed result = parse_message(parsed(text));
        EXPECT_FALSE(result.message) << text;
        EXPECT_FALSE(result.refusal) << text;
    }
}

TEST(JsonRpc, FindsTheIdOfWhatIsNoJson) {
    const auto id = [](std::string_view text) { return request_id_in(text); };
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    EXPECT_EQ(id(R"({"jsonrpc":"2.0","id":7,"method":"m","params":{"text":"\ud83d"}})"), 7);
    EXPECT_EQ(id(R"({"method":"m","params":{"id":1,"x":)" + deep + R"(},"id" : "a\"b"})"), "a\"b");
    EXPECT_EQ(id(R"({"params":{"method":"m"},"method":"m","id":-2, "x":1e9)"), -2);
    EXPECT_EQ(id(R"({"id":"cut","method":"m","params":{"text":"no end)"), "cut");
    EXPECT_EQ(id("\xEF\xBB\xBF"
                 R"({"method":"m","id":3,"params":{"text":"\ud83d"}})"),
              3);
    // No request, or nothing that could be an id.
    for (const char* text : {"", "{", "[", "nul", R"([{"id":1,"method":"m")",
                             R"({"id":1,"result":"\ud83d"})", R"({"id":{"a":1},"method":"m","x":})",
                             R"({"id":"half)", R"({"params":{"id":1,"method":"m"})",
                             R"({"method":"m","id":)", R"({"method":"id","x":"id"})"})
        EXPECT_TRUE(id(text).is_null()) << text;
}

TEST(JsonRpc, FindsAnIdHoweverItsTextIsCut) {
    const std::string text =
        R"( {"method":"m","params":{"id":5,"text":"\"id\":6,\\"},"jsonrpc":"2.0","id":"a\"b"})";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        RequestIdScanner scanner;
        for (std::size_t at = 0; at < text.size(); at += piece)
            scanner.feed(std::string_view(text).substr(at, piece));
        EXPECT_EQ(scanner.id(), "a\"b") << piece;
    }
    const std::string long_id = R"({"method":"m","id":")" + std::string(5000, 'x') + "\"}";
    EXPECT_TRUE(request_id_in(long_id).is_null());
}

TEST(JsonRpc, MapsEveryErrorCodeAndRedacts) {
    EXPECT_EQ(rpc_code_of(Code::invalid_argument), -32602);
    EXPECT_EQ(rpc_code_of(Code::unsupported), -32601);
    EXPECT_EQ(rpc_code_of(Code::conflict), -32600);
    EXPECT_EQ(rpc_code_of(Code::not_found), -32002);
    EXPECT_EQ(rpc_code_of(Code::rate_limited), -32000);
    EXPECT_EQ(rpc_code_of(Code::unavailable), -32603);
    EXPECT_EQ(rpc_code_of(Code::internal), -32603);

    const std::string text =
        serialize(make_error(1, Error(Code::failed, "cannot reach postgres://u:hunter22@h/db",
                                      "ask", {{"url", "postgres://u:hunter22@h/db"}})));
    EXPECT_EQ(text.find("hunter22"), std::string::npos) << text;
    EXPECT_NE(text.find("; ask"), std::string::npos) << text;

    const json::object internal = make_error(1, Error(Code::internal, "null pointer in foo.cpp"));
    EXPECT_EQ(internal.at("error").at("message"), "Internal error");
}

}  // namespace
}  // namespace stele::mcp
