#include "runtime/background/dead_letters.hpp"

#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"
#include "runtime/background/sql.hpp"
#include "runtime/call.hpp"

namespace stele::background {

namespace {
constexpr std::size_t kReasonBytes = 1000;
}

void Failures::add(const Uuid& item, std::string reason, std::int32_t tries) {
    items.push_back(item);
    reasons.push_back(excerpt(reason, kReasonBytes));
    attempts.push_back(tries);
}

void set_aside(pg::Pipeline& pipeline, const pg::Tenant& tenant, const Failures& f) {
    if (f.items.empty()) return;
    log::warn("{} of tenant {}: {} of kind {} set aside, the first {}: {}", f.task,
              tenant.project.text(), f.items.size(), f.kind, f.items[0].text(), f.reasons[0]);
    pipeline.add(sql::add_dead_letters, tenant.org, tenant.project, f.task, f.kind,
                 std::int32_t(f.model), f.items, f.reasons, f.attempts);
}

void drop(pg::Pipeline& pipeline, const pg::Tenant& tenant, const std::vector<Uuid>& items) {
    pipeline.add(sql::drop_dead_letters, tenant.org, tenant.project, items);
}

void drop(pg::Transaction& tx, const pg::Tenant& tenant, const std::vector<Uuid>& items) {
    tx.query(sql::drop_dead_letters, tenant.org, tenant.project, items);
}

void ask_dead_count(pg::Pipeline& pipeline, const pg::Tenant& tenant, std::string_view task) {
    pipeline.add(sql::count_dead_letters, tenant.org, tenant.project, task);
}

std::vector<DeadLetter> dead_letters(runtime::Context& context,
                                     const std::optional<std::string>& task,
                                     const std::optional<std::vector<Uuid>>& items, int limit) {
    std::vector<DeadLetter> out;
    for (const pg::Row row :
         context.db.once(runtime::call_of(context), sql::list_dead_letters, context.caller.org,
                         context.caller.project, task, items, std::int32_t(limit)))
        out.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<Uuid>(2),
                       row.get<std::int32_t>(3), row.get<std::string>(4), row.get<std::int32_t>(5),
                       row.get<Timestamp>(6)});
    return out;
}

}  // namespace stele::background
