#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/cursor.hpp"
#include "foundation/base/error.hpp"
#include "knowledge/conversations/embed_thread.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "runtime/background/dead_letters.hpp"

namespace stele::conversations {

namespace {

constexpr std::int32_t kNoEnd = 2'147'483'647;

// A page of a thread and whether there is more of it in the direction of the page.
struct Page {
    std::vector<Message> messages;
    bool more = false;
};

Page page_of(const pg::Result& rows, int limit, bool backward) {
    Page out;
    for (const pg::Row row : rows) {
        if (int(out.messages.size()) == limit) break;
        out.messages.push_back(read_message(row));
    }
    out.more = rows.rows() > limit;
    if (backward) std::ranges::reverse(out.messages);
    return out;
}

}  // namespace

void no_such_thread(const std::string& key) {
    throw Error(Code::not_found, fmt::format("there is no thread {}", key),
                "`stele chat recent --scope all` shows this tenant's threads");
}

Message read_message(const pg::Row& row) {
    Message m;
    m.id = row.get<Uuid>(0).text();
    m.thread_id = row.get<std::string>(1);
    m.seq = row.get<std::int32_t>(2);
    m.speaker = row.get<std::string>(3);
    m.content = row.get<std::string>(4);
    m.timestamp = row.get<Timestamp>(5);
    m.type = reflect::enum_of<Kind>(row.raw(6)).value_or(Kind::message);
    m.channel = row.get<std::string>(7);
    m.scope = row.get<std::string>(8);
    m.metadata = row.get<json::object>(9);
    // A class that a newer program made is not one to delete by.
    m.retention = reflect::enum_of<Retention>(row.raw(10)).value_or(Retention::legal_hold);
    m.instance = row.get<std::string>(11);
    m.job_id = row.get<std::optional<std::string>>(12);
    m.dedup_key = row.get<std::optional<std::string>>(13);
    return m;
}

Thread read_thread(const pg::Row& row) {
    Thread t;
    t.thread_id = row.get<std::string>(0);
    t.scope = row.get<std::string>(1);
    t.channel = row.get<std::string>(2);
    t.title = row.get<std::optional<std::string>>(3);
    t.instance = row.get<std::string>(4);
    t.last_seq = row.get<std::int32_t>(5);
    t.metadata = row.get<json::object>(6);
    t.created_at = row.get<Timestamp>(7);
    t.last_message_at = row.get<Timestamp>(8);
    t.ended_at = row.get<std::optional<Timestamp>>(9);
    t.forked_from = row.get<std::optional<std::string>>(10);
    t.forked_at = row.get<std::optional<std::int32_t>>(11);
    return t;
}

std::map<std::string, Uuid> thread_ids(runtime::Context& context,
                                       const std::vector<std::string>& keys) {
    std::map<std::string, Uuid> out;
    for (const pg::Row row : context.db.once(call_of(context), sql::thread_ids, context.caller.org,
                                             context.caller.project, keys))
        out.emplace(row.get<std::string>(0), row.get<Uuid>(1));
    return out;
}

ThreadOutput thread(runtime::Context& context, const ThreadInput& input) {
    const runtime::Caller& caller = context.caller;
    const bool backward = !input.after && (input.newest || input.before);
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::thread, caller.org, caller.project, input.thread_id);
        // One more than asked for tells whether there is more.
        p.add(backward ? sql::thread_backward : sql::thread_forward, caller.org, caller.project,
              input.thread_id, input.after.value_or(0), input.before.value_or(kNoEnd),
              input.limit + 1);
    });
    if (results[0].empty()) no_such_thread(input.thread_id);
    Page page = page_of(results[1], input.limit, backward);
    ThreadOutput out;
    out.thread_id = input.thread_id;
    out.thread = read_thread(results[0][0]);
    out.messages = std::move(page.messages);
    if (out.messages.empty()) return out;
    // Where the page came from there is something else, unless it came from the very end.
    if (backward ? input.before.has_value() : page.more) out.next_after = out.messages.back().seq;
    if (backward ? page.more : input.after.value_or(0) > 0)
        out.next_before = out.messages.front().seq;
    return out;
}

RecentOutput recent(runtime::Context& context, const RecentInput& input) {
    const Cursor place = parse_cursor(input.cursor);
    const runtime::Caller& caller = context.caller;
    const pg::Result rows = context.db.once(
        call_of(context), sql::recent, caller.org, caller.project,
        tenancy::scopes_to_search(context, input.scope), place.time, place.id, input.limit + 1);
    RecentOutput out;
    Uuid last;
    for (const pg::Row row : rows) {
        if (int(out.results.size()) == input.limit) {
            out.next_cursor = cursor_at(out.results.back().timestamp, last.text());
            break;
        }
        last = row.get<Uuid>(0);
        ThreadRow r;
        r.id = row.get<Uuid>(1).text();
        r.thread_id = row.get<std::string>(2);
        r.speaker = row.get<std::string>(3);
        r.content = row.get<std::string>(4);
        r.timestamp = row.get<Timestamp>(5);
        r.type = reflect::enum_of<Kind>(row.raw(6)).value_or(Kind::message);
        r.channel = row.get<std::string>(7);
        r.scope = row.get<std::string>(8);
        r.seq = row.get<std::int32_t>(9);
        r.title = row.get<std::optional<std::string>>(10);
        r.ended_at = row.get<std::optional<Timestamp>>(11);
        out.results.push_back(std::move(r));
    }
    return out;
}

StatsOutput stats(runtime::Context& context, const StatsInput&) {
    const pg::Call call = call_of(context);
    const auto results = context.db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::stats, call.tenant.org, call.tenant.project);
        background::ask_dead_count(p, call.tenant, kConversationsTask);
    });
    const pg::Row row = results[0][0];
    StatsOutput out;
    int column = 0;
    for (std::int64_t* number :
         {&out.threads, &out.messages, &out.bytes, &out.indexed, &out.summaries, &out.open_actions,
          &out.with_vector, &out.waiting_for_vector, &out.waiting_for_summary})
        *number = row.get<std::int64_t>(column++);
    out.dead_letters = results[1][0].get<std::int64_t>(0);
    out.oldest = row.get<std::optional<Timestamp>>(column++);
    out.newest = row.get<std::optional<Timestamp>>(column);
    return out;
}

}  // namespace stele::conversations
