// A worker against a transport that a test breaks. Against a real server: tests/e2e/run-client.sh,
// run-work.sh and script/soak jobs.
#include "client/worker.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>

#include "client/storable.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"

namespace stele::client {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Gives the jobs it was told to, takes every word, and fails as the test says.
class DelegationStatus : public Transport {
  public:
    json::object call(std::string_view operation, const json::object& input,
                      std::chrono::milliseconds) override {
        const std::lock_guard lock(mutex_);
        if (fail) fail(operation);
        if (operation != "job.lease") {
            said.emplace_back(std::string(operation) + " " + serialize(input));
            if (operation == "job.report")
                return {{"jobs", {{{"checkpoints", json::array{7}}}}}, {"stale", stale}};
            if (refuse && operation == "job.complete") return refused(input);
            return {{"stale", stale}};
        }
        json::array jobs;
        while (!leases.empty() && jobs.size() < input.at("max").to_number<std::size_t>()) {
            jobs.push_back(leases.front());
            leases.pop_front();
        }
        return {{"jobs", std::move(jobs)}};
    }

    void add(json::object more = {}) {
        json::object job{{"id", "j" + std::to_string(++jobs_)},
                         {"name", "n"},
                         {"queue", "q"},
                         {"version", 1},
                         {"attempt", 1},
                         {"generation", 1},
                         {"input", 5}};
        for (auto& [key, value] : more) job[key] = value;
        leases.push_back(std::move(job));
    }
    void call_stale(const char* id) {
        const std::lock_guard lock(mutex_);
        stale.push_back(json::object{{"id", id}, {"why", "cancelled"}});
    }

    // Refuses the outputs that are the text "bad", as a server does that keeps the others.
    json::object refused(const json::object& input) const {
        json::array out;
        int index = 0;
        for (const json::value& item : input.at("jobs").as_array()) {
            if (item.at("output") == "bad")
                out.push_back(json::object{{"index", index}, {"error", "output: is no good"}});
            ++index;
        }
        return {{"stale", stale}, {"refused", std::move(out)}};
    }

    std::function<void(std::string_view)> fail;
    bool refuse = false;
    std::deque<json::object> leases;
    std::vector<std::string> said;
    json::array stale;

