#include "jobs/wake.hpp"

#include <algorithm>

#include "api/bells.hpp"
#include "base/log.hpp"
#include "jobs/sql.hpp"
#include "pg/database.hpp"

namespace stele::jobs {

std::string bell_of(const Uuid& org, const Uuid& project, std::string_view queue) {
    return org.text().append(":").append(project.text()).append(":").append(queue);
}

void wake(api::Context& context, const Uuid& org, const Uuid& project, std::string_view queue,
          int jobs) noexcept {
    try {
        const std::string bell = bell_of(org, project, queue);
        if (context.bells)
            context.bells->ring(bell, std::max(jobs, 1));
        else  // a program that ends with this call: it tells the others itself
            context.db.untenanted(context.deadline, sql::notify, kChannel, bell);
    } catch (const std::exception& error) {
        log::debug("nobody was told of jobs in {}: {}", queue, error.what());
    }
}

void wake(api::Context& context, std::string_view queue, int jobs) noexcept {
    wake(context, context.caller.org, context.caller.project, queue, jobs);
}

}  // namespace stele::jobs
