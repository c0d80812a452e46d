#include "doors/mcp/product.hpp"

#include "runtime/settings.hpp"
#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

struct Note {
    std::string id;
    std::string description;
    template <class S = Note>
    static auto describe() {
        return reflect::fields(reflect::field("id", &S::id, "Its id"),
                               reflect::field("description", &S::description, "What it says"));
    }
};

struct Notes {
    std::vector<Note> results;
    static auto describe() {
        return reflect::fields(reflect::field("results", &Notes::results, "What was found"));
    }
};

struct SearchInput {
    std::string query;
    int limit = 10;
    template <class S = SearchInput>
    static auto describe() {
        return reflect::fields(reflect::field("query", &S::query, "What to look for").required(),
                               reflect::field("limit", &S::limit, "How many").range(1, 100));
    }
};

struct GetInput {
    std::string id;
    static auto describe() {
        return reflect::fields(
            reflect::field("id", &GetInput::id, "Which one").required().format("uuid"));
    }
};

struct Nothing {
    static auto describe() { return reflect::fields(); }
};

// What the last operation was given.
struct Seen {
    std::string principal;
    std::string request_id;
    bool has_deadline = false;
    bool cancelled = false;
};
Seen seen;

Notes search(runtime::Context& context, const SearchInput& input) {
    seen = {context.caller.principal, context.request_id,
            time_left(context.deadline) > std::chrono::milliseconds(0),
            context.cancelled.stop_requested()};
    if (context.progress) context.progress({.done = 1, .total = 2, .message = "searching"});
    return {{{"1", "about " + input.query + " x" + std::to_string(input.limit)}}};
}

Notes recent(runtime::Context&, const Nothing&) {
    return {{{"2", "the newest"}}};
}

Note get(runtime::Context&, const GetInput& input) {
    if (input.id.starts_with("0")) throw Error(Code::not_found, "there is no memory " + input.id);
    return {input.id, "found"};
}

Note store(runtime::Context&, const SearchInput& input) {
    return {"3", input.query};
}

Notes status(runtime::Context&, const Nothing&) {
    return {{{"db", "fine"}}};
}

runtime::Operation described(runtime::Operation operation, std::string summary, bool is_default) {
    operation.summary = std::move(summary);
    operation.description = "Use it often.\n\nMore than a model needs to know.";
    operation.examples = {{"An example", {}}};
    operation.default_tool = is_default;
    return operation;
}

struct Product {
    runtime::Dispatcher dispatcher;
    runtime::Registry registry;
    runtime::Settings settings;
    char nothing = 0;

    Product() {
        registry.add(
            described(runtime::operation("memory.search", search), "Search memories", true));
        runtime::Operation storing =
            described(runtime::operation("memory.store", store), "Store a memory", true);
        storing.effect = runtime::Effect::write;
        registry.add(storing);
        registry.add(
            described(runtime::operation("memory.recent", recent), "List memories", false));
        registry.add(described(runtime::operation("memory.get", get), "Show a memory", false));
        runtime::Operation deleting =
            described(runtime::operation("memory.forget", get), "Forget a memory", false);
        deleting.effect = runtime::Effect::destructive;
        deleting.idempotent = true;
        registry.add(deleting);
        registry.add(
            described(runtime::operation("db.status", status), "Show the database", false));
        runtime::Operation terminal =
            described(runtime::operation("db.shell", status), "Open a shell", true);
        terminal.doors = runtime::kCli;
        registry.add(terminal);
    }
    std::shared_ptr<const Catalog> catalog() {
        return product_catalog(registry, dispatcher,
                               {.version = "1.2.3", .context = [this](const CallInfo& info) {
                                    runtime::Context context{.settings = settings,
                                                             .db = no_database()};
                                    context.caller = info.caller;
                                    return context;
                                }});
    }
    // The operations of these tests never touch it.
    pg::Database& no_database() {
        return *static_cast<pg::Database*>(static_cast<void*>(&nothing));
    }
};

using Names = std::vector<std::string>;

// What a client that was opened with these tools is offered.
Names offered(Product& product, const std::string& tools) {
    Client client(product.catalog(), {.caller = {}, .tools = tools});
    client.opened();
    const json::array listed = client.result("tools/list").at("tools").as_array();
    Names out;
    for (const json::value& each : listed) out.emplace_back(each.at("name").as_string());
    return out;
}

