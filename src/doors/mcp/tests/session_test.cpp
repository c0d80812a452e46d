// Lifecycle, lists, tools, resources, prompts: what a session answers.
#include "doors/mcp/session.hpp"

#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

std::shared_ptr<Catalog> catalog_with_tools() {
    auto catalog = empty_catalog();
    catalog->instructions = "Be kind.";
    Tool add = tool("add", [](Call&, const json::object& arguments) {
        ToolResult result;
        result.structured = {
            {"sum", arguments.at("a").to_number<int>() + arguments.at("b").to_number<int>()}};
        return result;
    });
    add.title = "Add";
    add.output_schema = any_object();
    add.annotations = {{"readOnlyHint", true}};
    catalog->tools = {
        std::move(add),
        tool("bad_input",
             [](Call&, const json::object&) -> ToolResult {
                 throw Error(Code::invalid_argument, "limit: expected an integer, got a string", "",
                             {{"errors", json::array{json::object{{"path", "limit"}}}}});
             }),
        tool("down",
             [](Call&, const json::object&) -> ToolResult {
                 throw Error(Code::unavailable, "the database cannot be reached",
                             "run stele doctor", {}, true);
             }),
        tool("bug",
             [](Call&, const json::object&) -> ToolResult {
                 throw std::runtime_error("segment 7 of the secret plan");
             }),
        tool("own_bug",
             [](Call&, const json::object&) -> ToolResult {
                 throw Error(Code::internal, "row 5 of the secret plan");
             }),
        tool("leak",
             [](Call&, const json::object&) {
                 ToolResult result;
                 result.structured = {{"url", "postgres://u:hunter22@h/db"},
                                      {"password", "hunter22"},
                                      {"list", json::array{"Bearer hunter22"}}};
                 return result;
             }),
    };
    return catalog;
}

TEST(Lifecycle, NegotiatesEveryVersionAndOffersTheNewestForOthers) {
    for (const std::string_view version : kVersions) {
        Client client(catalog_with_tools());
        client.opened(version);
        EXPECT_EQ(client.inbox->last().at("result").at("protocolVersion").as_string(), version);
        EXPECT_EQ(client.session->negotiated().version, version);
    }
    Client client(catalog_with_tools());
    client.opened("1999-01-01");
    const json::object result = client.inbox->last().at("result").as_object();
    EXPECT_EQ(result.at("protocolVersion"), "2025-11-25");
    EXPECT_EQ(result.at("serverInfo").at("name"), "test");
    EXPECT_EQ(result.at("instructions"), "Be kind.");
}

TEST(Lifecycle, CapabilitiesAreWhatTheCatalogHas) {
    Client client(catalog_with_tools());
    client.opened();
    const json::object capabilities =
        client.inbox->last().at("result").at("capabilities").as_object();
    EXPECT_TRUE(capabilities.contains("tools"));
    EXPECT_TRUE(capabilities.contains("logging"));
    EXPECT_FALSE(capabilities.contains("prompts"));
    EXPECT_FALSE(capabilities.contains("resources"));
    EXPECT_FALSE(capabilities.contains("completions"));
    EXPECT_EQ(client.error_code("prompts/list"), rpc::kMethodNotFound);
    EXPECT_EQ(client.error_code("resources/read", {{"uri", "a://b"}}), rpc::kMethodNotFound);
}

TEST(Lifecycle, OnlyPingAndInitializeComeFirst) {
    Client client(catalog_with_tools());
    EXPECT_TRUE(client.result("ping").empty());
    EXPECT_EQ(client.error_code("tools/list"), rpc::kInvalidRequest);
    EXPECT_EQ(client.error_code("tools/call", {{"name", "add"}}), rpc::kInvalidRequest);
    EXPECT_EQ(client.error_code("initialize"), rpc::kInvalidParams);
    EXPECT_FALSE(client.session->initialized());
    client.opened();
    EXPECT_EQ(client.error_code("initialize", {{"protocolVersion", "2025-11-25"}}),
              rpc::kInvalidRequest);
    EXPECT_EQ(client.error_code("no/such/method"), rpc::kMethodNotFound);
}

