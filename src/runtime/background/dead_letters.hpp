// Items that a background task has given up on, with the reason: a tenant's table, dead_letters.
// Nothing tries them again until somebody asks (background.retry) or they change.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/uuid.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"

namespace stele::background {

struct DeadLetter {
    std::string task;
    std::string kind;  // what `item` is the id of: memory, message, summary, thread; tenant
    Uuid item;
    int model = 0;  // the embedding model that it has no vector of; 0: none
    std::string reason;
    int attempts = 0;
    Timestamp failed_at{};
};

inline constexpr std::string_view kTenantKind = "tenant";  // the whole task, in this tenant

// Sets items of one task, kind and model aside in somebody else's pipeline or transaction.
struct Failures {
    std::string_view task, kind;
    int model = 0;
    std::vector<Uuid> items;
    std::vector<std::string> reasons;
    std::vector<std::int32_t> attempts;

    void add(const Uuid& item, std::string reason, std::int32_t tries);
};
void set_aside(pg::Pipeline& pipeline, const pg::Tenant& tenant, const Failures& failures);

// Forgets what is said of these items.
void drop(pg::Pipeline& pipeline, const pg::Tenant& tenant, const std::vector<Uuid>& items);
void drop(pg::Transaction& tx, const pg::Tenant& tenant, const std::vector<Uuid>& items);

// One row with one count.
void ask_dead_count(pg::Pipeline& pipeline, const pg::Tenant& tenant, std::string_view task);

// The newest first. No task, no items: all.
std::vector<DeadLetter> dead_letters(runtime::Context& context,
                                     const std::optional<std::string>& task,
                                     const std::optional<std::vector<Uuid>>& items, int limit);

}  // namespace stele::background
