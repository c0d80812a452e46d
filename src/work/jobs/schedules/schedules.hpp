// Schedules: jobs that are submitted when their time comes. The database's clock decides when that
// is, and each time submits one job, however many maintainers look at it: its key is made of the
// schedule and the time, and next_at moves on in the transaction that submits.
#pragma once

#include "runtime/context.hpp"
#include "work/jobs/schedules/schedule_requests.hpp"

namespace stele::jobs {

// Makes a schedule, or replaces the one of that name: whether it is paused stays, and so does when
// it is due, unless its times are others. Throws Error(invalid_argument) that names what is wrong
// with the times, and for one time that has passed.
Schedule schedule(runtime::Context& context, const ScheduleInput& input);
SchedulesOutput schedules(runtime::Context& context, const SchedulesInput& input);
UnscheduleOutput unschedule(runtime::Context& context, const ScheduleNameInput& input);
// Throw Error(not_found). Times that pass while it is paused are not made up for, but a single one.
Schedule pause_schedule(runtime::Context& context, const ScheduleNameInput& input);
Schedule resume_schedule(runtime::Context& context, const ScheduleNameInput& input);
ScheduleNextOutput schedule_next(runtime::Context& context, const ScheduleNextInput& input);

// For job maintenance: submits the jobs of up to `most` schedules that are due, of whatever tenant.
// One that cannot (its queue is draining) notes why and is looked at again a minute later; its time
// stays due. Returns how many were looked at.
int fire_schedules(runtime::Context& context, int most);

}  // namespace stele::jobs