TEST(Lifecycle, UnknownNotificationsAndLateAnswersAreIgnored) {
    Client client(catalog_with_tools());
    client.opened();
    const std::size_t before = client.inbox->size();
    client.notify("notifications/initialized");
    client.notify("notifications/nobody/knows");
    client.notify("notifications/cancelled", {{"requestId", 99}});
    client.notify("notifications/cancelled");
    client.session->receive(make_result(42, json::object{}), client.inbox);
    EXPECT_EQ(client.inbox->size(), before);
}

TEST(Text, WhatIsNotJsonIsAParseErrorWithoutAnId) {
    Client client(catalog_with_tools());
    for (const std::string_view text :
         {std::string_view("{bad"), std::string_view(""), std::string_view("{\"a\":\"\xff\"}"),
          std::string_view("{} {}")}) {
        client.session->receive_text(text, client.inbox);
        EXPECT_EQ(client.inbox->last().at("error").at("code"), rpc::kParseError);
        EXPECT_TRUE(client.inbox->last().at("id").is_null());
    }
}

TEST(Tools, ListShowsWhatTheVersionKnows) {
    const auto first_tool = [](std::string_view version) {
        Client client(catalog_with_tools());
        client.opened(version);
        return client.result("tools/list").at("tools").at(0).as_object();
    };
    const json::object newest = first_tool("2025-11-25");
    EXPECT_EQ(newest.at("title"), "Add");
    EXPECT_TRUE(newest.contains("outputSchema"));
    EXPECT_EQ(newest.at("annotations").at("readOnlyHint"), true);
    const json::object middle = first_tool("2025-03-26");
    EXPECT_FALSE(middle.contains("outputSchema"));
    EXPECT_TRUE(middle.contains("annotations"));
    const json::object oldest = first_tool("2024-11-05");
    EXPECT_FALSE(oldest.contains("annotations"));
    EXPECT_TRUE(oldest.contains("inputSchema"));
}

TEST(Tools, ListIsPaged) {
    Client client(catalog_with_tools(), {.page = 4});
    client.opened();
    const json::object first = client.result("tools/list");
    EXPECT_EQ(first.at("tools").as_array().size(), 4u);
    const json::object second = client.result("tools/list", {{"cursor", first.at("nextCursor")}});
    EXPECT_EQ(second.at("tools").as_array().size(), 2u);
    EXPECT_FALSE(second.contains("nextCursor"));
    for (const json::value& cursor : {json::value("x"), json::value("99"), json::value("4x"),
                                      json::value(4), json::value("-1")})
        EXPECT_EQ(client.error_code("tools/list", {{"cursor", cursor}}), rpc::kInvalidParams);
}

TEST(Tools, ResultHasTextAndStructure) {
    Client client(catalog_with_tools());
    client.opened();
    const json::object result = client.call("add", {{"a", 2}, {"b", 3}});
    EXPECT_EQ(text_of(result), "{\n  \"sum\": 5\n}");
    EXPECT_EQ(result.at("structuredContent").at("sum"), 5);
    EXPECT_FALSE(result.contains("isError"));

    Client old(catalog_with_tools());
    old.opened("2025-03-26");
    EXPECT_FALSE(old.call("add", {{"a", 2}, {"b", 3}}).contains("structuredContent"));
}

TEST(Tools, ErrorsOfTheToolAreResultsThatTheModelCanRead) {
    Client client(catalog_with_tools());
    client.opened();
    const json::object bad = client.call("bad_input");
    EXPECT_EQ(bad.at("isError"), true);
    EXPECT_EQ(text_of(bad), "Error: Invalid parameters: limit: expected an integer, got a string");
    EXPECT_EQ(bad.at("_meta").at("stele/error").at("code"), "invalid_argument");
    EXPECT_EQ(bad.at("_meta").at("stele/error").at("details").at("errors").as_array().size(), 1u);
    EXPECT_FALSE(bad.contains("structuredContent"));

    const json::object down = client.call("down");
    EXPECT_EQ(text_of(down), "the database cannot be reached\nrun stele doctor");
    EXPECT_EQ(down.at("_meta").at("stele/error").at("retryable"), true);
}

TEST(Tools, BugsAreNotTold) {
    Client client(catalog_with_tools());
    client.opened();
    for (const std::string_view name : {"bug", "own_bug"}) {
        const json::object result = client.call(name);
        EXPECT_EQ(result.at("isError"), true);
        EXPECT_EQ(text_of(result), "Internal error");
        EXPECT_EQ(serialize(result).find("secret plan"), std::string::npos);
    }
}

