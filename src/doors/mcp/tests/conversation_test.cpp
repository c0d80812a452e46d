// What happens while a call runs: cancellation, progress, logs, and questions to the client.
#include <thread>

#include "testing.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

struct Running {
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::shared_ptr<Catalog> catalog = empty_catalog();

    Running() {
        catalog->tools = {tool("wait", [gate = gate](Call& call, const json::object&) {
            return ToolResult::text(gate->pass(call.cancelled()) ? "passed" : "stopped");
        })};
    }
};

TEST(Cancellation, StopsARunningCallWhichIsThenNotAnswered) {
    Running running;
    Client client(running.catalog);
    client.opened();
    const Job job = client.start("tools/call", {{"name", "wait"}}, "long");
    std::thread thread(job.run);
    running.gate->wait_until_somebody_waits();
    EXPECT_EQ(client.session->in_flight(), 1u);
    EXPECT_TRUE(client.ask("ping", {}, 2).contains("result"));
    client.notify("notifications/cancelled", {{"requestId", "long"}, {"reason", "enough"}});
    thread.join();
    EXPECT_EQ(client.inbox->size(), 2u);  // initialize and ping
    EXPECT_EQ(client.session->in_flight(), 0u);
}

TEST(Cancellation, ReachesACallThatHasNotBegun) {
    Running running;
    Client client(running.catalog);
    client.opened();
    const Job job = client.start("tools/call", {{"name", "wait"}}, 5);
    client.notify("notifications/cancelled", {{"requestId", 5}});
    job.run();
    EXPECT_EQ(client.inbox->size(), 1u);
    EXPECT_EQ(client.session->in_flight(), 0u);
}

TEST(Cancellation, OfAnIdOfAnotherKindTouchesNothing) {
    Running running;
    running.gate->open();
    Client client(running.catalog);
    client.opened();
    const Job job = client.start("tools/call", {{"name", "wait"}}, 5);
    client.notify("notifications/cancelled", {{"requestId", "5"}});
    job.run();
    EXPECT_EQ(text_of(client.inbox->last().at("result").as_object()), "passed");
}

TEST(InFlight, IdsAreUniqueAndTheirNumberIsBounded) {
    Running running;
    running.gate->open();
    Client client(running.catalog, {.in_flight = 2});
    client.opened();
    const Job first = client.start("tools/call", {{"name", "wait"}}, 1);
    EXPECT_FALSE(client.start("tools/call", {{"name", "wait"}}, 1));
    EXPECT_EQ(client.inbox->last().at("error").at("code"), rpc::kInvalidRequest);
    const Job second = client.start("tools/call", {{"name", "wait"}}, 2);
    EXPECT_FALSE(client.start("tools/call", {{"name", "wait"}}, 3));
    EXPECT_EQ(client.inbox->last().at("id"), 3);
    EXPECT_EQ(client.inbox->last().at("error").at("code"), rpc::kServerError);
    first.run();
    second.turn_away(Error(Code::rate_limited, "full"));
    EXPECT_EQ(client.inbox->last().at("id"), 2);
    EXPECT_EQ(client.inbox->last().at("error").at("code"), rpc::kServerError);
    EXPECT_EQ(client.session->in_flight(), 0u);
    EXPECT_TRUE(client.start("tools/call", {{"name", "wait"}}, 1));
}

TEST(Progress, GoesToWhoAskedAndOnlyIncreases) {
    auto catalog = empty_catalog();
    catalog->tools = {tool("work", [](Call& call, const json::object&) {
        call.progress(1, 4, "one");
        call.progress(1, 4, "again");
        call.progress(0.5, 4, "back");
        call.progress(2.5, 0, "password=hunter22");
        return ToolResult::text("done");
    })};
    Client client(catalog);
    client.opened();
    client.call("work");
    EXPECT_EQ(client.inbox->size(), 2u);

    client.ask("tools/call", {{"name", "work"}, {"_meta", {{"progressToken", "p"}}}});
    ASSERT_EQ(client.inbox->size(), 5u);
    EXPECT_EQ(serialize(client.inbox->at(2)),
              R"({"jsonrpc":"2.0","method":"notifications/progress","params":)"
              R"({"progressToken":"p","progress":1,"total":4,"message":"one"}})");
    const json::object second = client.inbox->at(3).at("params").as_object();
    EXPECT_EQ(second.at("progress"), 2.5);
    EXPECT_FALSE(second.contains("total"));
    EXPECT_EQ(second.at("message"), "password=***");
    EXPECT_TRUE(client.inbox->at(4).contains("result"));
}

TEST(Logging, RespectsTheLevelThatTheClientSet) {
    auto catalog = empty_catalog();
    catalog->tools = {tool("work", [](Call& call, const json::object&) {
        call.log(LogLevel::debug, "work", "small");
        call.log(LogLevel::error, "work", {{"token", "hunter22hunter22"}});
        return ToolResult::text("done");
    })};
    Client client(catalog);
    client.opened();
    client.call("work");
    ASSERT_EQ(client.inbox->size(), 3u);
    const json::object params = client.inbox->at(1).at("params").as_object();
    EXPECT_EQ(params.at("level"), "error");
    EXPECT_EQ(params.at("data").at("token"), "***");
    EXPECT_TRUE(client.result("logging/setLevel", {{"level", "debug"}}).empty());
    client.call("work");
    EXPECT_EQ(client.inbox->size(), 7u);
    client.result("logging/setLevel", {{"level", "emergency"}});
    client.call("work");
    EXPECT_EQ(client.inbox->size(), 9u);
    EXPECT_EQ(client.error_code("logging/setLevel", {{"level", "loud"}}), rpc::kInvalidParams);
    EXPECT_EQ(client.error_code("logging/setLevel"), rpc::kInvalidParams);
}

