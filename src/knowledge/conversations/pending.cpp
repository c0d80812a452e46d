#include <fmt/format.h>

#include "foundation/base/cursor.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/tenancy/scope.hpp"

namespace stele::conversations {

namespace {

constexpr std::size_t kShownBytes = 500;  // of the message that asks

PendingAction read_action(const pg::Row& row) {
    PendingAction a;
    a.id = row.get<Uuid>(0).text();
    a.message_id = row.get<Uuid>(1).text();
    a.thread_id = row.get<std::string>(2);
    a.action = row.get<std::string>(3);
    a.status = reflect::enum_of<ActionStatus>(row.raw(4)).value_or(ActionStatus::open);
    a.speaker = row.get<std::string>(5);
    a.content = excerpt(row.get<std::string>(6), kShownBytes);
    a.created_at = row.get<Timestamp>(7);
    a.resolution = row.get<std::optional<std::string>>(8);
    a.resolved_by = row.get<std::optional<std::string>>(9);
    a.resolved_at = row.get<std::optional<Timestamp>>(10);
    return a;
}

}  // namespace

PendingOutput pending(runtime::Context& context, const PendingInput& input) {
    const runtime::Caller& caller = context.caller;
    const Cursor place = parse_cursor(input.cursor);
    // A thread that is named is looked at whatever its scope.
    const auto scopes = input.thread_id && !input.scope
                            ? std::nullopt
                            : tenancy::scopes_to_search(context, input.scope);
    const pg::Result rows =
        context.db.once(call_of(context), sql::pending, caller.org, caller.project, scopes,
                        input.thread_id, place.time, place.id, input.limit + 1);
    PendingOutput out;
    for (const pg::Row row : rows) {
        if (int(out.results.size()) == input.limit) {
            const PendingAction& last = out.results.back();
            out.next_cursor = cursor_at(last.created_at, last.id);
            break;
        }
        out.results.push_back(read_action(row));
    }
    return out;
}

ResolveOutput resolve(runtime::Context& context, const ResolveInput& input) {
    const runtime::Caller& caller = context.caller;
    const Uuid message = *Uuid::parse(input.message_id);
    const ActionStatus wanted = input.cancel ? ActionStatus::cancelled : ActionStatus::resolved;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::resolve, caller.org, caller.project, message, reflect::name_of(wanted),
              input.resolution, now(), caller.principal);
        p.add(sql::action_of, caller.org, caller.project, message);
    });
    if (results[1].empty())
        throw Error(Code::not_found, fmt::format("message {} asked for nothing", message.text()),
                    "`stele chat pending --scope all` shows what is open");
    const PendingAction action = read_action(results[1][0]);
    // It may have been closed before; the same answer again is no error.
    if (action.status != wanted || action.resolution != input.resolution)
        throw Error(Code::conflict,
                    fmt::format("the action of message {} was {} already: {}", message.text(),
                                reflect::name_of(action.status),
                                excerpt(action.resolution.value_or(""), 200)),
                    "log a new message with a pendingAction if there is more to do");
    return {true, input.message_id, action};
}

}  // namespace stele::conversations
