#include "work/mesh/delegation/tracker.hpp"

#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/log.hpp"
#include "work/mesh/delegation/delegate.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

constexpr std::int32_t kBunch = 20;
constexpr int kThreads = 3;
// What one look may need; with less left, the rest of a bunch comes back by itself.
constexpr std::chrono::seconds kLookTime{16};

struct Due {
    Uuid org, project, id;
};

// Keys alone, of whatever tenant.
std::vector<Due> find_due(runtime::Context& context, const background::Backoffs& failing) {
    const background::Backoffs::Tenants resting = failing.resting();
    std::vector<Due> out;
    for (const pg::Row row :
         context.db.once({{}, context.deadline}, sql::due, kBunch, resting.orgs, resting.projects))
        out.push_back({row.get<Uuid>(0), row.get<Uuid>(1), row.get<Uuid>(2)});
    return out;
}

// false: another tracker has it, or it has ended.
bool take(runtime::Context& context, const Due& due) {
    return !context.db
                .once({{due.org, due.project}, context.deadline}, sql::take_due, due.org,
                      due.project, due.id, kTrackSeconds)
                .empty();
}

// On behalf of the tenant whose delegation it is.
runtime::Context context_of(const runtime::Context& context, const Due& due) {
    runtime::Context out = context;
    out.caller.org = due.org;
    out.caller.project = due.project;
    return out;
}

std::optional<DelegationStatus> end_of(const std::string& status) {
    const auto stand = reflect::enum_of<DelegationStatus>(status);
    if (stand == DelegationStatus::complete || stand == DelegationStatus::failed ||
        stand == DelegationStatus::stopped)
        return stand;
    return std::nullopt;
}

// false: the endpoint gave no answer at all.
bool poll(runtime::Context& context, Peers& peers, const Record& record) {
    try {
        const PeerAnswer answer = peers.job(
            record.endpoint, {context.caller.org, context.caller.project}, *record.remote_job_id);
        const std::string status = answer.word("status");
        if (!answer.ok() || status.empty())
            unanswered(context, record, answer.said());
        else if (const auto stand = end_of(status))
            finish(context, record, *stand, answer.body);
        else
            heard(context, record, status);
        return true;
    } catch (const http::TransportError& error) {
        unanswered(context, record, error.what());
        return false;
    }
}

// `silent`: endpoints that gave no answer in this round, and are not asked again.
void look(runtime::Context& theirs, Peers& peers, const Uuid& id, std::set<std::string>& silent) {
    const auto record = find_delegation(theirs, id);
    if (!record || ended(record->status)) return;
    theirs.caller.instance = record->instance;
    if (silent.contains(record->endpoint))
        unanswered(theirs, *record, "others there were asked a moment ago, and none answered");
    else if (record->status == DelegationStatus::submitting)
        post(theirs, peers, *record);
    else if (!poll(theirs, peers, *record))
        silent.insert(record->endpoint);
}

}  // namespace

int track(runtime::Context& context, Peers& peers, background::Backoffs& failing) {
    std::set<std::string> silent;
    int looked = 0;
    for (const Due& due : find_due(context, failing)) {
        if (time_left(context.deadline) < kLookTime) break;
        runtime::Context theirs = context_of(context, due);
        try {
            if (!take(context, due)) continue;
            ++looked;
            look(theirs, peers, due.id, silent);
            failing.succeeded({due.org, due.project});
        } catch (const std::exception& error) {
            // The database is away or too slow: what was taken comes back.
            if (const auto* known = dynamic_cast<const Error*>(&error); known && known->retryable())
                throw;
            failing.failed("delegation " + due.id.text(), {due.org, due.project}, error.what());
        }
    }
    return looked;
}

int Tracker::step(runtime::Context& context, background::Backoffs& failing, bool first) {
    if (!first && busy_ == 0) return 0;
    ++busy_;
    try {
        const int looked = track(context, peers_, failing);
        --busy_;
        return looked;
    } catch (...) {
        --busy_;
        throw;
    }
}

Tracker::Tracker(const runtime::Settings& settings,
                 const runtime::Background::MakeContext& make_context)
    : peers_(settings) {
    for (int i = 0; i < kThreads; ++i)
        threads_.push_back(std::make_unique<runtime::Background>(
            "delegated jobs are not looked at", make_context,
            [this, failing = std::make_shared<background::Backoffs>(), first = i == 0](
                runtime::Context& context) { return step(context, *failing, first); }));
}

}  // namespace stele::mesh
