// The ledger of delegations: each step is one transaction that writes the row, its event and what
// follows from it. A step that was taken already is taken once.
#pragma once

#include <optional>
#include <string>

#include "runtime/context.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/jobs/store.hpp"
#include "work/mesh/delegation/delegation_requests.hpp"
#include "work/mesh/routing/route.hpp"

namespace stele::mesh {

inline constexpr double kPollSeconds = 3;  // between two looks at a delegated job
inline constexpr double kPollSecondsMost = 30;
// Who submits has it to himself for so long: a look at the target's health, and the request.
inline constexpr double kSubmitSeconds = 45;
// Whoever takes a delegation to look after it has it for so long.
inline constexpr double kTrackSeconds = 60;

// A delegation, and what those need to know who look after it.
struct Record : Delegation {
    Uuid uuid, target_id;
    std::string payload;  // JSON; what is sent, and once the target has it or refused it, redacted
    bool fallback = false;
    std::string instance;
};

struct NewDelegation {
    Uuid id;
    std::string key, conversation;
    std::optional<Uuid> for_job;
    int depth = 0;
    std::vector<std::string> path;
    bool fallback = false;
    std::string payload;
    tenancy::Retention retention = tenancy::Retention::standard;
};

std::optional<Record> find_delegation(runtime::Context& context, const Uuid& id);
std::optional<Record> find_delegation(runtime::Context& context, const std::string& key);

// With the decision's explanation, its selected candidate being the target. false: the key is
// taken, and nothing was written.
bool begin(runtime::Context& context, const NewDelegation& made, const Decision& decision);

// Of whose tenant, by context.caller.
void taken(runtime::Context& context, const Record& record, const std::string& remote_job_id,
           const std::string& remote_status);
void heard(runtime::Context& context, const Record& record, const std::string& remote_status);
// After limits::kPollFailures in a row it has failed.
void unanswered(runtime::Context& context, const Record& record, const std::string& why);
// How the job over there ended. `body`: it, as GET /job/:id answers.
void finish(runtime::Context& context, const Record& record, DelegationStatus stand,
            const json::object& body);
// The target refused it: done here instead, when that was asked for, else failed.
void refused(runtime::Context& context, const Record& record, const std::string& why);

// Notified when a delegation of this key or id ends, in this process.
std::string notification_of(const runtime::Caller& caller, const std::string& key);

DelegationsOutput delegations(runtime::Context& context, const DelegationsInput& input);
// Throws Error(not_found).
DelegationGetOutput delegation(runtime::Context& context, const DelegationIdInput& input);
// As a job of this ledger would be shown; nothing when there is no such delegation.
std::optional<jobs::Job> as_job(runtime::Context& context, const std::string& id);

}  // namespace stele::mesh
