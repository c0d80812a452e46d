#include "knowledge/conversations/edges.hpp"

#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"

namespace stele::conversations {

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
    return {graph::kind_of("chat_message", sql::message_labels),
            graph::kind_of("summary", sql::summary_labels),
            graph::kind_of("chat_thread", sql::thread_labels)};
}

}  // namespace stele::conversations
