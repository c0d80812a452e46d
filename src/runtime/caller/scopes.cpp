#include "runtime/caller/scopes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "foundation/base/error.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

constexpr std::string_view kMember = "member", kDeveloper = "developer", kAdmin = "admin",
                           kNobody = "";

constexpr std::array kScopes{
    Scope{"account:self", "Change your own account and end its sessions", kMember},
    Scope{"agents:write", "Start and end agents' sessions", kNobody},
    Scope{"analytics:read", "Read verdicts on jobs and what follows from them", kDeveloper},
    Scope{"analytics:write", "Give verdicts on jobs", kDeveloper},
    Scope{"audit:admin", "Administer the audit log", kNobody},
    Scope{"audit:read", "Read the audit log", kAdmin},
    Scope{"audit:write", "Append to the audit log", kNobody},
    Scope{"authority:approve", "Approve what agents ask to do", kNobody},
    Scope{"authority:read", "Read who may do what", kAdmin},
    Scope{"authority:write", "Change who may do what", kAdmin},
    Scope{"channel:read", "See the channels to people", kDeveloper},
    Scope{"channel:write", "Declare channels and send messages", kDeveloper},
    Scope{"chat:read", "Read and search conversations", kMember},
    Scope{"chat:write", "Write, change and delete conversations", kMember},
    Scope{"delegate:broad", "Hand on rights without narrowing them", kNobody},
    Scope{"event:read", "Follow what happens", kDeveloper},
    Scope{"event:write", "Say that something happened", kMember},
    Scope{"graph:read", "See what came from what", kMember},
    Scope{"graph:write", "Link and unlink what came from what", kDeveloper},
    Scope{"identity:admin", "Administer users, groups, clients and tokens", kAdmin},
    Scope{"identity:read", "See users, groups, clients and tokens", kAdmin},
    Scope{"instance:read", "See this server and its settings, without secrets", kDeveloper},
    Scope{"job:read", "See jobs, schedules and their results", kDeveloper},
    Scope{"job:work", "Lease jobs and report on them", kDeveloper},
    Scope{"job:write", "Submit, schedule and stop jobs", kDeveloper},
    Scope{"memory:read", "Read and search what is remembered", kMember},
    Scope{"memory:write", "Store, change and delete what is remembered", kMember},
    Scope{"mesh:read", "See other instances", kDeveloper},
    Scope{"mesh:write", "Register instances and delegate to them", kNobody},
    Scope{"ops:admin", "Change the database behind Stele", kNobody},
    Scope{"ops:read", "See the state of the database behind Stele", kAdmin},
    Scope{"outbox:admin", "Administer what is told to other systems", kNobody},
    Scope{"outbox:read", "See what is told to other systems", kAdmin},
    Scope{"run:read", "Read runs and what they did", kMember},
    Scope{"run:write", "Record runs", kDeveloper},
    Scope{"session:read", "Read working sessions", kMember},
    Scope{"session:write", "Open and continue working sessions", kMember},
    Scope{"skills:read", "Read and search skills", kMember},
    Scope{"skills:write", "Store, change and delete skills", kDeveloper},
    Scope{"user:act", "Act for users of the tenant", kNobody},
};
static_assert(kScopes.size() <= ScopeSet::kMost);

constexpr std::bitset<ScopeSet::kMost> kAll((1ULL << kScopes.size()) - 1);

std::size_t place_of(std::string_view name) {
    for (std::size_t i = 0; i < kScopes.size(); ++i)
        if (kScopes[i].name == name) return i;
    std::vector<std::string_view> known;
    for (const Scope& scope : kScopes) known.push_back(scope.name);
    throw Error(Code::invalid_argument, fmt::format("there is no scope \"{}\"{}", excerpt(name, 60),
                                                    did_you_mean(name, known)));
}

}  // namespace

std::span<const Scope> all_scopes() {
    return kScopes;
}

ScopeSet ScopeSet::everything() {
    return ScopeSet(kAll);
}

ScopeSet ScopeSet::of(const std::vector<std::string>& names) {
    ScopeSet out;
    for (const std::string& name : names) {
        if (name == "*") return everything();
        out.bits_.set(place_of(name));
    }
    return out;
}

ScopeSet ScopeSet::ceiling(Role role) {
    ScopeSet out;
    for (std::size_t i = 0; i < kScopes.size(); ++i) {
        const std::string_view lowest = kScopes[i].lowest;
        const bool may = lowest == kMember || (lowest == kDeveloper && role != Role::member) ||
                         (lowest == kAdmin && role == Role::admin);
        if (may) out.bits_.set(i);
    }
    return out;
}

bool ScopeSet::is_everything() const {
    return bits_ == kAll;
}

std::vector<std::string> ScopeSet::names() const {
    if (is_everything()) return {"*"};
    std::vector<std::string> out;
    for (std::size_t i = 0; i < kScopes.size(); ++i)
        if (bits_.test(i)) out.emplace_back(kScopes[i].name);
    return out;
}

std::string ScopeSet::text() const {
    return fmt::format("{}", fmt::join(names(), " "));
}

}  // namespace stele::runtime