  private:
    std::mutex mutex_;
    int jobs_ = 0;
};

constexpr auto kDrained = WorkerOptions::Until::drained;

Tally drain(DelegationStatus& stand, Handler handler, WorkerOptions options = {}) {
    options.until = kDrained;
    Worker worker(stand, std::move(options));
    worker.on("n", std::move(handler));
    return worker.run({});
}

TEST(Worker, CompletesInBatchesAndFailsOneByOne) {
    DelegationStatus stand;
    for (int i = 0; i < 4; ++i) stand.add();
    const Tally tally = drain(stand,
                              [](Job& job) -> json::value {
                                  if (job.id() == "j2") throw Failure("hopeless", false);
                                  if (job.id() == "j3") throw std::runtime_error("later");
                                  return job.input();
                              },
                              {.concurrency = 4});
    EXPECT_EQ(tally.completed, 2);
    EXPECT_EQ(tally.failed, 2);
    EXPECT_THAT(stand.said, Contains(HasSubstr(R"("error":"hopeless","retry":false)")));
    EXPECT_THAT(stand.said, Contains(HasSubstr(R"("error":"later","retry":true)")));
    EXPECT_THAT(stand.said, Contains(HasSubstr(R"("output":5,"id":"j1","generation":1)")));
}

TEST(Worker, AFinishedStepIsNotRunAgain) {
    DelegationStatus stand;
    stand.add({{"steps", json::array{json::object{{"name", "one"}, {"output", 41}}}}});
    int ran = 0;
    drain(stand, [&](Job& job) -> json::value {
        const json::value one = job.step("one", [&] { return ++ran, json::value(0); });
        const json::value two =
            job.step("two", [&] { return json::value(one.to_number<int>() + ++ran); });
        EXPECT_EQ(job.step("two", [&] { return ++ran, json::value(0); }), two);
        return two;
    });
    EXPECT_EQ(ran, 1);
    EXPECT_THAT(stand.said, ElementsAre(HasSubstr("job.step"), HasSubstr(R"("output":42)")));
}

TEST(Worker, AWordIsSaidUntilItIsAnswered) {
    DelegationStatus stand;
    stand.add();
    int failures = 3;
    stand.fail = [&](std::string_view operation) {
        if (operation != "job.lease" && failures-- > 0)
            throw Error(Code::unavailable, "the answer was lost", "", {}, true);
    };
    EXPECT_EQ(drain(stand, [](Job&) { return json::value(1); }).completed, 1);
    EXPECT_LT(failures, 0);
}

TEST(Worker, WhatIsRefusedForEverIsNotAskedAgain) {
    DelegationStatus stand;
    stand.fail = [](std::string_view) { throw Error(Code::unauthenticated, "no token"); };
    EXPECT_THROW(drain(stand, [](Job&) { return json::value(1); }), Error);
}

TEST(Worker, OneRefusedOutputDoesNotHoldUpTheOthers) {
    DelegationStatus stand;
    stand.add();
    stand.add();
    EXPECT_EQ(drain(stand,
                    [](Job& job) -> json::value {
                        if (job.id() == "j1") return std::string(limits::kJobBytes, 'x').c_str();
                        return 1;
                    })
                  .completed,
              1);
    EXPECT_THAT(stand.said, Contains(HasSubstr("the output has")));
}

TEST(Worker, AnItemThatAServerRefusesFailsAlone) {
    DelegationStatus stand;
    stand.refuse = true;
    for (int i = 0; i < 3; ++i) stand.add();
    const Tally tally = drain(stand,
                              [](Job& job) -> json::value {
                                  return job.id() == "j2" ? json::value("bad") : json::value(1);
                              },
                              {.concurrency = 3});
    EXPECT_EQ(tally.completed, 2);
    EXPECT_EQ(tally.failed, 1);
    EXPECT_THAT(stand.said, Contains(HasSubstr(R"("error":"output: is no good","retry":false)")));
}

TEST(Worker, AStaleAnswerStopsTheJobQuietly) {
    DelegationStatus stand;
    stand.add();
    const Tally tally = drain(
        stand,
        [&](Job& job) -> json::value {
            stand.call_stale("j1");
            const auto until = std::chrono::steady_clock::now() + 10s;
            while (!job.stopped().stop_requested() && std::chrono::steady_clock::now() < until)
                std::this_thread::sleep_for(5ms);
            EXPECT_TRUE(job.lost());
            return 1;
        },
        {.lease = 1s});
    EXPECT_EQ(tally.lost, 1);
    EXPECT_EQ(tally.completed, 0);
    EXPECT_THAT(stand.said, ::testing::Each(HasSubstr("job.heartbeat")));
}

TEST(Worker, WaitsGiveTheJobBack) {
    DelegationStatus stand;
    stand.add();
    stand.add({{"signals", json::array{json::object{{"name", "go"}, {"payload", 3}}}}});
    stand.add({{"waitedFor", "signal:go"}, {"wokenBy", "time"}});
    std::atomic<int> came = 0, missed = 0;
    const Tally tally = drain(stand, [&](Job& job) -> json::value {
        const auto signal = job.wait_signal("go", 60s);
        ++(signal ? came : missed);
        return nullptr;
    });
    EXPECT_EQ(tally.suspended, 1);
    EXPECT_EQ(tally.completed, 2);
    EXPECT_EQ(came, 1);
    EXPECT_EQ(missed, 1);
    EXPECT_THAT(stand.said, Contains(HasSubstr(R"("signal":"go","seconds":60)")));
}

TEST(Worker, WhenStoppedItHandsBackWhatDoesNotEnd) {
    DelegationStatus stand;
    stand.add();
    Worker worker(stand, {.grace = 0s});
    std::stop_source stop;
    worker.on("n", [&](Job& job) -> json::value {
        stop.request_stop();
        while (!job.stopped().stop_requested()) std::this_thread::sleep_for(5ms);
        EXPECT_FALSE(job.lost());
        throw std::runtime_error("interrupted");
    });
    EXPECT_EQ(worker.run(stop.get_token()).released, 1);
    EXPECT_THAT(stand.said, ElementsAre(HasSubstr(R"("release":true)")));
}

TEST(Worker, ReportsArriveBeforeTheEndAndInOrder) {
    DelegationStatus stand;
    stand.add();
    drain(stand, [](Job& job) -> json::value {
        job.event("a", 1);
        job.tool_call("bash", nullptr, "ok", true, 12ms);
        EXPECT_EQ(job.checkpoint("half", json::object{{"at", 1}}), 7);
        job.event("b");
        return 1;
    });
    ASSERT_EQ(stand.said.size(), 4u);
    EXPECT_THAT(stand.said[0], HasSubstr(R"("type":"a")"));
    EXPECT_THAT(stand.said[1], HasSubstr("half"));
    EXPECT_THAT(stand.said[2], HasSubstr(R"("type":"b")"));
    EXPECT_THAT(stand.said[3], HasSubstr("job.complete"));
}

TEST(Storable, CutsBetweenCharactersAndReplacesWhatIsNone) {
    EXPECT_EQ(storable("abc", 2), "ab");
    EXPECT_EQ(storable("aü", 2), "a");
    EXPECT_EQ(storable("a\xff\xfe", 9), "a??");
}

}  // namespace
}  // namespace stele::client
