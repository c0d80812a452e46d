#include "work/mesh/routing/reliability.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "foundation/pg/database.hpp"
#include "work/analytics/store.hpp"

namespace stele::mesh {

namespace {

using Rates = std::map<std::string, double>;
using Tenant = std::tuple<std::uint64_t, Uuid, Uuid>;  // pg::Database::id(), org, project

// Pass rates of all instances of a tenant, read by the first who finds them old.
class PassRates {
  public:
    std::shared_ptr<const Rates> of(runtime::Context& context,
                                    const std::vector<std::string>& names) {
        const Tenant tenant{context.db.id(), context.caller.org, context.caller.project};
        {
            const std::lock_guard lock(mutex_);
            Kept& kept = tenants_[tenant];
            const bool known = kept.rates && kept.names == names.size();
            if (known && time_left(kept.until).count() > 0) return kept.rates;
            kept.until = deadline_in(kReliabilityKept);  // others go on with what there is
            if (!kept.rates) kept.rates = std::make_shared<Rates>();
        }
        auto read = std::make_shared<Rates>();
        for (const auto& [name, score] : analytics::reliability_by_agent(context, names))
            read->emplace(name, score.pass_rate);
        const std::lock_guard lock(mutex_);
        if (tenants_.size() > kTenants) tenants_.clear();
        tenants_[tenant] = {read, names.size(), deadline_in(kReliabilityKept)};
        return read;
    }

  private:
    static constexpr std::size_t kTenants = 10'000;
    struct Kept {
        std::shared_ptr<const Rates> rates;
        std::size_t names = 0;  // how many were asked for: another number, and it is read anew
        Deadline until{};
    };
    std::mutex mutex_;
    std::map<Tenant, Kept> tenants_;
};

PassRates& pass_rates() {
    static PassRates all;
    return all;
}

}  // namespace

double blended(double base, const Outcomes& outcomes) {
    const double weight = std::max(outcomes.weight, 0.0);
    const double success = std::clamp(outcomes.success, 0.0, weight);
    return (kOutcomePrior * base + success) / (kOutcomePrior + weight);
}

std::vector<double> reliability_of(runtime::Context& context, const std::vector<std::string>& names,
                                   const std::vector<Outcomes>& outcomes) {
    const auto rates = pass_rates().of(context, names);
    std::vector<double> out;
    out.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto rate = rates->find(names[i]);
        out.push_back(
            blended(rate == rates->end() ? kReliabilityUnknown : rate->second, outcomes[i]));
    }
    return out;
}

}  // namespace stele::mesh
