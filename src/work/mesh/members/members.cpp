#include "work/mesh/members/members.hpp"

#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>

#include "work/mesh/members/registry.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

using Profiles = std::unordered_map<Uuid, std::shared_ptr<const Profile>>;
using Tenant = std::tuple<std::uint64_t, Uuid, Uuid>;  // pg::Database::id(), org, project

// Profiles kept in all: 1.7 KB each with a vector of 384 numbers.
constexpr std::size_t kKept = 20'000;

class Cache {
  public:
    std::shared_ptr<const Profiles> of(const Tenant& tenant) {
        const std::lock_guard lock(mutex_);
        const auto found = tenants_.find(tenant);
        return found == tenants_.end() ? std::make_shared<Profiles>() : found->second;
    }
    void keep(const Tenant& tenant, Profiles profiles) {
        const std::lock_guard lock(mutex_);
        std::size_t kept = profiles.size();
        for (const auto& [other, theirs] : tenants_)
            if (other != tenant) kept += theirs->size();
        if (kept > kKept) tenants_.clear();
        if (profiles.size() <= kKept)
            tenants_[tenant] = std::make_shared<Profiles>(std::move(profiles));
    }

  private:
    std::mutex mutex_;
    std::map<Tenant, std::shared_ptr<const Profiles>> tenants_;
};

Cache& cache() {
    static Cache out;
    return out;
}

std::shared_ptr<const Profile> read_profile(const pg::Row& row) {
    auto out = std::make_shared<Profile>();
    out->revision = row.get<std::int32_t>(1);
    out->name = row.get<std::string>(2);
    out->role = row.get<std::string>(3);
    out->endpoint = row.get<std::string>(4);
    out->models = row.get<std::vector<std::string>>(5);
    out->model = row.get<std::optional<std::int32_t>>(6).value_or(0);
    out->vector = row.get<std::optional<std::vector<float>>>(7).value_or(std::vector<float>{});
    return out;
}

// Those whose revision is another than that of what is kept are read anew.
void complete(runtime::Context& context, const Tenant& tenant, std::vector<Entry>& entries,
              const std::vector<int>& revisions) {
    const std::shared_ptr<const Profiles> kept = cache().of(tenant);
    std::vector<Uuid> unknown;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto found = kept->find(entries[i].id);
        if (found != kept->end() && found->second->revision == revisions[i])
            entries[i].profile = found->second;
        else
            unknown.push_back(entries[i].id);
    }
    if (unknown.empty() && kept->size() == entries.size()) return;
    Profiles all;
    if (!unknown.empty())
        for (const pg::Row row :
             context.db.once(call_of(context), sql::profiles, context.caller.org,
                             context.caller.project, unknown))
            all[row.get<Uuid>(0)] = read_profile(row);
    for (Entry& entry : entries) {
        if (entry.profile)
            all[entry.id] = entry.profile;
        else if (const auto found = all.find(entry.id); found != all.end())
            entry.profile = found->second;
    }
    cache().keep(tenant, std::move(all));
}

}  // namespace

std::vector<Entry> members(runtime::Context& context) {
    const runtime::Caller& caller = context.caller;
    std::vector<Entry> out;
    std::vector<int> revisions;
    for (const pg::Row row : context.db.once(call_of(context), sql::beats, caller.org,
                                             caller.project, kOutcomeHalfLife)) {
        Entry entry;
        entry.id = row.get<Uuid>(0);
        revisions.push_back(row.get<std::int32_t>(1));
        entry.health = health_of(row.get<double>(2), row.get<bool>(3));
        entry.idle = row.get<bool>(4);
        entry.active_jobs = row.get<std::int32_t>(5);
        entry.outcomes = {row.get<double>(6), row.get<double>(7)};
        out.push_back(std::move(entry));
    }
    complete(context, {context.db.id(), caller.org, caller.project}, out, revisions);
    // Forgotten between the two looks.
    std::erase_if(out, [](const Entry& entry) { return !entry.profile; });
    return out;
}

}  // namespace stele::mesh