// A catalog whose tools ask the client, and a client that offers everything.
struct Asking {
    std::shared_ptr<Catalog> catalog = empty_catalog();
    Asking() {
        catalog->tools = {
            tool("sample",
                 [](Call& call, const json::object&) {
                     const json::object answer = call.sample({{"maxTokens", 9}});
                     return ToolResult::text(answer.at("model").as_string());
                 }),
            tool("elicit",
                 [](Call& call, const json::object&) {
                     return ToolResult::text(call.elicit({}).at("action").as_string());
                 }),
            tool("roots", [](Call& call, const json::object&) {
                return ToolResult::text(std::to_string(call.roots().size()));
            })};
    }
    static json::object everything() {
        return {{"sampling", json::object{}},
                {"elicitation", json::object{}},
                {"roots", json::object{}}};
    }
};

// Runs the tool on a thread; `answer` gets the server's question and says what the client replies.
json::object converse(Client& client, std::string_view name,
                      const std::function<void(const json::object& question)>& answer) {
    const std::size_t before = client.inbox->size();
    const Job job = client.start("tools/call", {{"name", name}});
    std::thread thread(job.run);
    answer(client.inbox->at(before));
    thread.join();
    return client.inbox->last();
}

TEST(AskingTheClient, BringsBackItsAnswer) {
    Asking asking;
    Client client(asking.catalog);
    client.opened("2025-11-25", Asking::everything());
    const auto reply = [&](json::object result) {
        return [&client, result](const json::object& question) {
            client.session->receive(make_result(question.at("id"), result), client.inbox);
        };
    };
    EXPECT_EQ(
        text_of(converse(client, "sample", reply({{"model", "m1"}})).at("result").as_object()),
        "m1");
    EXPECT_EQ(
        text_of(
            converse(client, "elicit", reply({{"action", "decline"}})).at("result").as_object()),
        "decline");
    EXPECT_EQ(text_of(converse(client, "roots", reply({{"roots", json::array{1, 2}}}))
                          .at("result")
                          .as_object()),
              "2");
    const json::object odd =
        converse(client, "roots", reply({{"roots", "none"}})).at("result").as_object();
    EXPECT_EQ(odd.at("isError"), true);
}

TEST(AskingTheClient, NeedsTheCapability) {
    Asking asking;
    Client client(asking.catalog);
    client.opened();
    for (const std::string_view name : {"sample", "elicit", "roots"}) {
        const json::object result = client.call(name);
        EXPECT_EQ(result.at("isError"), true);
        EXPECT_EQ(result.at("_meta").at("stele/error").at("code"), "unsupported");
    }
}

TEST(AskingTheClient, PassesOnItsRefusal) {
    Asking asking;
    Client client(asking.catalog);
    client.opened("2025-11-25", Asking::everything());
    const json::object answer = converse(client, "sample", [&](const json::object& question) {
        client.session->receive(make_error(question.at("id"), -1, "user rejected"), client.inbox);
    });
    EXPECT_EQ(text_of(answer.at("result").as_object()),
              "the client refused sampling/createMessage: user rejected");
}

TEST(AskingTheClient, EndsWhenTheClientIsTooSlow) {
    Asking asking;
    Client client(asking.catalog, {.client_wait = std::chrono::milliseconds(20)});
    client.opened("2025-11-25", Asking::everything());
    const json::object result = client.call("sample");
    EXPECT_EQ(result.at("_meta").at("stele/error").at("code"), "deadline_exceeded");
    // initialize, the question, its cancellation, the answer
    const json::object cancelled = client.inbox->at(2);
    EXPECT_EQ(cancelled.at("method"), "notifications/cancelled");
    EXPECT_EQ(cancelled.at("params").at("requestId"), client.inbox->at(1).at("id"));
}

TEST(AskingTheClient, EndsWhenTheCallIsCancelledOrTheClientGone) {
    Asking asking;
    Client client(asking.catalog);
    client.opened("2025-11-25", Asking::everything());
    converse(client, "sample", [&](const json::object&) {
        client.notify("notifications/cancelled", {{"requestId", 1}});
    });
    EXPECT_EQ(client.inbox->last().at("method"), "notifications/cancelled");
    const json::object gone =
        converse(client, "sample", [&](const json::object&) { client.session->client_gone(); });
    EXPECT_EQ(gone.at("result").at("_meta").at("stele/error").at("code"), "cancelled");
    // Later questions fail at once.
    EXPECT_EQ(client.call("elicit").at("isError"), true);
}

TEST(Closing, CancelsEverythingInFlight) {
    Running running;
    Client client(running.catalog);
    client.opened();
    const Job job = client.start("tools/call", {{"name", "wait"}});
    std::thread thread(job.run);
    running.gate->wait_until_somebody_waits();
    client.session->close();
    thread.join();
    EXPECT_EQ(client.inbox->size(), 1u);
}

}  // namespace
}  // namespace stele::mcp