TEST(Tools, ResultsArePassedAsTheyAre) {
    Client client(catalog_with_tools());
    client.opened();
    const json::object result = client.call("leak");
    EXPECT_EQ(result.at("structuredContent").at("password"), "hunter22");
    EXPECT_NE(text_of(result).find("hunter22"), std::string::npos);
}

TEST(Tools, BadCallsAreProtocolErrors) {
    Client client(catalog_with_tools());
    client.opened();
    EXPECT_EQ(client.error_code("tools/call"), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("tools/call", {{"name", 5}}), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("tools/call", {{"name", "nothing"}}), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("tools/call", {{"name", "add"}, {"arguments", "x"}}),
              rpc::kInvalidParams);
}

std::shared_ptr<Catalog> catalog_with_resources() {
    auto catalog = empty_catalog();
    catalog->subscriptions = true;
    catalog->resources.push_back(
        {.uri = "note://one", .name = "one", .mime_type = "text/plain", .read = [](Call&) {
             return std::vector<Contents>{{.uri = "note://one", .text = "token=abcdefgh"}};
         }});
    catalog->templates.push_back(
        {.uri_template = "note://{id}/page/{page}",
         .name = "page",
         .read =
             [](Call&, const std::string& uri, const json::object& variables) {
                 if (variables.at("id") == "gone") throw Error(Code::not_found, "no such note");
                 return std::vector<Contents>{{.uri = uri, .text = serialize(variables)}};
             },
         .complete = {{"id", [](Call&, std::string_view typed, const json::object&) {
                           return std::vector<std::string>(150, std::string(typed) + "x");
                       }}}});
    catalog->prompts.push_back(
        {.name = "greet",
         .description = "Greets",
         .arguments = {{.name = "who", .required = true}},
         .messages = [](Call&, const json::object& arguments) {
             return json::array{json::object{
                 {"role", "user"}, {"content", text_content(arguments.at("who").as_string())}}};
         }});
    return catalog;
}

TEST(Resources, AreReadByUriAndByTemplate) {
    Client client(catalog_with_resources());
    client.opened();
    const json::object direct = client.result("resources/read", {{"uri", "note://one"}});
    EXPECT_EQ(direct.at("contents").at(0).at("text"), "token=abcdefgh");
    const json::object filled = client.result("resources/read", {{"uri", "note://a%20b/page/2"}});
    EXPECT_EQ(filled.at("contents").at(0).at("text"), R"({"id":"a b","page":"2"})");
    EXPECT_EQ(client.result("resources/list").at("resources").as_array().size(), 1u);
    EXPECT_EQ(client.result("resources/templates/list").at("resourceTemplates").at(0).at("name"),
              "page");
}

TEST(Resources, UnknownOnesAreNotFound) {
    Client client(catalog_with_resources());
    client.opened();
    for (const std::string_view uri : {"note://two", "note:///page/1", "note://a/b/page/1",
                                       "note://gone/page/1", "note://a/page/1/"})
        EXPECT_EQ(client.error_code("resources/read", {{"uri", uri}}), rpc::kResourceNotFound)
            << uri;
    EXPECT_EQ(client.error_code("resources/read"), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("resources/read", {{"uri", "note://" + std::string(3000, 'x')}}),
              rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("resources/subscribe", {{"uri", "note://two"}}),
              rpc::kResourceNotFound);
}

TEST(Resources, SubscribersHearOfChangesUntilTheyLeave) {
    const auto catalog = catalog_with_resources();
    Client client(catalog, {.subscriptions = 1});
    client.opened();
    catalog->announcer->announce("note://one");
    EXPECT_EQ(client.background->size(), 0u);
    client.result("resources/subscribe", {{"uri", "note://one"}});
    EXPECT_EQ(client.error_code("resources/subscribe", {{"uri", "note://a/page/1"}}),
              rpc::kServerError);
    catalog->announcer->announce("note://one");
    ASSERT_EQ(client.background->size(), 1u);
    EXPECT_EQ(client.background->last().at("method"), "notifications/resources/updated");
    EXPECT_EQ(client.background->last().at("params").at("uri"), "note://one");
    client.result("resources/unsubscribe", {{"uri", "note://one"}});
    catalog->announcer->announce("note://one");
    EXPECT_EQ(client.background->size(), 1u);
    client.session.reset();
    catalog->announcer->announce("note://one");
}

