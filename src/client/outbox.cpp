#include "client/outbox.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "client/retry.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"

namespace stele::client {

namespace {

constexpr std::chrono::milliseconds kReportEvery{250};
constexpr std::size_t kBatchBytes = limits::kBatchBodyBytes / 2;

const char* operation_of(Ending::Kind kind) {
    return kind == Ending::Kind::complete ? "job.complete" : "job.fail";
}

// Of a batch that was done: the items that were not, by their index, and why.
std::map<std::int64_t, std::string> refused_in(const json::object& answer) {
    std::map<std::int64_t, std::string> out;
    const json::value* list = answer.if_contains("refused");
    if (!list || !list->is_array()) return out;
    for (const json::value& one : list->get_array())
        out[one.at("index").to_number<std::int64_t>()] = text_of(one.as_object(), "error");
    return out;
}

}  // namespace

Outbox::Outbox(Transport& transport, std::stop_token give_up, OnEnd on_end)
    : transport_(transport),
      give_up_(std::move(give_up)),
      on_end_(std::move(on_end)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Outbox::~Outbox() {
    thread_.request_stop();
    thread_.join();
}

void Outbox::add_job(const std::shared_ptr<Held>& job) {
    const std::lock_guard lock(mutex_);
    jobs_[job->id] = job;
}

void Outbox::end(Ending ending) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(ending));
    }
    wake_.notify_all();
}

std::vector<std::shared_ptr<Held>> Outbox::jobs() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Held>> out;
    out.reserve(jobs_.size());
    for (const auto& [id, job] : jobs_) out.push_back(job);
    return out;
}

Tally Outbox::tally() const {
    const std::lock_guard lock(mutex_);
    return tally_;
}

void Outbox::run(const std::stop_token& stop) {
    while (true) {
        std::vector<Ending> endings;
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, kReportEvery, [&] { return !waiting_.empty(); });
            endings.swap(waiting_);
            if (endings.empty() && stop.stop_requested()) return;
        }
        flush_reports();
        // Completions apart from failures; within each, as many as one request takes.
        std::ranges::stable_partition(
            endings, [](const Ending& e) { return e.kind == Ending::Kind::complete; });
        std::vector<Ending> batch;
        std::size_t bytes = 0;
        for (Ending& ending : endings) {
            if (ending.kind == Ending::Kind::nothing || ending.job->lost) {
                answered(ending, false);
                continue;
            }
            const std::size_t size = serialize(ending.item).size();
            const bool other =
                !batch.empty() && operation_of(batch[0].kind) != operation_of(ending.kind);
            if (other || batch.size() == limits::kLeaseBatch ||
                (!batch.empty() && bytes + size > kBatchBytes)) {
                say(std::exchange(batch, {}));
                bytes = 0;
            }
            bytes += size;
            batch.push_back(std::move(ending));
        }
        if (!batch.empty()) say(std::move(batch));
    }
}

void Outbox::flush_reports() {
    for (const auto& job : jobs()) {
        try {
            job->flush();
        } catch (const Error& error) {
            log::warn("job {}: a report was not taken: {}", job->id, error.what());
        }
    }
}

void Outbox::say(std::vector<Ending> endings) {
    const char* operation = operation_of(endings[0].kind);
    json::array items;
    for (const Ending& ending : endings) {
        json::object item = ending.item;
        item["id"] = ending.job->id;
        item["generation"] = ending.job->generation;
        items.push_back(std::move(item));
    }
    try {
        const json::object answer =
            insist(transport_, operation, {{"jobs", std::move(items)}}, give_up_);
        const auto refused = refused_in(answer);
        for (std::size_t i = 0; i < endings.size(); ++i)
            if (const auto why = refused.find(std::int64_t(i)); why != refused.end())
                say_one_by_one({endings[i]}, why->second);
            else
                answered(endings[i], !endings[i].job->stale_in(answer));
    } catch (const Error& error) {
        say_one_by_one(std::move(endings), error.what());
    }
}

// Something in a batch is refused, or nobody answers any more: none of it is done. Each for itself
// then; what is refused for itself has failed.
void Outbox::say_one_by_one(std::vector<Ending> endings, const std::string& why) {
    if (endings.size() > 1) {
        for (Ending& ending : endings) {
            std::vector<Ending> one;
            one.push_back(std::move(ending));
            say(std::move(one));
        }
        return;
    }
    Ending& ending = endings[0];
    log::warn("job {}: {}", ending.job->id, why);
    if (ending.kind != Ending::Kind::complete || give_up_.stop_requested())
        return answered(ending, false);
    ending.kind = Ending::Kind::fail;
    ending.item = {{"error", why}, {"retry", false}};
    say(std::move(endings));
}

void Outbox::answered(const Ending& ending, bool taken) {
    std::string_view outcome = "lost";
    {
        const std::lock_guard lock(mutex_);
        // A job that waited may be here again already, by another lease.
        if (const auto found = jobs_.find(ending.job->id);
            found != jobs_.end() && found->second == ending.job)
            jobs_.erase(found);
        if (ending.job->suspended) {
            outcome = "suspended";
            ++tally_.suspended;
        } else if (!taken) {
            ++tally_.lost;
        } else if (ending.kind == Ending::Kind::complete) {
            outcome = "complete";
            ++tally_.completed;
        } else if (ending.kind == Ending::Kind::release) {
            outcome = "released";
            ++tally_.released;
        } else {
            outcome = "failed";
            ++tally_.failed;
        }
    }
    if (on_end_) on_end_(ending, outcome);
}

}  // namespace stele::client
