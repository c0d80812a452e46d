#include "work/jobs/queue/wake.hpp"

#include <algorithm>

#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/sql.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/queue/notify_bridge.hpp"

namespace stele::jobs {

std::string notification_of(const Uuid& org, const Uuid& project, std::string_view queue) {
    return org.text().append(":").append(project.text()).append(":").append(queue);
}

void wake(runtime::Context& context, const Uuid& org, const Uuid& project, std::string_view queue,
          int jobs) noexcept {
    try {
        const std::string notification = notification_of(org, project, queue);
        if (context.notifier)
            context.notifier->notify(notification, std::max(jobs, 1));
        else  // a program that ends with this call: it tells the others itself
            context.db.untenanted(context.deadline, pg::sql::notify, kChannel,
                                  std::vector<std::string>{notification});
    } catch (const std::exception& error) {
        log::debug("nobody was told of jobs in {}: {}", queue, error.what());
    }
}

void wake(runtime::Context& context, std::string_view queue, int jobs) noexcept {
    wake(context, context.caller.org, context.caller.project, queue, jobs);
}

std::string watch_notification(const Uuid& org, const Uuid& project, const Uuid& job) {
    return notification_of(org, project, "#" + job.text());
}

void tell_watchers(runtime::Context& context, const Uuid& job) {
    if (context.notifier)
        context.notifier->notify_local(
            watch_notification(context.caller.org, context.caller.project, job));
}

NotifyBridge::NotifyBridge(runtime::Notifier& notifier, std::function<pg::ConnInfo()> info)
    : notifier_(notifier),
      notifications_(std::move(info), kChannel, [&notifier](const std::string& notification) {
          notifier.notify_local(notification);
      }) {
    notifier_.on_notify(
        [this](const std::string& notification) { notifications_.send(notification); });
}

NotifyBridge::~NotifyBridge() {
    notifier_.on_notify(nullptr);
}

}  // namespace stele::jobs
