// The heartbeat: a schedule of that name whose jobs take along what agents are to wake up for. An
// item waits in wake_items until a heartbeat is submitted, and moves into that job's input in the
// same transaction; so it is in one of the two at any time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"
#include "work/jobs/schedules/schedule_requests.hpp"

namespace stele::jobs {

inline constexpr auto kHeartbeat = "heartbeat";

struct WakeItem {
    std::string id, text, source;
    Timestamp at;
    template <class S = WakeItem>
    static auto describe() {
        return fields(field("id", &S::id, "Its id"), field("text", &S::text, "What to look at"),
                      field("source", &S::source, "wake: an agent or a person; hook: from outside"),
                      field("at", &S::at, "Since when it waits"));
    }
};

// Keeps an item for the next heartbeat. `source`: wake or hook.
WakeItem keep_wake_item(runtime::Context& context, const std::string& text,
                        const std::string& source);

// What waits, the oldest first, and how much in all.
struct Pending {
    std::vector<WakeItem> items;
    std::int64_t total = 0, of_hooks = 0;
};
Pending pending_wake_items(runtime::Context& context);

// Inside the transaction that submits a heartbeat: what it is to take along, held, at most
// limits::kWakeItems and half of what an input holds; and that it has taken them.
std::vector<WakeItem> hold_wake_items(pg::Transaction& tx, const pg::Tenant& tenant);
void take_wake_items(pg::Transaction& tx, const pg::Tenant& tenant,
                     const std::vector<WakeItem>& items);

// The heartbeat, now: its schedule goes on from here. Nothing is submitted while the one before
// lives. Throws Error(not_found) without a schedule of that name, Error(conflict) while it is
// paused.
struct Beat {
    std::optional<std::string> job_id;
    std::optional<std::string> note;  // why there is none
};
Beat beat_now(runtime::Context& context);

}  // namespace stele::jobs
