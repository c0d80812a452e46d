// Ending threads, reading their summaries.
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"

namespace stele::conversations {

Summary read_summary(const pg::Row& row) {
    Summary s;
    s.id = row.get<Uuid>(0).text();
    s.from_seq = row.get<std::int32_t>(1);
    s.to_seq = row.get<std::int32_t>(2);
    s.summary = row.get<std::string>(3);
    s.keywords = row.get<std::vector<std::string>>(4);
    s.message_count = row.get<std::int32_t>(5);
    s.method = row.get<std::string>(6);
    s.scope = row.get<std::string>(7);
    s.created_at = row.get<Timestamp>(8);
    return s;
}

std::string words_of(const std::string& summary, const std::vector<std::string>& keywords) {
    std::string out = summary;
    for (const std::string& keyword : keywords) out += "\n" + keyword;
    return out;
}

EndOutput end_thread(runtime::Context& context, const ThreadIdInput& input) {
    const runtime::Caller& caller = context.caller;
    const pg::Result ended =
        context.db.once(call_of(context), sql::end_thread, caller.org, caller.project,
                        input.thread_id, now(), limits::kSummaryAtEnd);
    if (ended.empty()) no_such_thread(input.thread_id);
    EndOutput out;
    out.thread_id = input.thread_id;
    out.ended_at = ended[0].get<Timestamp>(0);
    out.from_seq = ended[0].get<std::optional<std::int32_t>>(1);
    out.to_seq = ended[0].get<std::optional<std::int32_t>>(2);
    out.message = out.from_seq ? "Thread ended; its summary is being made"
                               : "Thread ended; there is nothing new to summarize";
    return out;
}

SummariesOutput summaries(runtime::Context& context, const ThreadIdInput& input) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::thread, caller.org, caller.project, input.thread_id);
        p.add(sql::summaries, caller.org, caller.project, input.thread_id);
        p.add(sql::summaries_waiting, caller.org, caller.project, input.thread_id);
    });
    if (results[0].empty()) no_such_thread(input.thread_id);
    SummariesOutput out;
    out.thread_id = input.thread_id;
    for (const pg::Row row : results[1]) out.summaries.push_back(read_summary(row));
    out.waiting = int(results[2][0].get<std::int64_t>(0));
    return out;
}

}  // namespace stele::conversations
