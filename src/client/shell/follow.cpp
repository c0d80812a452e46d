// One job, as it goes.
#include <fmt/format.h>

#include "client/retry.hpp"
#include "client/shell/watch.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"

namespace stele::shell {

namespace {

constexpr int kStopped = 5;                       // the exit code of a job that was stopped
constexpr int kPage = 1000;                       // events of one answer
constexpr std::chrono::milliseconds kWait{1000};  // short: Ctrl-C waits for it

Line line_of(const json::object& event) {
    Line line;
    line.add(text_of(event, "at").substr(11, 12) + "  ", Colour::dim)
        .add(fmt::format("{:<16}", text_of(event, "type")), Colour::bold);
    if (const std::string step = text_of(event, "step"); !step.empty())
        line.add("  [" + step + "]");
    const json::value* payload = event.if_contains("payload");
    if (!payload || payload->is_null()) return line;
    const json::object* said = payload->if_object();
    const std::string words = said ? text_of(*said, "line") : "";
    return line.add("  " + (words.empty() ? payload->is_string()
                                                ? std::string(payload->get_string())
                                                : serialize(*payload)
                                          : words));
}

// How it ended, and the exit code that says the same.
WatchOutput ended(const json::object& job, const Terminal& terminal) {
    const std::string status = text_of(job, "status");
    const std::string why = text_of(job, status == "stopped" ? "stopReason" : "error");
    Line line;
    line.add(status, status == "complete" ? Colour::green : Colour::red);
    if (!why.empty()) line.add(": " + why);
    put(line.text(terminal) + "\n");
    return {status == "complete" ? 0 : status == "stopped" ? kStopped : 1, ""};
}

}  // namespace

WatchOutput follow(client::Transport& transport, const std::string& id, const Terminal& terminal,
                   const std::stop_token& stop) {
    client::Backoff backoff;
    std::int64_t after = 0;
    while (!stop.stop_requested()) {
        try {
            const json::object page = transport.call(
                "job.events",
                {{"jobId", id}, {"afterSeq", after}, {"limit", kPage}, {"waitMs", kWait.count()}},
                kWait);
            backoff.reset();
            for (const json::value& event : page.at("events").as_array())
                put(line_of(event.as_object()).text(terminal) + "\n");
            after = page.at("nextSeq").to_number<std::int64_t>();
            if (page.at("ended").as_bool())
                return ended(transport.call("job.get", {{"jobId", id}}), terminal);
        } catch (const Error& error) {
            if (!client::may_pass(error)) throw;
            client::rest(backoff.next(), stop);
        }
    }
    return {1, ""};
}

}  // namespace stele::shell
