#include "runtime/dispatcher.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include "foundation/base/error.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"

namespace stele::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Dispatched : ::testing::Test {
    Dispatched() {
        op.name = "test.run";
        op.runs([this](Context& context, const json::value&) -> json::value {
            ++runs;
            return body ? body(context) : json::value(1);
        });
    }
    void needs(const std::vector<std::string>& scopes) { op.needs = runtime::ScopeSet::of(scopes); }
    Context context() {
        // No operation here comes near the database.
        alignas(16) static char nothing[1];
        Context out{caller, settings, reinterpret_cast<pg::Database&>(nothing), nullptr,
                    deadline_in(60s)};
        out.notifier = notifier;
        return out;
    }
    json::value call(const json::value& input = json::object{}) {
        Context mine = context();
        return dispatcher.call(op, mine, input);
    }
    Code refused() {
        try {
            call();
            return Code::internal;
        } catch (const Error& error) {
            return error.code();
        }
    }
    int counted(std::string_view outcome) {
        const std::regex line("stele_operations_total\\{.*outcome=\"" + std::string(outcome) +
                              "\".*\\} (\\d+)");
        std::smatch found;
        const std::string text = metrics.text();
        return std::regex_search(text, found, line) ? std::stoi(found[1]) : 0;
    }

    Metrics metrics;
    Dispatcher dispatcher{{.metrics = &metrics, .recorder = nullptr, .limits = {}}};
    Settings settings;
    Caller caller;
    Notifier* notifier = nullptr;
    Operation op;
    std::function<json::value(Context&)> body;
    std::atomic<int> runs = 0;
};

TEST_F(Dispatched, NothingRunsWithoutTheScopes) {
    needs({"memory:read", "chat:read"});
    caller.scopes = runtime::ScopeSet::of({"memory:read", "memory:write", "chat:write"});
    op.waits([](const Context&, const json::value&) { return LongPoll{}; },
             [](const json::value&) { return false; });
    op.streams([this](Context&, const json::value&) -> std::shared_ptr<http::EventChannel> {
        ++runs;
        return nullptr;
    });
    Context mine = context();
    EXPECT_EQ(refused(), Code::forbidden);
    EXPECT_THROW(dispatcher.poll_once(op, mine, {}, deadline_in(1s), false), Error);
    EXPECT_THROW(dispatcher.stream(op, mine, {}), Error);
    EXPECT_THROW(dispatcher.admit(op, caller), Error);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(counted("forbidden"), 4);
    caller.scopes = runtime::ScopeSet::of({"memory:read", "chat:read"});
    EXPECT_EQ(refused(), Code::internal);
    EXPECT_EQ(runs, 1);
}

TEST_F(Dispatched, NamesTheScopesThatAreNeeded) {
    needs({"memory:read", "chat:read"});
    caller.scopes = runtime::ScopeSet::of({"memory:read"});
    try {
        call();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.details().at("scope"), "chat:read memory:read");
        EXPECT_EQ(error.details().at("missing"), "chat:read");
    }
}

TEST_F(Dispatched, AHookIsForHooksAndHooksAreForThem) {
    caller.kind = runtime::CallerKind::hook;
    EXPECT_EQ(refused(), Code::forbidden);
    op.hook = true;
    EXPECT_EQ(refused(), Code::internal);
    caller.kind = runtime::CallerKind::local;
    EXPECT_EQ(refused(), Code::unauthenticated);
    caller.kind = runtime::CallerKind::operator_token;
    EXPECT_EQ(refused(), Code::internal);
}

TEST_F(Dispatched, ACredentialThatIsOverRunsNothing) {
    caller.expires = std::chrono::system_clock::now() - 1s;
    EXPECT_EQ(refused(), Code::unauthenticated);
    caller.expires = std::chrono::system_clock::now() + 1h;
    EXPECT_EQ(refused(), Code::internal);
}

TEST_F(Dispatched, WhatReachesBeyondATenantIsNotForATenantsCredential) {
    caller.any_tenant = false;
    EXPECT_EQ(refused(), Code::internal);
    caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000000");
    EXPECT_EQ(refused(), Code::forbidden) << "the system's own tenant";
    caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
    op.across_tenants = true;
    EXPECT_EQ(refused(), Code::forbidden);
    caller.any_tenant = true;
    EXPECT_EQ(refused(), Code::internal);
}

TEST_F(Dispatched, CallsAreBounded) {
    dispatcher.limit({.per_second = 1, .at_once = 0});
    EXPECT_EQ(refused(), Code::internal);
    EXPECT_EQ(refused(), Code::internal);
    EXPECT_EQ(refused(), Code::rate_limited);
    EXPECT_THROW(dispatcher.admit_rate(caller), Error);
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(counted("rate_limited"), 1);
}