TEST(Product, OffersTheDefaultSetUnlessToldOtherwise) {
    Product product;
    const Names standard{"memory_search", "memory_store"};
    const Names memory{"memory_search", "memory_store", "memory_recent", "memory_get",
                       "memory_forget"};
    Names all = memory;
    all.push_back("db_status");
    EXPECT_EQ(offered(product, ""), standard);
    EXPECT_EQ(offered(product, "default"), standard);
    EXPECT_EQ(offered(product, " memory_get , db.status,"), (Names{"memory_get", "db_status"}));
    EXPECT_EQ(offered(product, "default,db_status"),
              (Names{"memory_search", "memory_store", "db_status"}));
    EXPECT_EQ(offered(product, "db"), (Names{"db_status"}));
    EXPECT_EQ(offered(product, "all"), all);
}

TEST(Product, AToolThatWasNotChosenIsRefused) {
    Product product;
    Client client(product.catalog());
    client.opened();
    const json::object answer =
        client.ask("tools/call", {{"name", "db_status"}, {"arguments", json::object{}}});
    EXPECT_EQ(answer.at("error").at("code"), rpc::kInvalidParams);
    const std::string message(answer.at("error").at("message").as_string());
    EXPECT_NE(message.find("--tools default,db_status"), std::string::npos) << message;
}

TEST(Product, RefusesToolsThatAreNotThere) {
    Product product;
    const auto refused = [&](const std::string& tools) {
        try {
            offered(product, tools);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            return std::string(error.message());
        }
        return std::string();
    };
    EXPECT_NE(refused("memory_serch").find("memory.search"), std::string::npos);
    EXPECT_NE(refused("db.shell").find("MCP"), std::string::npos);
}

TEST(Product, DescribesItsTools) {
    Product product;
    Client client(product.catalog(), {.caller = {}, .tools = "all"});
    client.opened();
    const json::object initialized = client.inbox->last().at("result").as_object();
    EXPECT_EQ(initialized.at("serverInfo").at("name"), "stele");
    EXPECT_EQ(initialized.at("serverInfo").at("version"), "1.2.3");
    EXPECT_FALSE(initialized.at("instructions").as_string().empty());
    const json::array tools = client.result("tools/list").at("tools").as_array();
    const json::object first = tools.at(0).as_object();
    EXPECT_EQ(first.at("description"), "Search memories. Use it often.");
    EXPECT_EQ(first.at("inputSchema").at("required").at(0), "query");
    EXPECT_EQ(first.at("inputSchema").at("additionalProperties"), false);
    // The members with their types, and nothing of what is inside them.
    EXPECT_EQ(serialize(first.at("outputSchema")),
              R"({"type":"object","properties":{"results":{"type":"array","items":)"
              R"({"type":"object"}}},"required":["results"]})");
    const auto hints = [&](std::size_t index) {
        return serialize(tools.at(index).at("annotations"));
    };
    EXPECT_EQ(hints(0), R"({"readOnlyHint":true,"destructiveHint":false,)"
                        R"("idempotentHint":false,"openWorldHint":false})");
    EXPECT_EQ(hints(1), R"({"readOnlyHint":false,"destructiveHint":false,)"
                        R"("idempotentHint":false,"openWorldHint":false})");
    EXPECT_EQ(hints(4), R"({"readOnlyHint":false,"destructiveHint":true,)"
                        R"("idempotentHint":true,"openWorldHint":false})");
}

TEST(Product, RunsOperationsInTheirContext) {
    Product product;
    runtime::Caller ada;
    ada.principal = "ada";
    Client client(product.catalog(), {.caller = ada});
    client.opened();
    client.ask("tools/call", {{"name", "memory_search"},
                              {"arguments", {{"query", "ports"}}},
                              {"_meta", {{"progressToken", 1}}}});
    ASSERT_EQ(client.inbox->size(), 3u);
    EXPECT_EQ(client.inbox->at(1).at("params").at("message"), "searching");
    const json::object result = client.inbox->at(2).at("result").as_object();
    EXPECT_EQ(result.at("structuredContent").at("results").at(0).at("description"),
              "about ports x10");
    EXPECT_EQ(seen.principal, "ada");
    EXPECT_FALSE(seen.request_id.empty());
    EXPECT_TRUE(seen.has_deadline);
    EXPECT_FALSE(seen.cancelled);
}

