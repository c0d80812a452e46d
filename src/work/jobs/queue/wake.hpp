// Who waits for jobs of a queue, and how they hear of one. NOTIFY inside a submitting transaction
// would put all commits of the database one behind the other, so it comes after the commit: who
// waits in this process is woken at once, those of others by one NOTIFY that several wakes share.
#pragma once

#include <string>
#include <string_view>

#include "runtime/context.hpp"

namespace stele::jobs {

// The channel of PostgreSQL's notifications; what they say is the notification's name.
inline constexpr auto kChannel = "stele_jobs";

// "<org>:<project>:<queue>"
std::string notification_of(const Uuid& org, const Uuid& project, std::string_view queue);

// After a commit: something may be had from this queue, for so many workers. Never throws: a
// notification promises nothing.
void wake(runtime::Context& context, const Uuid& org, const Uuid& project, std::string_view queue,
          int jobs) noexcept;
void wake(runtime::Context& context, std::string_view queue, int jobs) noexcept;

// Whoever follows one job hears of what is reported and of its end: in this process, for others
// look once a second.
std::string watch_notification(const Uuid& org, const Uuid& project, const Uuid& job);
void tell_watchers(runtime::Context& context, const Uuid& job);

}  // namespace stele::jobs
