#include "soak/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "client/worker.hpp"
#include "foundation/base/error.hpp"
#include "foundation/pg/connection.hpp"

namespace stele::soak {

namespace {

using namespace std::chrono_literals;

// Writes are repeated until they are known to be there; the sentences bear that.
class Records {
  public:
    explicit Records(const std::string& url) : info_(pg::ConnInfo::parse(url)) {}

    void write(const std::string& sql) {
        const std::lock_guard lock(mutex_);
        while (true) {
            try {
                if (!connection_ || connection_->broken())
                    connection_ = pg::Connection::open(info_, {}, deadline_in(5s));
                connection_->script(sql, deadline_in(5s));
                return;
            } catch (const std::exception&) {
                connection_.reset();
                std::this_thread::sleep_for(50ms);
            }
        }
    }

  private:
    std::mutex mutex_;
    pg::ConnInfo info_;
    std::unique_ptr<pg::Connection> connection_;
};

int random_to(int most) {
    thread_local std::mt19937 random{std::random_device{}()};
    return std::uniform_int_distribution<int>(0, most)(random);
}

// A second run of one lease must show, a second try to write down the first must not.
std::string new_mark() {
    static std::atomic<int> marks = 0;
    return fmt::format("{}.{}", ::getpid(), ++marks);
}

json::value run(client::Job& job, Records& records) {
    const auto lease_until = std::string(job.leased().at("leaseUntil").as_string());
    const std::string mark = new_mark();
    records.write(fmt::format(
        "INSERT INTO runs (job, generation, lease_until, mark) SELECT '{}', {}, '{}', '{}' "
        "WHERE NOT EXISTS (SELECT FROM runs WHERE mark = '{}')",
        job.id(), job.generation(), lease_until, mark, mark));
    const json::object& input = job.input().as_object();
    if (input.contains("events"))
        for (int i = 0; i < input.at("events").to_number<int>(); ++i)
            job.event("output", json::object{{"line", i}});
    if (input.contains("steps"))
        job.step("first", [] { return json::value("what the first step gave"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(random_to(30)));
    records.write(fmt::format("UPDATE runs SET ended = clock_timestamp() WHERE mark = '{}'", mark));
    if (random_to(99) == 0) throw std::runtime_error("one in a hundred fails");
    return json::object{{"ok", true}};
}

}  // namespace

int work(const std::string& url, const std::string& records_url) {
    client::Client stele(url);
    client::Worker worker(stele, {.concurrency = 4, .lease = std::chrono::seconds(3)});
    Records begun(records_url), acknowledged(records_url);
    worker.on_any([&](client::Job& job) { return run(job, begun); });
    worker.on_end([&](const client::Job& job, std::string_view outcome, const std::string&) {
        if (outcome != "complete") return;
        const std::string mark = new_mark();
        acknowledged.write(
            fmt::format("INSERT INTO acks (job, generation, mark) SELECT '{}', {}, '{}' "
                        "WHERE NOT EXISTS (SELECT FROM acks WHERE mark = '{}')",
                        job.id(), job.generation(), mark, mark));
    });
    worker.run({});
    return 0;
}

}  // namespace stele::soak
