#include "chat/edges.hpp"

#include "chat/sql.hpp"
#include "chat/store.hpp"

namespace stele::chat {

namespace {

graph::Kind kind(std::string_view name, const pg::Statement& labels) {
    return {name, [&labels](api::Context& context, const std::vector<Uuid>& ids) {
                graph::Labels out;
                for (const pg::Row row : context.db.once(
                         call_of(context), labels, context.caller.org, context.caller.project, ids))
                    out[row.get<Uuid>(0)] = row.get<std::string>(1);
                return out;
            }};
}

}  // namespace

const graph::Source& message_edges() {
    static const graph::Source source("chat_messages", sql::message_edges, sql::message_edge_page);
    return source;
}

const graph::Source& summary_edges() {
    static const graph::Source source("chat_summaries", sql::summary_edges, sql::summary_edge_page);
    return source;
}

const graph::Source& thread_edges() {
    static const graph::Source source("chat_threads", sql::thread_edges, sql::thread_edge_page);
    return source;
}

std::vector<graph::Kind> graph_kinds() {
    return {kind("chat_message", sql::message_labels), kind("summary", sql::summary_labels),
            kind("chat_thread", sql::thread_labels)};
}

}  // namespace stele::chat
