// Whatever a client sends, a session answers each message at most once, with a JSON-RPC message,
// and goes on.
#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

std::shared_ptr<Catalog> full_catalog() {
    auto catalog = empty_catalog();
    catalog->subscriptions = true;
    catalog->tools = {tool("echo", [](Call& call, const json::object& arguments) {
        call.progress(1, 2, "half");
        ToolResult result;
        result.structured = arguments;
        return result;
    })};
    catalog->resources.push_back({.uri = "note://one", .name = "one", .read = [](Call&) {
                                      return std::vector<Contents>{
                                          {.uri = "note://one", .text = "1"}};
                                  }});
    const Complete suggest = [](Call&, std::string_view, const json::object&) {
        return std::vector<std::string>{"a"};
    };
    catalog->prompts.push_back(
        {.name = "ask",
         .arguments = {{.name = "who", .required = true, .complete = suggest}},
         .messages = [](Call&, const json::object&) { return json::array{}; }});
    return catalog;
}

const std::vector<std::string> kMessages{
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",
        "capabilities":{"roots":{}},"clientInfo":{"name":"n","version":"1"}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"0"}})",
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",
        "arguments":{"a":[1]},"_meta":{"progressToken":1}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"note://one"}})",
    R"({"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"note://one"}})",
    R"({"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"ask",
        "arguments":{"who":"x"}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{
        "ref":{"type":"ref/prompt","name":"ask"},"argument":{"name":"who","value":"x"},
        "context":{"arguments":{"a":"b"}}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"debug"}})",
    R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})",
    R"({"jsonrpc":"2.0","id":1,"result":{"action":"accept"}})",
    R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}})",
};

const json::array kOddities{nullptr,
                            true,
                            -1,
                            1.5e300,
                            "",
                            "\u0001",
                            std::string(5000, 'x'),
                            json::array{},
                            json::array{json::array{}, nullptr},
                            json::object{},
                            json::object{{"", json::object{}}}};

// Calls `each` with every message that differs from `value` in one place: a member is missing, or
// something odd stands for it.
void mutate(json::value& root, json::value& value, const std::function<void()>& each) {
    if (json::object* object = value.if_object()) {
        const json::object original = *object;
        for (const auto& member : original) {
            object->erase(member.key());
            each();
            *object = original;
        }
        for (auto& member : *object) mutate(root, member.value(), each);
    } else if (json::array* array = value.if_array()) {
        for (json::value& item : *array) mutate(root, item, each);
    }
    if (&value == &root) return;
    const json::value original = value;
    for (const json::value& odd : kOddities) {
        value = odd;
        each();
    }
    value = original;
}

void expect_sane(const std::vector<json::value>& sent, const json::value& message) {
    int answers = 0;
    for (const json::value& out : sent) {
        ASSERT_TRUE(out.is_object()) << serialize(message);
        EXPECT_EQ(out.at("jsonrpc"), "2.0");
        if (!is_response(out)) continue;
        ++answers;
        EXPECT_NE(out.as_object().contains("result"), out.as_object().contains("error"));
        EXPECT_TRUE(out.at("id").is_null() || out.at("id") == message.at("id"))
            << serialize(message) << " → " << serialize(out);
    }
    EXPECT_LE(answers, 1) << serialize(message);
    const Parsed parsed = parse_message(message);
    if (parsed.message && parsed.message->kind == Message::Kind::request) {
        EXPECT_EQ(answers, 1) << serialize(message);
    }
}

TEST(Rubbish, NeverBreaksASession) {
    const auto catalog = full_catalog();
    int tried = 0;
    for (const bool opened : {false, true}) {
        for (const std::string& text : kMessages) {
            json::value message = parsed(text);
            mutate(message, message, [&] {
                Client client(catalog);
                if (opened) client.opened();
                const auto out = std::make_shared<Inbox>();
                if (const Job job = client.session->receive(message, out)) job.run();
                expect_sane(out->all(), message);
                EXPECT_EQ(client.session->in_flight(), 0u);
                EXPECT_TRUE(client.result("ping").empty());
                ++tried;
            });
        }
    }
    EXPECT_GT(tried, 500);
}

}  // namespace
}  // namespace stele::mcp
