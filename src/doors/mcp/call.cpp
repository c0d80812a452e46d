#include "doors/mcp/call.hpp"

#include <array>

#include "doors/mcp/jsonrpc.hpp"
#include "doors/mcp/session.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/redact_json.hpp"

namespace stele::mcp {

namespace {

constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                  "error", "critical", "alert",  "emergency"};

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view name) {
    for (std::size_t i = 0; i < kLevels.size(); ++i)
        if (kLevels[i] == name) return LogLevel(i);
    return std::nullopt;
}

std::string_view name_of(LogLevel level) {
    return kLevels[std::size_t(level)];
}

Call::Call(std::shared_ptr<Session> session, std::shared_ptr<Sink> out, CallInfo info,
           std::stop_token cancelled, std::optional<json::value> progress_token)
    : session_(std::move(session)),
      out_(std::move(out)),
      info_(std::move(info)),
      cancelled_(std::move(cancelled)),
      progress_token_(std::move(progress_token)) {}

void Call::progress(double done, double total, std::string_view message) {
    if (!progress_token_) return;
    // Held while sending, so that two threads of one call cannot swap their reports.
    const std::lock_guard lock(mutex_);
    if (last_progress_ && done <= *last_progress_) return;
    last_progress_ = done;
    json::object params{{"progressToken", *progress_token_}, {"progress", done}};
    if (total > 0) params["total"] = total;
    if (!message.empty()) params["message"] = redact(message);
    out_->send(make_notification("notifications/progress", std::move(params)));
}

void Call::log(LogLevel level, std::string_view logger, json::value data) {
    if (level < session_->log_level()) return;
    json::object params{{"level", name_of(level)}};
    if (!logger.empty()) params["logger"] = logger;
    params["data"] = redacted(std::move(data));
    out_->send(make_notification("notifications/message", std::move(params)));
}

json::object Call::sample(json::object params) {
    return session_->ask_client("sampling", "sampling/createMessage", std::move(params), *out_,
                                cancelled_);
}

json::object Call::elicit(json::object params) {
    return session_->ask_client("elicitation", "elicitation/create", std::move(params), *out_,
                                cancelled_);
}

json::array Call::roots() {
    const json::object answer = session_->ask_client("roots", "roots/list", {}, *out_, cancelled_);
    const json::value* roots = answer.if_contains("roots");
    if (!roots || !roots->is_array())
        throw Error(Code::failed, "the client answered roots/list without a list of roots");
    return roots->get_array();
}

void Call::close_stream() {
    out_->close_stream();
}

}  // namespace stele::mcp
