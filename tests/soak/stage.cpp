#include "soak/stage.hpp"

#include <fmt/format.h>

#include "client/client.hpp"
#include "client/retry.hpp"
#include "foundation/base/error.hpp"
#include "operate/migrations/migrations.hpp"
#include "soak/worker.hpp"
#include "support/test_server.hpp"

namespace stele::soak {

namespace {

using namespace std::chrono_literals;

// Superusers keep connections of their own, so that records are written while others starve.
constexpr const char* kSettings =
    "max_connections = 80\nsuperuser_reserved_connections = 25\nautovacuum_naptime = 1s\n"
    "shared_buffers = 64MB\nlog_min_messages = fatal\n";

std::int64_t number(const pg::Row& row, int column) {
    return row.is_null(column) ? 0 : std::stoll(std::string(row.raw(column)));
}

pg::Result ask(pg::Connection& connection, const std::string& sql) {
    return connection.script(sql, deadline_in(60s));
}

}  // namespace

Stage::Stage(const std::string& self, const std::string& stele) : postgres(kSettings) {
    ask(*connect("postgres"), "CREATE DATABASE soak");
    ask(*connect("postgres"), "CREATE DATABASE records");
    ask(*connect("records"), kRecords);
    ops::migrate(pg::ConnInfo::parse(postgres.url("soak")));
    ask(*connect(), "CREATE ROLE soak_app LOGIN; GRANT stele_runtime TO soak_app");
    for (int i = 0; i < 2; ++i) {
        const int port = testing::free_port();
        urls.push_back(fmt::format("http://127.0.0.1:{}", port));
        servers.push_back(std::make_unique<Program>(
            ops::Command{.argv = {stele, "serve", "--port", std::to_string(port)},
                         .environment = {{"STELE_DATABASE_URL", app_url()},
                                         {"STELE_ADMIN_DATABASE_URL", postgres.url("soak")},
                                         {"STELE_HOME", postgres.directory().string() + "/home"},
                                         {"STELE_EMBEDDING", "none"},
                                         {"STELE_LOG_LEVEL", "warn"}}},
            postgres.directory() / fmt::format("serve.{}.log", i)));
    }
    for (int i = 0; i < 3; ++i)
        workers.push_back(std::make_unique<Program>(
            ops::Command{
                .argv = {self, "worker", urls[std::size_t(i) % 2], postgres.url("records")}},
            postgres.directory() / fmt::format("worker.{}.log", i)));
}

std::unique_ptr<pg::Connection> Stage::connect(const std::string& database) {
    return testing::connect(postgres.url(database));
}

std::string Stage::app_url() const {
    std::string url = postgres.url("soak");
    const std::string user = "user=postgres";
    return url.replace(url.find(user), user.size(), "user=soak_app");
}

void Stage::submit(const Load& load, const std::stop_token& stop) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([this, i, &load, stop] { submit_some(i, load, stop); });
}

// A key is sent until it is acknowledged; only then is it held against Stele.
void Stage::submit_some(int thread, const Load& load, const std::stop_token& stop) {
    constexpr int kBatch = 10;
    client::Client stele(urls[std::size_t(thread)]);
    const auto pause = std::chrono::milliseconds(1000 * 2 * kBatch / load.per_second);
    for (int n = 0; !stop.stop_requested(); n += kBatch) {
        const auto begun = std::chrono::steady_clock::now();
        json::array jobs;
        for (int i = n; i < n + kBatch; ++i)
            jobs.push_back(json::object{{"name", "soak"},
                                        {"key", fmt::format("k{}-{}", thread, i)},
                                        {"leaseSeconds", 3},
                                        {"maxAttempts", 1000},
                                        {"backoffSeconds", 1},
                                        {"backoffCap", 1},
                                        {"input",
                                         {{i % 10 == 0 && load.events > 0 ? "events"
                                           : i % 3 == 0                   ? "steps"
                                                                          : "nothing",
                                           load.events}}}});
        try {
            const json::object answer =
                client::insist(stele, "job.submit_batch", {{"jobs", jobs}}, stop);
            const std::lock_guard lock(mutex_);
            for (std::size_t i = 0; i < jobs.size(); ++i)
                acknowledged_[std::string(jobs[i].at("key").as_string())] =
                    std::string(answer.at("jobs").as_array()[i].at("id").as_string());
        } catch (const Error&) {
            if (!stop.stop_requested()) throw;
        }
        while (!stop.stop_requested() &&
               (std::chrono::steady_clock::now() - begun < pause || live() > load.backlog))
            client::rest(20ms, stop);
    }
}

// -1: the server is away.
int Stage::live() {
    try {
        return int(number(ask(*connect(), "SELECT count(*) FROM job_queue")[0], 0));
    } catch (const std::exception&) {
        return -1;
    }
}

bool Stage::settle(std::chrono::seconds most, const std::stop_token& stop) {
    const auto until = deadline_in(most);
    while (time_left(until).count() > 0 && !stop.stop_requested()) {
        if (live() == 0) {
            // Acknowledgements that workers are about to write down.
            std::this_thread::sleep_for(500ms);
            return true;
        }
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

int Stage::submitted() {
    const std::lock_guard lock(mutex_);
    return int(acknowledged_.size());
}

Evidence Stage::evidence() {
    Evidence out;
    {
        const std::lock_guard lock(mutex_);
        out.acknowledged = acknowledged_;
    }
    const auto text = [](const pg::Row& row, int column) { return std::string(row.raw(column)); };
    for (const pg::Row row : ask(*connect(), "SELECT id, status, generation FROM jobs"))
        out.jobs[text(row, 0)] = {text(row, 1), int(number(row, 2))};
    out.live = live();
    const auto records = connect("records");
    const char* micros = "(extract(epoch FROM {}) * 1000000)::bigint";
    const auto time = [&](const char* column) { return fmt::format(fmt::runtime(micros), column); };
    for (const pg::Row row :
         ask(*records, fmt::format("SELECT job, generation, {}, {}, {} FROM runs",
                                   time("lease_until"), time("began"), time("ended")))) {
        Run run{text(row, 0), int(number(row, 1)), number(row, 2), number(row, 3), {}};
        if (!row.is_null(4)) run.ended = number(row, 4);
        out.runs.push_back(std::move(run));
    }
    for (const pg::Row row :
         ask(*records, fmt::format("SELECT job, generation, {} FROM acks", time("at"))))
        out.acks.push_back({text(row, 0), int(number(row, 1)), number(row, 2)});
    return out;
}

Size Stage::size(const std::string& table) {
    const pg::Result found = ask(
        *connect(),
        fmt::format("SELECT n_dead_tup, pg_relation_size(relid), (SELECT count(*) FROM {0}) FROM "
                    "pg_stat_user_tables WHERE relname = '{0}'",
                    table));
    return {number(found[0], 0), number(found[0], 1), number(found[0], 2)};
}

}  // namespace stele::soak
