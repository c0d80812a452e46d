// What a handler of the catalog sees of the request that it serves.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "foundation/base/json.hpp"
#include "runtime/caller/caller.hpp"

namespace stele::mcp {

class Session;
class Sink;

enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

std::optional<LogLevel> log_level_of(std::string_view name);
std::string_view name_of(LogLevel level);

// Who calls and how; enough to make the context of an operation from.
struct CallInfo {
    runtime::Caller caller;  // as the transport authenticated it; the session's over stdio
    std::string request_id;
    std::string protocol_version;
    json::object client_info;  // as the client introduced itself: name, version
};

class Call {
  public:
    Call(std::shared_ptr<Session> session, std::shared_ptr<Sink> out, CallInfo info,
         std::stop_token cancelled, std::optional<json::value> progress_token);

    const CallInfo& info() const { return info_; }
    const std::stop_token& cancelled() const { return cancelled_; }

    // Silently nothing when the client did not ask for progress, and for a value that is not
    // greater than the one before: the protocol demands that progress increases. `total` 0:
    // unknown.
    void progress(double done, double total, std::string_view message);
    // Nothing below the level that the client set.
    void log(LogLevel level, std::string_view logger, json::value data);

    // Requests to the client that block until it answers. They throw Error(unsupported) when it did
    // not offer the capability, Error(failed) when it refuses, Error(deadline_exceeded) past the
    // session's limit, Error(cancelled) when this call is cancelled or the client has gone.
    json::object sample(json::object params);  // sampling/createMessage
    json::object elicit(json::object params);  // elicitation/create
    json::array roots();                       // roots/list

    // Ends the stream that the answer would arrive on, where the transport has one: the client
    // comes back and resumes. For work so long that holding a connection is a waste.
    void close_stream();

  private:
    std::shared_ptr<Session> session_;
    std::shared_ptr<Sink> out_;
    CallInfo info_;
    std::stop_token cancelled_;
    std::optional<json::value> progress_token_;
    std::mutex mutex_;
    std::optional<double> last_progress_;
};

}  // namespace stele::mcp
