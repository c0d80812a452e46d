#include "work/jobs/wake.hpp"

#include <algorithm>

#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/sql.hpp"
#include "runtime/bells.hpp"
#include "work/jobs/waker.hpp"

namespace stele::jobs {

std::string bell_of(const Uuid& org, const Uuid& project, std::string_view queue) {
    return org.text().append(":").append(project.text()).append(":").append(queue);
}

void wake(runtime::Context& context, const Uuid& org, const Uuid& project, std::string_view queue,
          int jobs) noexcept {
    try {
        const std::string bell = bell_of(org, project, queue);
        if (context.bells)
            context.bells->ring(bell, std::max(jobs, 1));
        else  // a program that ends with this call: it tells the others itself
            context.db.untenanted(context.deadline, pg::sql::notify, kChannel,
                                  std::vector<std::string>{bell});
    } catch (const std::exception& error) {
        log::debug("nobody was told of jobs in {}: {}", queue, error.what());
    }
}

void wake(runtime::Context& context, std::string_view queue, int jobs) noexcept {
    wake(context, context.caller.org, context.caller.project, queue, jobs);
}

std::string watch_bell(const Uuid& org, const Uuid& project, const Uuid& job) {
    return bell_of(org, project, "#" + job.text());
}

void tell_watchers(runtime::Context& context, const Uuid& job) {
    if (context.bells)
        context.bells->heard(watch_bell(context.caller.org, context.caller.project, job));
}

Waker::Waker(runtime::Bells& bells, std::function<pg::ConnInfo()> info)
    : bells_(bells), notifications_(std::move(info), kChannel, [&bells](const std::string& bell) {
          bells.heard(bell);
      }) {
    bells_.on_ring([this](const std::string& bell) { notifications_.send(bell); });
}

Waker::~Waker() {
    bells_.on_ring(nullptr);
}

}  // namespace stele::jobs
