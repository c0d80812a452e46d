#include "soak/cases.hpp"

#include <fmt/format.h>

#include "client/client.hpp"
#include "client/retry.hpp"
#include "foundation/base/error.hpp"
#include "support/test_server.hpp"

namespace stele::soak {

namespace {

using namespace std::chrono_literals;

void script(pg::Connection& connection, const std::string& sql) {
    connection.script(sql, deadline_in(30s));
}

int restart_postgres(Stage& stage, const std::stop_token& stop) {
    int times = 0;
    for (client::rest(1s, stop); !stop.stop_requested(); client::rest(3s, stop), ++times) {
        stage.postgres.kill();
        stage.postgres.start();
    }
    return times;
}

constexpr const char* kTerminate =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'soak_app'";

int terminate_backends(Stage& stage, const std::stop_token& stop) {
    const auto own = stage.connect();
    int times = 0;
    for (; !stop.stop_requested(); client::rest(300ms, stop), ++times) script(*own, kTerminate);
    return times;
}

// Cuts the connections of Stele, but not those of these.
void free_places(pg::Connection& own, const std::vector<std::unique_ptr<pg::Connection>>& hogs) {
    std::string pids = "0";
    for (const auto& hog : hogs) pids += fmt::format(",{}", hog->backend_pid());
    script(own, fmt::format("{} AND pid NOT IN ({})", kTerminate, pids));
}

// Others take every place there is, and those of Stele when they become free.
int take_all_connections(Stage& stage, const std::stop_token& stop) {
    const auto own = stage.connect();
    const pg::ConnInfo app = pg::ConnInfo::parse(stage.app_url());
    int times = 0;
    for (; !stop.stop_requested(); client::rest(1s, stop), ++times) {
        std::vector<std::unique_ptr<pg::Connection>> hogs;
        const auto until = deadline_in(1500ms);
        for (int refused = 0; time_left(until).count() > 0;) {
            try {
                hogs.push_back(pg::Connection::open(app, {}, deadline_in(2s)));
            } catch (const Error&) {
                if (++refused <= 3) free_places(*own, hogs);
                client::rest(2ms, stop);
            }
        }
    }
    return times;
}

int kill_one(std::vector<std::unique_ptr<Program>>& programs, std::chrono::milliseconds every,
             std::chrono::milliseconds away, const std::stop_token& stop) {
    int times = 0;
    for (client::rest(every, stop); !stop.stop_requested(); client::rest(every, stop), ++times) {
        Program& one = *programs[std::size_t(times) % programs.size()];
        one.kill();
        client::rest(away, {});
        one.start();
    }
    return times;
}

int hold_snapshot(Stage& stage, const std::stop_token& stop) {
    const auto old = stage.connect();
    script(*old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM job_queue");
    client::rest(24h, stop);
    script(*old, "COMMIT");
    return 1;
}

int read_all_the_time(Stage& stage, const std::stop_token& stop) {
    std::atomic<int> reads = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i)
        readers.emplace_back([&, i] {
            client::Client stele(stage.urls[std::size_t(i) % 2]);
            while (!stop.stop_requested()) {
                const char* status = i % 2 == 0 ? "complete" : "running";
                const json::object jobs =
                    client::insist(stele, "job.list", {{"status", status}}, {});
                for (const json::value& job : jobs.at("jobs").as_array()) {
                    const json::value& id = job.at("id");
                    client::insist(stele, "job.timeline", {{"jobId", id}}, {});
                    client::insist(stele, "job.events", {{"jobId", id}}, {});
                    if (++reads % 8 == 0) client::rest(5ms, stop);
                    if (stop.stop_requested()) return;
                }
                client::insist(stele, "job.queues", {}, {});
            }
        });
    readers.clear();
    return reads;
}

int only_load(Stage&, const std::stop_token& stop) {
    client::rest(24h, stop);
    return 1;
}

}  // namespace

const std::vector<Case>& cases() {
    static const std::vector<Case> kCases{
        {.name = "server-restart", .strike = restart_postgres},
        {.name = "backend-kill", .strike = terminate_backends},
        {.name = "pool-exhaustion", .strike = take_all_connections},
        {.name = "worker-crash",
         .strike =
             [](Stage& stage, const std::stop_token& stop) {
                 return kill_one(stage.workers, 700ms, 100ms, stop);
             }},
        {.name = "repeated-kills",
         .strike =
             [](Stage& stage, const std::stop_token& stop) {
                 return kill_one(stage.servers, 900ms, 200ms, stop);
             }},
        {.name = "open-transaction", .strike = hold_snapshot, .old_snapshot = true},
        {.name = "sustained-load",
         .load = {.per_second = 5000, .backlog = 1000},
         .strike = only_load},
        {.name = "active-readers", .strike = read_all_the_time},
        {.name = "event-burst", .load = {.events = 500}, .strike = only_load}};
    return kCases;
}

}  // namespace stele::soak
