#include "client/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <optional>

#include "client/held.hpp"
#include "client/outbox.hpp"
#include "client/retry.hpp"
#include "client/storable.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"

namespace stele::client {

namespace {

using namespace std::chrono_literals;
using Until = WorkerOptions::Until;

// One long poll. Short, for a worker that is stopped waits for its answer: jobs in an answer that
// nobody reads would stay leased until their time is over.
constexpr std::chrono::milliseconds kPoll{3'000};

std::string own_name() {
    char host[256] = {};
    if (::gethostname(host, sizeof host - 1) != 0 || host[0] == '\0') return "worker";
    return fmt::format("{}:{}", std::string_view(host).substr(0, 100), ::getpid());
}

json::array texts(const std::vector<std::string>& list) {
    json::array out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
}

Ending failure(std::shared_ptr<Held> job, const std::string& why, bool retry,
               std::optional<int> delay = {}) {
    Ending out{std::move(job), Ending::Kind::fail, {}};
    out.item = {{"error", storable(why, limits::kPendingBytes)}, {"retry", retry}};
    if (delay) out.item["delaySeconds"] = *delay;
    return out;
}

Ending release(std::shared_ptr<Held> job) {
    return {std::move(job), Ending::Kind::release, {{"error", "handed back"}, {"release", true}}};
}

Ending completion(std::shared_ptr<Held> job, json::value output) {
    if (const std::size_t bytes = serialize(output).size(); bytes > limits::kJobBytes)
        return failure(std::move(job),
                       fmt::format("the output has {} bytes, {} are allowed: report an artifact",
                                   bytes, limits::kJobBytes),
                       false);
    Ending out{std::move(job), Ending::Kind::complete, {}};
    if (!output.is_null()) out.item["output"] = std::move(output);
    return out;
}

}  // namespace

// One run of a worker: its threads and what they share.
class Worker::Shift {
  public:
    Shift(Worker& worker, const std::stop_token& stop)
        : worker_(worker),
          options_(worker.options_),
          stop_(stop),
          outbox_(worker.transport_, give_up_.get_token(),
                  [&](const Ending& ending, std::string_view outcome) { tell(ending, outcome); }) {}

    Tally run() {
        std::exception_ptr failed;
        {
            std::vector<std::jthread> runners;
            for (int i = 0; i < options_.concurrency; ++i) runners.emplace_back([this] { work(); });
            const std::jthread heart([this](const std::stop_token& stop) { beat(stop); });
            try {
                take_jobs();
            } catch (...) {
                failed = std::current_exception();
            }
            let_end();
            const std::lock_guard lock(mutex_);
            ended_ = true;
            changed_.notify_all();
        }
        // The runners are joined; what they left is said, and a server that is away gets the grace.
        finish();
        if (failed) std::rethrow_exception(failed);
        return outbox_.tally();
    }

  private:
    json::object wanted(int free) const {
        json::object out{{"queues", texts(options_.queues)},
                         {"worker", options_.name},
                         {"max", free},
                         {"waitMs", options_.until == Until::drained ? 0 : kPoll.count()}};
        if (options_.lease.count() > 0) out["leaseSeconds"] = options_.lease.count();
        std::vector<std::string> names = options_.names;
        if (names.empty() && !worker_.any_)
            for (const auto& [name, handler] : worker_.handlers_) names.push_back(name);
        if (!names.empty()) out["names"] = texts(names);
        return out;
    }

    void take_jobs() {
        Backoff backoff;
        while (const int free = wait_for_room()) {
            json::object answer;
            try {
                answer = worker_.transport_.call("job.lease", wanted(free), kPoll);
                backoff.reset();
            } catch (const Error& error) {
                if (!may_pass(error)) throw;
                if (std::exchange(last_problem_, error.what()) != error.what())
                    log::warn("waiting for Stele: {}", error.what());
                rest(backoff.next(), stop_);
                continue;
            }
            last_problem_.clear();
            const json::array& jobs = answer.at("jobs").as_array();
            for (const json::value& job : jobs) accept(job.as_object());
            if (!jobs.empty() && options_.until == Until::once) return;
            if (jobs.empty() && options_.until == Until::drained && rest_or_idle()) return;
        }
    }

    // Drained is who finds nothing while nothing runs here either, for that might submit more.
    bool rest_or_idle() {
        std::unique_lock lock(mutex_);
        if (running_ == 0 && ready_.empty()) return true;
        changed_.wait_for(lock, stop_, 200ms, [&] { return running_ == 0 && ready_.empty(); });
        return false;
    }

    // How many more this worker can take, at least one; 0: it is stopped.
    int wait_for_room() {
        std::unique_lock lock(mutex_);
        const auto room = [&] { return options_.concurrency - running_ - int(ready_.size()); };
        changed_.wait(lock, stop_, [&] { return room() > 0; });
        if (stop_.stop_requested()) return 0;
        return options_.until == Until::once ? 1 : room();
    }

    void accept(const json::object& leased) {
        auto job = std::make_shared<Held>(leased, worker_.transport_, give_up_.get_token());
        outbox_.add_job(job);
        if (stop_.stop_requested()) return outbox_.end(release(std::move(job)));
        const std::lock_guard lock(mutex_);
        ready_.push_back(std::move(job));
        changed_.notify_all();
    }