TEST(Product, WrongArgumentsAreToldToTheModel) {
    Product product;
    Client client(product.catalog());
    client.opened();
    EXPECT_EQ(text_of(client.call("memory_search", {{"limit", 0}})),
              "Error: Invalid parameters: query: is required; limit: must be between 1 and 100, "
              "got 0");
}

TEST(Product, TakesArgumentsThatAreTexts) {
    Product product;
    Client client(product.catalog());
    client.opened();
    const json::object result = client.call("memory_search", {{"query", "3"}, {"limit", "3"}})
                                    .at("structuredContent")
                                    .as_object();
    EXPECT_EQ(result.at("results").at(0).at("description"), "about 3 x3");
    EXPECT_EQ(text_of(client.call("memory_search", {{"query", 3}})),
              "Error: Invalid parameters: query: expected a string, got an integer");
}

TEST(Product, ReadsResourcesThroughOperations) {
    Product product;
    Client client(product.catalog());
    client.opened();
    const auto read = [&](std::string_view uri) {
        const json::object result = client.result("resources/read", {{"uri", uri}});
        EXPECT_EQ(result.at("contents").at(0).at("uri").as_string(), uri);
        return parsed(result.at("contents").at(0).at("text").as_string());
    };
    EXPECT_EQ(read("memory://recent").at("results").at(0).at("description"), "the newest");
    EXPECT_EQ(read("stele://status").at("results").at(0).at("description"), "fine");
    const std::string uri = "memory://11111111-1111-4111-8111-111111111111";
    EXPECT_EQ(read(uri).at("description"), "found");
    EXPECT_EQ(client.error_code("resources/read",
                                {{"uri", "memory://01111111-1111-4111-8111-111111111111"}}),
              rpc::kResourceNotFound);
    EXPECT_EQ(client.error_code("resources/read", {{"uri", "memory://x"}}), rpc::kInvalidParams);
}

TEST(Product, OffersOnlyWhatIsRegistered) {
    runtime::Registry registry;
    registry.add(described(runtime::operation("db.status", status), "Show the database", true));
    runtime::Dispatcher dispatcher;
    const auto catalog = product_catalog(registry, dispatcher, {.version = "1"});
    ASSERT_EQ(catalog->resources.size(), 1u);
    EXPECT_EQ(catalog->resources[0].uri, "stele://status");
    EXPECT_TRUE(catalog->templates.empty());
    EXPECT_TRUE(catalog->prompts.empty());
    EXPECT_FALSE(catalog->subscriptions);
}

TEST(Product, AStoredMemoryIsAnnouncedToSubscribers) {
    Product product;
    Client client(product.catalog());
    client.opened();
    client.result("resources/subscribe", {{"uri", "memory://recent"}});
    client.call("memory_search", {{"query", "x"}});
    EXPECT_EQ(client.background->size(), 0u);
    client.call("memory_store", {{"query", "x"}});
    EXPECT_EQ(client.background->last().at("params").at("uri"), "memory://recent");
}

TEST(Product, PromptsRecallAndRemember) {
    Product product;
    Client client(product.catalog());
    client.opened();
    const json::object recall = client.result(
        "prompts/get", {{"name", "recall"}, {"arguments", {{"question", "which port?"}}}});
    const std::string text = serialize(recall);
    EXPECT_NE(text.find("about which port?"), std::string::npos) << text;
    EXPECT_EQ(client.error_code("prompts/get", {{"name", "recall"}}), rpc::kInvalidParams);
    const std::string all = serialize(client.result("prompts/get", {{"name", "remember"}}));
    EXPECT_NE(all.find("memory_store"), std::string::npos) << all;
    const std::string some = serialize(client.result(
        "prompts/get", {{"name", "remember"}, {"arguments", {{"topic", "the deploy"}}}}));
    EXPECT_NE(some.find("the deploy"), std::string::npos) << some;
}

}  // namespace
}  // namespace stele::mcp
