#include "runtime/notifier.hpp"

#include <algorithm>
#include <condition_variable>

#include "runtime/context.hpp"

namespace stele::runtime {

namespace {

constexpr std::size_t kNames = 4096;  // beyond it, those that nobody waits for are forgotten

}  // namespace

class Notifier::Waiting {
  public:
    explicit Waiting(std::function<void()> callback) : callback_(std::move(callback)) {}

    // True for the one that was first; under the notifier' mutex.
    bool claim() { return !std::exchange(claimed_, true); }
    void call() const { callback_(); }

  private:
    const std::function<void()> callback_;
    bool claimed_ = false;
};

std::uint64_t& Notifier::count_of(std::string_view name) {
    return counts_[std::hash<std::string_view>{}(name) % counts_.size()];
}

std::uint64_t Notifier::count_of(std::string_view name) const {
    return counts_[std::hash<std::string_view>{}(name) % counts_.size()];
}

Notifier::Ticket Notifier::ticket(const std::vector<std::string>& names) const {
    const std::lock_guard lock(mutex_);
    Ticket out = 0;
    for (const std::string& name : names) out += count_of(name);
    return out;
}

int Notifier::awaited(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto at = waiting_.find(name);
    if (at == waiting_.end()) return 0;
    return int(std::ranges::count_if(at->second, [](const auto& w) { return !w.expired(); }));
}

void Notifier::notify(const std::string& name, int count) {
    std::function<void(const std::string&)> told;
    {
        const std::lock_guard lock(mutex_);
        told = on_notify_;
    }
    const int woken = notify_local(name, count);
    if (told && woken < count) told(name);
}

int Notifier::notify_local(const std::string& name, int count) {
    std::vector<std::shared_ptr<Waiting>> woken;
    {
        const std::lock_guard lock(mutex_);
        ++count_of(name);
        const auto at = waiting_.find(name);
        if (at == waiting_.end()) return 0;
        auto& queue = at->second;
        while (!queue.empty() && int(woken.size()) < count) {
            if (auto waiting = queue.front().lock(); waiting && waiting->claim())
                woken.push_back(std::move(waiting));
            queue.pop_front();
        }
        if (queue.empty()) waiting_.erase(at);
    }
    for (const auto& waiting : woken) waiting->call();
    return int(woken.size());
}

std::shared_ptr<Notifier::Waiting> Notifier::wait(const std::vector<std::string>& names,
                                                  Ticket since, std::function<void()> callback) {
    auto out = std::make_shared<Waiting>(std::move(callback));
    {
        const std::lock_guard lock(mutex_);
        Ticket woken_up = 0;
        for (const std::string& name : names) woken_up += count_of(name);
        if (woken_up == since) {
            if (waiting_.size() > kNames)
                std::erase_if(waiting_, [](const auto& notification) {
                    return std::ranges::all_of(notification.second,
                                               [](const auto& w) { return w.expired(); });
                });
            for (const std::string& name : names) {
                auto& queue = waiting_[name];
                // Those who gave up are taken away here: nobody else comes by a notification that
                // is still.
                std::erase_if(queue, [](const auto& waiting) { return waiting.expired(); });
                queue.push_back(out);
            }
            return out;
        }
        out->claim();
    }
    out->call();
    return out;
}

void Notifier::wait(const std::vector<std::string>& names, Ticket since,
                    std::chrono::milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken_up;
    bool heard = false;
    const auto waiting = wait(names, since, [&] {
        const std::lock_guard lock(mutex);
        heard = true;
        woken_up.notify_all();
    });
    std::unique_lock lock(mutex);
    woken_up.wait_for(lock, stop, time, [&] { return heard; });
    lock.unlock();
    // After this nobody calls back: what `mutex` and `woken_up` are is about to end.
    std::unique_lock all(mutex_);
    if (waiting->claim()) return;
    all.unlock();
    lock.lock();
    woken_up.wait(lock, [&] { return heard; });
}

void Notifier::on_notify(std::function<void(const std::string&)> told) {
    const std::lock_guard lock(mutex_);
    on_notify_ = std::move(told);
}

}  // namespace stele::runtime
