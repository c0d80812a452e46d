// What this server knows of credentials without asking: callers that were found, for a minute, and
// what was refused, for some seconds. Any thread.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "control/identity/rights.hpp"

namespace stele::identity {

class CredentialCache {
  public:
    using Time = std::chrono::steady_clock::time_point;
    struct Options {
        std::size_t entries = 8192;  // of callers, and as many refusals
        std::chrono::milliseconds known{60'000};
        std::chrono::milliseconds refused{10'000};
        // Without news of revocations for so long, no caller is believed.
        std::chrono::milliseconds believed{30'000};
    };
    CredentialCache() : CredentialCache(Options()) {}
    explicit CredentialCache(Options options,
                             std::function<Time()> clock = std::chrono::steady_clock::now);

    struct Entry {
        runtime::Caller caller;
        Tenant tenant;  // where the credential stands
    };
    enum class State { known, refused, unknown };
    // `key` is the SHA-256 of the credential. An entry is set when the state is known.
    std::pair<State, std::optional<Entry>> find(const std::string& key) const;

    // Nothing is kept of what was revoked since it was read.
    void keep(const std::string& key, const Entry& entry);
    void refuse(const std::string& key);
    void revoke(const std::vector<Uuid>& credentials);
    bool is_revoked(const Uuid& credential) const;
    // Revocations are known up to this time.
    void confirmed(Time when);
    void forget_refusals();
    // Of all that is kept.
    std::set<Tenant> tenants() const;

  private:
    // Values that live equally long: the first that was put is the first to go.
    template <class Value>
    struct Expiring {
        struct Slot {
            Value value;
            Time until;
        };
        std::unordered_map<std::string, Slot> slots;
        std::deque<std::pair<std::string, Time>> order;

        const Value* find(const std::string& key, Time now) const {
            const auto found = slots.find(key);
            return found == slots.end() || found->second.until <= now ? nullptr
                                                                      : &found->second.value;
        }
        void put(const std::string& key, Value value, Time now, Time until, std::size_t most) {
            slots.insert_or_assign(key, Slot{std::move(value), until});
            order.emplace_back(key, until);
            while (!order.empty() && (order.front().second <= now || order.size() > most)) {
                const auto found = slots.find(order.front().first);
                if (found != slots.end() && found->second.until == order.front().second)
                    slots.erase(found);
                order.pop_front();
            }
        }
    };

    const Options options_;
    const std::function<Time()> clock_;
    mutable std::mutex mutex_;
    Expiring<Entry> known_;
    Expiring<bool> refused_;
    std::map<Uuid, Time> revoked_;  // until nobody can be about to keep one of them
    Time heard_;
};

}  // namespace stele::identity
