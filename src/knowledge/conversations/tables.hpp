// The tables of knowledge/conversations.
#pragma once

#include "runtime/table.hpp"

namespace stele::conversations {

inline runtime::Tables tables() {
    return {
        {.name = "chat_threads", .what = "threads of messages"},
        {.name = "chat_messages", .what = "what was said"},
        {.name = "chat_summaries", .what = "summaries of threads"},
        {.name = "pending_actions", .what = "what was asked for and is not done"},
        {.name = "chat_receipts", .what = "the proof of which messages were forgotten"},
        {.name = "chat_vectors",
         .what = "`stele memory reembed` has them made from the messages",
         .kept = false},
        {.name = "chat_work", .what = "`stele memory reembed` fills it again", .kept = false},
    };
}

}  // namespace stele::conversations
