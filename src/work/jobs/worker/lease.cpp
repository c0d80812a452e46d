#include "work/jobs/worker/lease.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "work/jobs/history/read.hpp"
#include "work/jobs/queue/queue_head_hints.hpp"
#include "work/jobs/queue/wake.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/worker/worker_protocol.hpp"

namespace stele::jobs {

namespace {

// What one look at one queue needs.
struct LeaseQuery {
    std::string queue, worker;
    int most = 0;
    std::optional<int> lease_seconds;
    std::optional<std::vector<std::string>> names;
    bool waits = false;  // who asks: he looks again when there is nothing
};

// What a search spends on each job that it finds; the rest went into dead entries.
constexpr std::chrono::microseconds kEach{4};

Leased read_leased(const pg::Row& row, const std::string& queue) {
    Leased out;
    out.id = row.get<Uuid>(0).text();
    out.queue = queue;
    out.name = row.get<std::string>(1);
    out.version = row.get<std::int32_t>(2);
    if (!row.is_null(3)) out.input = row.get<json::value>(3);
    out.attempt = row.get<std::int32_t>(4);
    out.generation = row.get<std::int32_t>(5);
    out.lease_until = row.get<Timestamp>(6);
    out.waited_for = row.get<std::optional<std::string>>(8);
    out.woken_by = row.get<std::optional<std::string>>(9);
    if (const auto parent = row.get<std::optional<Uuid>>(10)) out.parent_id = parent->text();
    if (auto group = row.get<std::string>(11); !group.empty()) out.group = std::move(group);
    out.metadata = row.get<std::optional<json::value>>(12);
    return out;
}

pg::Result lease_first(pg::Transaction& tx, const runtime::Caller& caller, const LeaseQuery& look,
                       int most) {
    return tx.query(sql::lease, caller.org, caller.project, look.queue, most, look.worker,
                    look.lease_seconds, look.names, true, limits::kLeaseSeconds,
                    QueueHeadHints::kHead.priority, QueueHeadHints::kHead.ready_at);
}

// What a row of settings that is held lets through.
int allowed(pg::Transaction& tx, const runtime::Caller& caller, const std::string& queue,
            const pg::Row& settings, int most) {
    if (const auto bound = settings.get<std::optional<std::int32_t>>(0)) {
        const pg::Result running =
            queue == kAllQueues
                ? tx.query(sql::count_all_running, caller.org, caller.project, *bound)
                : tx.query(sql::count_running, caller.org, caller.project, queue, *bound);
        most = std::min(most, *bound - running[0].get<std::int32_t>(0));
    }
    if (const auto tokens = settings.get<std::optional<std::int32_t>>(2))
        most = std::min(most, *tokens);
    return most;
}

// From a queue whose groups take turns; `next` becomes the last group that was looked at.
pg::Result lease_in_turns(pg::Transaction& tx, const runtime::Caller& caller,
                          const LeaseQuery& look, const pg::Row& settings, int most,
                          std::string& next) {
    const auto seconds = settings.get<std::optional<std::int32_t>>(5);
    pg::Result out = tx.query(sql::lease_fair, caller.org, caller.project, look.queue, most,
                              look.worker, look.lease_seconds ? look.lease_seconds : seconds,
                              look.names, settings.get<std::optional<std::int32_t>>(1),
                              limits::kLeaseSeconds, next, limits::kFairGroups);
    next = out.empty() ? "" : out[0].get<std::optional<std::string>>(13).value_or("");
    return out;
}

// With limits the rows of settings are held, all queues' before the queue's own: leases come one
// after another and see what runs.
std::optional<pg::Result> lease_limited(runtime::Context& context, const LeaseQuery& look) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(
        call_of(context), [&](pg::Transaction& tx) -> std::optional<pg::Result> {
            const auto opened = tx.pipeline([&](pg::Pipeline& p) {
                p.add(sql::open_queue, caller.org, caller.project, kAllQueues);
                p.add(sql::open_queue, caller.org, caller.project, look.queue);
                p.add(sql::plan);
            });
            const pg::Result &all = opened[0], &own = opened[1];
            if (all.empty() && own.empty())
                return std::nullopt;  // paused, or without limits since a moment ago
            int most = look.most;
            if (!all.empty()) most = allowed(tx, caller, kAllQueues, all[0], most);
            if (!own.empty()) most = allowed(tx, caller, look.queue, own[0], most);
            if (most <= 0) return std::nullopt;
            const std::string begin = own.empty() ? "" : own[0].get<std::string>(4);
            std::string next = begin;
            pg::Result out = !own.empty() && own[0].get<bool>(3)
                                 ? lease_in_turns(tx, caller, look, own[0], most, next)
                                 : lease_first(tx, caller, look, most);
            const auto close = [&](const std::string& queue, const std::string& group) {
                tx.query(sql::close_queue, caller.org, caller.project, queue, out.rows(), group);
            };
            if (!all.empty() && out.rows() > 0) close(kAllQueues, "");
            if (!own.empty() && (out.rows() > 0 || next != begin)) close(look.queue, next);
            return out;
        });
}

// What a look at a queue without limits came to.
void learn(const QueueHeadHints::Queue& queue, QueueHeadHints::Place from, const pg::Result& rows,
           QueueHeadHints::Time began) {
    const auto now = std::chrono::steady_clock::now();
    if (rows.empty()) {
        queue_head_hints().found(queue, from, {}, ceil<std::chrono::microseconds>(now - began),
                                 now);
        return;
    }
    const QueueHeadHints::Place first{rows[0].get<std::int32_t>(13), rows[0].get<Timestamp>(14)};
    const std::chrono::microseconds searched(rows[0].get<std::int32_t>(15));
    queue_head_hints().found(queue, from, first, searched - kEach * rows.rows(), now);
}

// True when the queue was read from its head, or there are jobs.
bool look_from(runtime::Context& context, const LeaseQuery& look,
               const QueueHeadHints::Queue& queue, QueueHeadHints::Place from,
               std::optional<pg::Result>& rows) {
    const runtime::Caller& caller = context.caller;
    const auto began = std::chrono::steady_clock::now();
    // Safe to say again after a lost connection: what was leased and not heard of comes back by
    // itself.
    auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::plan);
        p.add(sql::promote, caller.org, caller.project, look.queue, limits::kPromoted);
        p.add(sql::lease, caller.org, caller.project, look.queue, look.most, look.worker,
              look.lease_seconds, look.names, false, limits::kLeaseSeconds, from.priority,
              from.ready_at);
    });
    const bool limited = results[results.size() - 2][0].get<bool>(0);
    if (limited) {
        rows = lease_limited(context, look);
        return true;
    }
    rows = std::move(results.back());
    if (!look.names) learn(queue, from, *rows, began);
    return from == QueueHeadHints::kHead || !rows->empty();
}

