#include <fmt/format.h>

#include <map>
#include <set>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/segments.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/background/dead_letters.hpp"
#include "runtime/caller/recorder.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kShown = 1000;  // ids of an answer
constexpr std::size_t kNamed = 20;    // ids of an error

// What of one thread is to go.
struct Part {
    std::vector<Uuid> ids;
    std::vector<std::int32_t> places;
    std::vector<std::string> hashes;
};
using Parts = std::map<Uuid, Part>;

Parts look_up(pg::Transaction& tx, const runtime::Caller& caller, const std::vector<Uuid>& ids,
              const std::optional<Uuid>& thread) {
    Parts out;
    std::string held;
    std::size_t held_count = 0;
    for (const pg::Row row : tx.query(sql::to_forget, caller.org, caller.project, ids, thread)) {
        if (row.raw(3) == reflect::name_of(Retention::legal_hold) && ++held_count <= kNamed)
            held += (held.empty() ? "" : ", ") + row.get<Uuid>(0).text();
        Part& part = out[row.get<Uuid>(1)];
        part.ids.push_back(row.get<Uuid>(0));
        part.places.push_back(row.get<std::int32_t>(2));
        part.hashes.emplace_back(row.raw(4));
    }
    if (held_count > 0)
        throw Error(Code::refused,
                    fmt::format("nothing was forgotten: {} under legal hold: {}{}", held_count,
                                held, held_count > kNamed ? ", …" : ""),
                    "forget the others by their ids");
    return out;
}

void remove(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& thread,
            const Part& part, bool whole_thread, bool vectors, const std::string& reason,
            Traces& traces, ForgetOutput& out) {
    traces.add(tx, caller, thread, whole_thread ? std::nullopt : std::optional(part.places));
    std::vector<pg::Bytes> hashes;
    for (const std::string& hash : part.hashes) hashes.push_back({hash});
    const Uuid receipt = Uuid::v7();
    tx.query(sql::insert_receipt, caller.org, caller.project, receipt, now(), caller.principal,
             reason, thread, part.ids, hashes);
    out.receipts.push_back(receipt.text());
    if (whole_thread) {
        tx.query(sql::forget_thread, caller.org, caller.project, thread);
        return;
    }
    tx.query(sql::forget_traces, caller.org, caller.project, thread, part.places, vectors);
    tx.query(sql::forget, caller.org, caller.project, part.ids);
}

// After the rows: their edges, then their postings, whose lock is held to the transaction's end.
void clear(pg::Transaction& tx, const runtime::Caller& caller, const std::vector<Uuid>& messages,
           const std::optional<Uuid>& thread, const Traces& traces) {
    const pg::Tenant tenant{caller.org, caller.project};
    graph::forget(tx, tenant, summary_edges().table(), traces.summaries());
    graph::forget(tx, tenant, message_edges().table(), messages);
    if (thread) graph::forget(tx, tenant, thread_edges().table(), {*thread});
    background::drop(tx, tenant, traces.summaries());
    background::drop(tx, tenant, messages);
    if (thread) background::drop(tx, tenant, {*thread});
    traces.purge(tx, caller);
}

}  // namespace

ForgetOutput forget(runtime::Context& context, const ForgetInput& input) {
    if (input.message_ids.empty() == !input.thread_id)
        throw Error(Code::invalid_argument,
                    input.thread_id ? "threadId: give messageIds or a threadId, not both"
                                    : "messageIds: say what to forget: messageIds or a threadId",
                    "`--dry-run` shows what would be forgotten");
    const runtime::Caller& caller = context.caller;
    std::set<Uuid> named;
    for (const std::string& id : input.message_ids) named.insert(*Uuid::parse(id));
    const std::vector<Uuid> ids(named.begin(), named.end());
    const bool vectors = context.embedder && vectors::active_model(context).id;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        ForgetOutput out;
        out.dry_run = input.dry_run;
        std::optional<Uuid> thread;
        for (const pg::Row row :
             tx.query(sql::threads_of, caller.org, caller.project, ids, input.thread_id))
            if (input.thread_id) thread = row.get<Uuid>(0);
        if (input.thread_id && !thread) no_such_thread(*input.thread_id);
        Traces traces;
        std::vector<Uuid> gone;
        std::set<Uuid> missing = named;
        for (const auto& [id, part] : look_up(tx, caller, ids, thread)) {
            out.forgotten += int(part.ids.size());
            for (const Uuid& message : part.ids) {
                missing.erase(message);
                if (out.ids.size() < kShown) out.ids.push_back(message.text());
            }
            gone.insert(gone.end(), part.ids.begin(), part.ids.end());
            if (!input.dry_run)
                remove(tx, caller, id, part, thread == id, vectors, input.reason, traces, out);
        }
        if (thread && out.forgotten == 0 && !input.dry_run)
            tx.query(sql::forget_thread, caller.org, caller.project, *thread);
        for (const Uuid& id : missing) out.missing.push_back(id.text());
        if (!input.dry_run) clear(tx, caller, gone, thread, traces);
        if (context.audit && !input.dry_run)
            context.audit->record(tx, caller, input.thread_id.value_or(""), {"messages"});
        return out;
    });
}

}  // namespace stele::conversations