    void work() {
        while (true) {
            std::shared_ptr<Held> job;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [&] { return ended_ || !ready_.empty(); });
                if (ready_.empty()) return;
                job = std::move(ready_.front());
                ready_.pop_front();
                ++running_;
            }
            outbox_.end(result_of(job));
            const std::lock_guard lock(mutex_);
            --running_;
            changed_.notify_all();
        }
    }

    Ending result_of(const std::shared_ptr<Held>& held) {
        Job job(held);
        try {
            const auto found = worker_.handlers_.find(held->name);
            const Handler& handler =
                found == worker_.handlers_.end() ? worker_.any_ : found->second;
            if (!handler) return release(held);
            return completion(held, handler(job));
        } catch (const Left&) {
            return held->lost ? Ending{held, Ending::Kind::nothing, {}} : release(held);
        } catch (const Failure& error) {
            if (stopping_) return release(held);
            return failure(held, error.what(), error.retry(), error.delay_seconds());
        } catch (const std::exception& error) {
            if (stopping_) return release(held);
            return failure(held, error.what(), true);
        }
    }

    void beat(const std::stop_token& stop) {
        const auto third = options_.lease.count() > 0
                               ? std::chrono::milliseconds(options_.lease) / 3
                               : std::chrono::milliseconds(20s);
        while (!stop.stop_requested()) {
            rest(third, stop);
            if (!stop.stop_requested()) renew(stop);
        }
    }

    // Until it is heard: a lease that ran out counts until somebody else has the job.
    void renew(const std::stop_token& stop) {
        std::vector<std::shared_ptr<Held>> jobs = outbox_.jobs();
        std::erase_if(jobs, [](const auto& job) { return job->lost.load(); });
        for (std::size_t at = 0; at < jobs.size(); at += limits::kLeaseBatch) {
            const std::size_t end = std::min(jobs.size(), at + limits::kLeaseBatch);
            json::array claims;
            for (std::size_t i = at; i < end; ++i) claims.push_back(jobs[i]->claim());
            json::object input{{"jobs", std::move(claims)}};
            if (options_.lease.count() > 0) input["leaseSeconds"] = options_.lease.count();
            try {
                const json::object answer =
                    insist(worker_.transport_, "job.heartbeat", input, stop);
                for (std::size_t i = at; i < end; ++i) jobs[i]->stale_in(answer);
            } catch (const Error& error) {
                if (!stop.stop_requested()) log::warn("heartbeat: {}", error.what());
            }
        }
    }

    // Waits for what runs: for ever when the work is simply over, for the grace when stopped.
    void let_end() {
        std::unique_lock lock(mutex_);
        const auto idle = [&] { return running_ == 0 && ready_.empty(); };
        if (changed_.wait(lock, stop_, idle)) return;
        for (auto& job : std::exchange(ready_, {})) outbox_.end(release(std::move(job)));
        if (changed_.wait_for(lock, options_.grace, idle)) return;
        stopping_ = true;
        for (const auto& job : outbox_.jobs()) job->stop.request_stop();
        // A word that nobody answers must not keep its function from seeing that it is to stop.
        changed_.wait_for(lock, kLastWord, idle);
        give_up_.request_stop();
    }

    void finish() {
        const auto until = std::chrono::steady_clock::now() + options_.grace + kLastWord;
        while (!outbox_.jobs().empty() &&
               (!stop_.stop_requested() || std::chrono::steady_clock::now() < until))
            rest(20ms, {});
        give_up_.request_stop();
    }

    void tell(const Ending& ending, std::string_view outcome) {
        if (!worker_.on_end_) return;
        const json::value* why = ending.item.if_contains("error");
        worker_.on_end_(Job(ending.job), outcome,
                        why && why->is_string() ? std::string(why->get_string()) : "");
    }

    static constexpr std::chrono::milliseconds kLastWord{2'000};

    Worker& worker_;
    const WorkerOptions& options_;
    const std::stop_token stop_;
    std::stop_source give_up_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::shared_ptr<Held>> ready_;
    int running_ = 0;
    bool ended_ = false;
    std::atomic<bool> stopping_ = false;
    std::string last_problem_;
    Outbox outbox_;  // last: its thread uses the rest
};

Worker::Worker(Transport& transport, WorkerOptions options)
    : transport_(transport), options_(std::move(options)) {
    if (options_.name.empty()) options_.name = own_name();
    if (options_.concurrency < 1 || options_.concurrency > limits::kLeaseBatch)
        throw Error(Code::invalid_argument,
                    fmt::format("concurrency: expected 1 to {}", limits::kLeaseBatch));
}

Worker::~Worker() = default;

void Worker::on(const std::string& name, Handler handler) {
    handlers_[name] = std::move(handler);
}

void Worker::on_any(Handler handler) {
    any_ = std::move(handler);
}

void Worker::on_end(OnEnd on_end) {
    on_end_ = std::move(on_end);
}

Tally Worker::run(const std::stop_token& stop) {
    return Shift(*this, stop).run();
}

}  // namespace stele::client
