// The SQL of the chat domain: the only functions that know its tables, with worker.hpp and
// transfer.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/conversations/requests.hpp"
#include "runtime/call.hpp"

namespace stele::conversations {

// The ids of the threads that have these keys; one that is not there is left out.
std::map<std::string, Uuid> thread_ids(runtime::Context& context,
                                       const std::vector<std::string>& keys);
[[noreturn]] void no_such_thread(const std::string& key);

// Appends one message; its thread is made when it is not there. One round trip, unless the thread
// has the message already. Safe to repeat after a lost connection.
LogOutput log(runtime::Context& context, const LogInput& input);
// All or nothing.
LogBatchOutput log_batch(runtime::Context& context, const LogBatchInput& input);

// Throws Error(not_found).
ThreadOutput thread(runtime::Context& context, const ThreadInput& input);
RecentOutput recent(runtime::Context& context, const RecentInput& input);

// Throws Error(not_found), Error(conflict) when the new thread's key is taken or the fork would
// stand deeper than limits::kForkDepth. The same fork again is no error.
Thread fork(runtime::Context& context, const ForkInput& input);

PendingOutput pending(runtime::Context& context, const PendingInput& input);
// Throws Error(not_found), Error(conflict) when it ended in another way before.
ResolveOutput resolve(runtime::Context& context, const ResolveInput& input);

StatsOutput stats(runtime::Context& context, const StatsInput& input);

// Ends a thread and asks the worker for a summary of its last messages.
EndOutput end_thread(runtime::Context& context, const ThreadIdInput& input);
SummariesOutput summaries(runtime::Context& context, const ThreadIdInput& input);

// Throws Error(refused) when something named is under legal hold.
ForgetOutput forget(runtime::Context& context, const ForgetInput& input);

// Rows as they are everywhere: a message with the columns of thread_forward.sql, a thread with
// those of thread.sql, a summary with those of summaries.sql.
Message read_message(const pg::Row& row);
Thread read_thread(const pg::Row& row);
Summary read_summary(const pg::Row& row);
// What search reads of a summary.
std::string words_of(const std::string& summary, const std::vector<std::string>& keywords);

}  // namespace stele::conversations
