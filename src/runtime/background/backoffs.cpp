#include "runtime/background/backoffs.hpp"

#include "foundation/base/log.hpp"
#include "runtime/background/runner.hpp"

namespace stele::background {

namespace {
constexpr std::size_t kMost = 1000;  // tenants that are remembered
}

void Backoffs::failed(std::string_view task, const pg::Tenant& tenant, const std::string& reason) {
    const auto key = std::pair(tenant.org, tenant.project);
    if (failures_.size() >= kMost && !failures_.contains(key)) failures_.clear();
    Failure& failure = failures_[key];
    if (failure.said != reason)
        log::warn("{} of tenant {}: {}", task, tenant.project.text(), reason);
    failure.said = reason;
    failure.until = deadline_in(
        std::chrono::milliseconds(std::int64_t(backoff_seconds(++failure.attempts) * 1000)));
}

void Backoffs::succeeded(const pg::Tenant& tenant) {
    failures_.erase({tenant.org, tenant.project});
}

Backoffs::Tenants Backoffs::resting() const {
    Tenants out;
    for (const auto& [tenant, failure] : failures_) {
        if (time_left(failure.until).count() == 0) continue;
        out.orgs.push_back(tenant.first);
        out.projects.push_back(tenant.second);
    }
    return out;
}

}  // namespace stele::background