// What one lease came to.
struct Leases {
    std::vector<Leased> jobs;
    std::set<Uuid>
        with_past;  // something has happened to them: an answer that is more than the job
    // Fail for good, the others of their lease lose nothing: why, the youngest job first.
    struct Why {
        int generation;
        std::string error;
    };
    std::map<Uuid, Why, std::greater<>> unreadable;

    void refuse(const Uuid& id, int generation, std::string_view what, const Error& error) {
        log::warn("job {}: its {} cannot be read: {}", id.text(), what, error.what());
        unreadable[id] = {generation,
                          fmt::format("its {} cannot be read: {}", what, error.message())};
    }
};

void look_at(runtime::Context& context, const LeaseQuery& look, Leases& out) {
    const QueueHeadHints::Queue queue{context.db.id(), context.caller.org, context.caller.project,
                                      look.queue};
    const auto now = std::chrono::steady_clock::now();
    const QueueHeadHints::Place from =
        look.names ? QueueHeadHints::kHead : queue_head_hints().begin(queue, now);
    std::optional<pg::Result> rows;
    if (!look_from(context, look, queue, from, rows)) {
        if (look.waits)
            context.look_again = queue_head_hints().look_again(queue, now, context.look_again);
        else
            look_from(context, look, queue, QueueHeadHints::kHead, rows);
    }
    if (!rows) return;
    for (const pg::Row row : *rows) {
        const auto id = row.get<Uuid>(0);
        try {
            out.jobs.push_back(read_leased(row, look.queue));
            if (row.get<std::int32_t>(7) > kStartedAt) out.with_past.insert(id);
        } catch (const Error& error) {
            out.refuse(id, row.get<std::int32_t>(5), "input", error);
        }
    }
}

