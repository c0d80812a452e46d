// What every operation is given, and nothing else. Domain code sees no socket, no argv, no
// JSON-RPC.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "foundation/base/clock.hpp"
#include "foundation/base/uuid.hpp"
#include "runtime/caller/caller.hpp"

namespace stele::pg {
class Database;
}
namespace stele::embed {
class Embedder;
}
namespace stele::events {
class Feed;
}
namespace stele::runtime {
class AuditTrail;
}

namespace stele::runtime {

struct Settings;
class Notifier;

// Long work says how far it is; a door shows it as a progress bar, an MCP notification or not at
// all.
struct Progress {
    double done = 0;
    double total = 0;  // 0 when unknown
    std::string_view message;
    bool bytes = false;  // what is counted; else items
};

struct Context {
    Caller caller;
    const Settings& settings;
    pg::Database& db;
    embed::Embedder* embedder = nullptr;  // null: no vectors, and every answer says so
    Deadline deadline;
    std::stop_token cancelled;  // the caller went away; checked between steps
    std::string request_id;
    // The caller is the user at this machine's shell, so paths in the input are his to read and
    // write.
    bool local_files = false;
    std::function<void(const Progress&)> progress;  // may be empty
    events::Feed* feed = nullptr;                   // null: this process serves no streams
    Notifier* notifier = nullptr;  // null: nobody in this process waits for anything
    // Who waits for something looks again after this time, whatever the notifier say; an operation
    // that has reason to may shorten it.
    std::chrono::milliseconds look_again{1000};
    // Names this call for as long as the operation is run again because there is nothing yet
    // (LongPoll): what is done once in a call is done under this name. May be empty.
    std::string call_id;
    // One caller started this process and it serves nobody else (the shell, MCP over standard
    // input): its environment and its working directory are that caller's.
    bool own_process = false;
    // Where the operation's change is recorded, in its own transaction. Set by the dispatcher for
    // operations whose audit is not none.
    runtime::AuditTrail* audit = nullptr;
};

}  // namespace stele::runtime
