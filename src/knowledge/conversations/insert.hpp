// What log.cpp and the importers share about putting messages in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "knowledge/conversations/requests.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

// A message about to be logged, with everything decided but its place.
struct NewMessage {
    LogInput input;
    Uuid id;
    std::string key;                   // of the thread
    std::string new_scope;             // of the thread, should it be new
    std::optional<std::string> scope;  // the message's own; absent: the thread's
    std::string instance;
    std::string hash;  // 32 bytes
    Timestamp at;
    retrieval::Document document;
    std::optional<int> seq;  // an export's own place
};

NewMessage prepare(const runtime::Context& context, LogInput input, Timestamp at);
// All or nothing, at most limits::kBatch of them.
LogBatchOutput log_all(runtime::Context& context, std::span<const NewMessage> messages);

}  // namespace stele::conversations