TEST_F(Dispatched, EveryOutcomeIsCounted) {
    call();
    body = [](Context&) -> json::value { throw Error(Code::not_found, "gone"); };
    EXPECT_THROW(call(), Error);
    body = [](Context&) -> json::value { throw std::bad_alloc(); };
    EXPECT_THROW(call(), std::bad_alloc);
    body = [](Context&) -> json::value { throw std::out_of_range("a bug"); };
    EXPECT_THROW(call(), std::out_of_range);
    body = [](Context&) -> json::value { throw 7; };
    EXPECT_ANY_THROW(call());
    op.streams([](Context&, const json::value&) -> std::shared_ptr<http::EventChannel> {
        throw Error(Code::unavailable, "no feed");
    });
    Context mine = context();
    EXPECT_THROW(dispatcher.stream(op, mine, {}), Error);
    EXPECT_EQ(counted("ok"), 1);
    EXPECT_EQ(counted("not_found"), 1);
    EXPECT_EQ(counted("internal"), 3);
    EXPECT_EQ(counted("unavailable"), 1);
}

struct Kept : runtime::Recorder {
    std::vector<std::string> events;
    void record(pg::Transaction* tx, const Caller& caller,
                const runtime::AuditEvent& event) override {
        std::string fields;
        for (const std::string& name : event.changed) fields += name + ",";
        events.push_back(event.action + " " + event.decision + " " + caller.principal + " " +
                         fields + (tx ? " tx" : ""));
    }
};

TEST_F(Dispatched, RecordsWhatIsDeclaredAndNoValues) {
    Kept kept;
    Dispatcher recording({.metrics = nullptr, .recorder = &kept, .limits = {}});
    Context mine = context();
    const json::object input{{"name", "secret-value"}, {"force", true}};
    recording.call(op, mine, input);
    EXPECT_TRUE(kept.events.empty());
    op.audit = runtime::Audit::change;
    recording.call(op, mine, input);
    // As the last statement of its own transaction.
    body = [](Context& context) -> json::value {
        alignas(16) static char nothing[1];
        context.audit->record(reinterpret_cast<pg::Transaction&>(nothing), context.caller, "r",
                              {"one"});
        return 1;
    };
    recording.call(op, mine, input);
    body = [](Context&) -> json::value { throw Error(Code::failed, "half of it"); };
    EXPECT_THROW(recording.call(op, mine, input), Error);
    body = [](Context&) -> json::value { throw Error(Code::invalid_argument, "no such field"); };
    EXPECT_THROW(recording.call(op, mine, input), Error);
    EXPECT_THAT(kept.events,
                ElementsAre("test.run ok local name,force,", "test.run ok local one, tx",
                            "test.run failed local name,force,"));
}

// An operation that finds something at its third look.
struct Waiting : Dispatched {
    Waiting() {
        op.waits(
            [](const Context&, const json::value& input) {
                return LongPoll{{"a"}, std::chrono::milliseconds(input.as_int64())};
            },
            [](const json::value& output) { return output.as_int64() < 3; });
        body = [this](Context&) -> json::value { return runs.load(); };
    }
};

TEST_F(Waiting, LooksAgainUntilThereIsSomething) {
    EXPECT_EQ(call(10'000), json::value(3));  // once a second
}

TEST_F(Waiting, IsWokenByABell) {
    Notifier ours;
    notifier = &ours;
    std::jthread ringer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            ours.notify("a");
            std::this_thread::sleep_for(1ms);
        }
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(call(10'000), json::value(3));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
}

TEST_F(Waiting, GivesUpInTime) {
    EXPECT_EQ(call(0), json::value(1));
    EXPECT_EQ(call(50), json::value(3));  // the second and the last look
}

TEST_F(Waiting, LooksWithoutAThreadAreOneCall) {
    Notifier ours;
    notifier = &ours;
    dispatcher.limit({.per_second = 0.5, .at_once = 0});
    const auto arrived = std::chrono::steady_clock::now();
    for (int look = 0; look < 3; ++look) {
        Context mine = context();
        const auto seen = dispatcher.poll_once(op, mine, 10'000, arrived, look > 0);
        EXPECT_EQ(seen.output, json::value(look + 1));
        EXPECT_EQ(bool(seen.later), look < 2);
        EXPECT_EQ(counted("ok"), look == 2 ? 1 : 0);
    }
    Context mine = context();
    EXPECT_THROW(dispatcher.poll_once(op, mine, 10'000, arrived, false), Error) << "the next call";
}

// The members are private; this finds who would make himself a friend of them.
TEST(Dispatcher, NoOtherFileRunsAnOperation) {
    namespace fs = std::filesystem;
    int read = 0;
    const std::regex calls(R"([.>](run_|stream_|poll_|is_empty_)\()");
    for (const auto& entry : fs::recursive_directory_iterator("src")) {
        const fs::path& path = entry.path();
        if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
        std::ifstream in(path);
        std::stringstream text;
        text << in.rdbuf();
        ++read;
        if (path.filename() == "dispatcher_test.cpp") continue;
        if (path != "src/runtime/dispatcher.cpp") {
            EXPECT_FALSE(std::regex_search(text.str(), calls)) << path;
        }
        if (path != "src/runtime/operation.hpp") {
            EXPECT_EQ(text.str().find("friend class Dispatcher"), std::string::npos) << path;
        }
    }
    EXPECT_GT(read, 300);
}

}  // namespace
}  // namespace stele::runtime
