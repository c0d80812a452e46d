#include "control/identity/credential_cache.hpp"

#include <algorithm>

namespace stele::identity {

CredentialCache::CredentialCache(Options options, std::function<Time()> clock)
    : options_(options), clock_(std::move(clock)), heard_(clock_()) {}

std::pair<CredentialCache::State, std::optional<CredentialCache::Entry>> CredentialCache::find(
    const std::string& key) const {
    const Time now = clock_();
    const std::lock_guard lock(mutex_);
    if (refused_.find(key, now)) return {State::refused, std::nullopt};
    const Entry* entry = known_.find(key, now);
    if (!entry || now - heard_ > options_.believed || revoked_.contains(entry->caller.credential))
        return {State::unknown, std::nullopt};
    return {State::known, *entry};
}

void CredentialCache::keep(const std::string& key, const Entry& entry) {
    const Time now = clock_();
    const std::lock_guard lock(mutex_);
    if (revoked_.contains(entry.caller.credential)) return;
    known_.put(key, entry, now, now + options_.known, options_.entries);
}

void CredentialCache::refuse(const std::string& key) {
    const Time now = clock_();
    const std::lock_guard lock(mutex_);
    refused_.put(key, true, now, now + options_.refused, options_.entries);
}

void CredentialCache::revoke(const std::vector<Uuid>& credentials) {
    const Time now = clock_();
    const std::lock_guard lock(mutex_);
    std::erase_if(revoked_, [&](const auto& one) { return one.second <= now; });
    for (const Uuid& id : credentials) revoked_[id] = now + 2 * options_.known;
}

bool CredentialCache::is_revoked(const Uuid& credential) const {
    const std::lock_guard lock(mutex_);
    return revoked_.contains(credential);
}

void CredentialCache::confirmed(Time when) {
    const std::lock_guard lock(mutex_);
    heard_ = std::max(heard_, when);
}

void CredentialCache::forget_refusals() {
    const std::lock_guard lock(mutex_);
    refused_ = {};
}

std::set<Tenant> CredentialCache::tenants() const {
    const Time now = clock_();
    const std::lock_guard lock(mutex_);
    std::set<Tenant> out;
    for (const auto& [key, slot] : known_.slots)
        if (slot.until > now) out.insert(slot.value.tenant);
    return out;
}

}  // namespace stele::identity