TEST(Prompts, AreFilledAndChecked) {
    Client client(catalog_with_resources());
    client.opened();
    const json::object got =
        client.result("prompts/get", {{"name", "greet"}, {"arguments", {{"who", "Ada"}}}});
    EXPECT_EQ(got.at("messages").at(0).at("content").at("text"), "Ada");
    EXPECT_EQ(client.error_code("prompts/get", {{"name", "greet"}}), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("prompts/get", {{"name", "none"}}), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("prompts/get", {{"name", "greet"}, {"arguments", {{"who", 1}}}}),
              rpc::kInvalidParams);
    EXPECT_EQ(
        client.result("prompts/list").at("prompts").at(0).at("arguments").at(0).at("required"),
        true);
}

TEST(Completion, SuggestsAtMostAHundred) {
    Client client(catalog_with_resources());
    client.opened();
    const json::object page{{"type", "ref/resource"}, {"uri", "note://{id}/page/{page}"}};
    const json::object found = client.result(
        "completion/complete", {{"ref", page}, {"argument", {{"name", "id"}, {"value", "a"}}}});
    EXPECT_EQ(found.at("completion").at("values").as_array().size(), 100u);
    EXPECT_EQ(found.at("completion").at("values").at(0), "ax");
    EXPECT_EQ(found.at("completion").at("total"), 150);
    EXPECT_EQ(found.at("completion").at("hasMore"), true);
    const json::object nothing = client.result(
        "completion/complete", {{"ref", page}, {"argument", {{"name", "page"}, {"value", ""}}}});
    EXPECT_TRUE(nothing.at("completion").at("values").as_array().empty());
    EXPECT_EQ(client.error_code("completion/complete",
                                {{"ref", {{"type", "ref/prompt"}, {"name", "none"}}},
                                 {"argument", {{"name", "a"}, {"value", ""}}}}),
              rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("completion/complete",
                                {{"ref", {{"type", "ref/else"}}}, {"argument", {{"name", "a"}}}}),
              rpc::kInvalidParams);
}

TEST(Batch, BelongsToOneVersionOnly) {
    const json::value batch = parsed(R"([
        {"jsonrpc":"2.0","id":1,"method":"ping"},
        {"jsonrpc":"2.0","method":"notifications/initialized"},
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"add",
         "arguments":{"a":1,"b":1}}},
        {"jsonrpc":"2.0","id":3,"method":"nothing"}])");
    for (const std::string_view version : {"2024-11-05", "2025-06-18", "2025-11-25"}) {
        Client client(catalog_with_tools());
        client.opened(version);
        EXPECT_FALSE(client.session->receive(batch, client.inbox));
        EXPECT_EQ(client.inbox->last().at("error").at("code"), rpc::kInvalidRequest) << version;
    }
    Client client(catalog_with_tools());
    client.opened("2025-03-26");
    const Job job = client.session->receive(batch, client.inbox);
    ASSERT_TRUE(job);
    EXPECT_EQ(client.inbox->size(), 1u);
    job.run();
    const json::array answers = client.inbox->all().back().as_array();
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[0].at("id"), 1);
    EXPECT_EQ(answers[1].at("id"), 3);
    EXPECT_EQ(text_of(answers[2].at("result").as_object()), "{\n  \"sum\": 2\n}");
}

TEST(Batch, IsBounded) {
    Client client(catalog_with_tools(), {.batch = 2});
    client.opened("2025-03-26");
    const auto refused = [&](std::string_view text) {
        client.session->receive(parsed(text), client.inbox);
        const json::value last = client.inbox->all().back();
        return last.is_object() && last.at("error").at("code") == rpc::kInvalidRequest;
    };
    const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    EXPECT_TRUE(refused("[]"));
    EXPECT_TRUE(refused("[" + ping + "," + ping + "," + ping + "]"));
    EXPECT_TRUE(refused(R"([{"jsonrpc":"2.0","id":1,"method":"initialize"}])"));
    EXPECT_FALSE(refused("[" + ping + "]"));
}

}  // namespace
}  // namespace stele::mcp