// What a job needs to go on where it was: steps that are finished, signals, the last safe
// checkpoint.
void add_past(runtime::Context& context, Leases& out) {
    std::map<Uuid, Leased*> jobs;
    for (Leased& job : out.jobs) jobs[id_of(job.id)] = &job;
    const std::vector<Uuid> ids(out.with_past.begin(), out.with_past.end());
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::replay_steps, context.caller.org, context.caller.project, ids);
        p.add(sql::replay_signals, context.caller.org, context.caller.project, ids);
        p.add(sql::replay_checkpoints, context.caller.org, context.caller.project, ids);
    });
    std::set<Uuid> refused;
    const auto each = [&](const pg::Result& rows, std::string_view what, const auto& read) {
        for (const pg::Row row : rows) {
            const auto id = row.get<Uuid>(0);
            Leased& job = *jobs.at(id);
            try {
                read(job, row);
            } catch (const Error& error) {
                if (refused.insert(id).second) out.refuse(id, job.generation, what, error);
            }
        }
    };
    const auto add = [](auto& list, auto item) {
        if (!list) list.emplace();
        list->push_back(std::move(item));
    };
    each(results[0], "step", [&](Leased& job, const pg::Row& row) {
        add(job.steps, Memo{row.get<std::string>(1),
                            row.get<std::optional<json::value>>(2).value_or(nullptr)});
    });
    each(results[1], "signal",
         [&](Leased& job, const pg::Row& row) { add(job.signals, read_signal(row)); });
    each(results[2], "checkpoint", [&](Leased& job, const pg::Row& row) {
        SafePoint point;
        point.seq = row.get<std::int32_t>(1);
        point.label = row.get<std::string>(2);
        point.step = row.get<std::optional<std::string>>(3);
        point.state = row.get<json::value>(4);
        job.checkpoint = std::move(point);
    });
    std::erase_if(out.jobs, [&](const Leased& job) { return refused.contains(id_of(job.id)); });
}

// Their leases are over before anybody works on them.
void fail_unreadable(runtime::Context& context, const Leases& leases) {
    Endings endings;
    for (const auto& [id, why] : leases.unreadable)
        endings.add(id, why.generation, "fail", why.error);
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    for (const Ended& ended : end_attempts(context, tenant, endings))
        tell_watchers(context, id_of(ended.id));
}

}  // namespace

std::vector<std::string> queues_of(const LeaseInput& input) {
    std::vector<std::string> out = input.queues;
    if (input.queue) out.insert(out.begin(), *input.queue);
    if (out.empty()) out.emplace_back(kDefaultQueue);
    return out;
}

LeaseOutput lease(runtime::Context& context, const LeaseInput& input) {
    Leases out;
    LeaseQuery look;
    look.worker = input.worker.value_or(context.caller.instance);
    look.lease_seconds = input.lease_seconds;
    look.waits = input.wait_ms > 0;
    if (!input.names.empty()) look.names = input.names;
    for (const std::string& queue : queues_of(input)) {
        look.queue = queue;
        look.most = input.max - int(out.jobs.size());
        if (look.most <= 0) break;
        look_at(context, look, out);
    }
    if (!out.with_past.empty()) add_past(context, out);
    if (!out.unreadable.empty()) fail_unreadable(context, out);
    return {std::move(out.jobs)};
}

}  // namespace stele::jobs
