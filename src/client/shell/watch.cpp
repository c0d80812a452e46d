#include "client/shell/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "client/retry.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::shell {

namespace {

constexpr int kRunningShown = 10, kFailedShown = 5, kCompleteRead = limits::kPage;

std::string text_of(const json::value& row, const char* key) {
    return stele::text_of(row.as_object(), key);
}

std::int64_t number_of(const json::value& row, const char* key) {
    const json::value* v = row.as_object().if_contains(key);
    return v ? v->to_number<std::int64_t>() : 0;
}

// "42 s", "3 min", "5 h", "2 d": how long ago.
std::string age_of(const std::string& since, Timestamp at) {
    const auto then = parse_timestamp(since);
    if (!then) return "";
    const std::int64_t s = std::max<std::int64_t>(0, (at.micros - then->micros) / 1'000'000);
    if (s < 120) return fmt::format("{} s", s);
    if (s < 2 * 3600) return fmt::format("{} min", s / 60);
    return s < 48 * 3600 ? fmt::format("{} h", s / 3600) : fmt::format("{} d", s / 86'400);
}

json::array jobs_of(client::Transport& transport, const WatchInput& input, const char* status,
                    int limit) {
    json::object wanted{{"status", status}, {"limit", limit}};
    if (input.queue) wanted["queue"] = *input.queue;
    return transport.call("job.list", wanted).at("jobs").as_array();
}

// What the job finished last, of its steps.
std::string last_step_of(client::Transport& transport, const json::value& job) {
    const json::object steps = transport.call("job.steps", {{"jobId", text_of(job, "id")}});
    const json::array& list = steps.at("steps").as_array();
    return list.empty() ? "" : text_of(list.back(), "name");
}

void add_queues(std::vector<Line>& lines, const Snapshot& look) {
    lines.emplace_back().add(fmt::format("{:<28}{:>8}{:>9}{:>9}{:>9}", "queue", "ready", "running",
                                         "delayed", "waiting"),
                             Colour::bold);
    for (const json::value& queue : look.queues) {
        const auto number = [&](const char* key) { return number_of(queue, key); };
        Line& line = lines.emplace_back();
        line.add(fmt::format("{:<28}{:>8}{:>9}{:>9}{:>9}", text_of(queue, "queue"), number("ready"),
                             number("running"), number("delayed"), number("waiting")));
        for (const char* flag : {"paused", "draining"})
            if (queue.at(flag).as_bool()) line.add(fmt::format("  {}", flag), Colour::yellow);
        if (const std::string oldest = text_of(queue, "oldestReady"); !oldest.empty())
            line.add("  oldest ready " + age_of(oldest, look.at), Colour::dim);
    }
    if (look.queues.empty()) lines.emplace_back().add("no queues", Colour::dim);
}

void add_running(std::vector<Line>& lines, const Snapshot& look) {
    lines.emplace_back();
    lines.emplace_back().add(
        fmt::format("{:<38}{:<20}{:>8}  {:<24}{}", "running", "name", "age", "worker", "last step"),
        Colour::bold);
    for (std::size_t i = 0; i < look.running.size(); ++i) {
        const json::value& job = look.running[i];
        lines.emplace_back()
            .add(fmt::format("{:<38}", text_of(job, "id")), Colour::green)
            .add(fmt::format("{:<20}{:>8}  {:<24}{}", text_of(job, "name"),
                             age_of(text_of(job, "startedAt"), look.at), text_of(job, "worker"),
                             look.last_steps[i]));
    }
    if (look.running.empty()) lines.emplace_back().add("nothing runs", Colour::dim);
}

void add_failed(std::vector<Line>& lines, const Snapshot& look) {
    if (look.failed.empty()) return;
    lines.emplace_back();
    lines.emplace_back().add("the last failures", Colour::bold);
    for (const json::value& job : look.failed)
        lines.emplace_back()
            .add(fmt::format("{:<38}", text_of(job, "id")), Colour::red)
            .add(fmt::format("{:<20}{:>8}  {}", text_of(job, "name"),
                             age_of(text_of(job, "endedAt"), look.at), text_of(job, "error")));
}

}  // namespace

Snapshot look(client::Transport& transport, const WatchInput& input) {
    Snapshot out;
    out.at = now();
    try {
        json::object answer = transport.call("job.queues", {});
        for (json::value& queue : answer.at("queues").as_array())
            if (!input.queue || text_of(queue, "queue") == *input.queue)
                out.queues.push_back(std::move(queue));
        out.running = jobs_of(transport, input, "running", kRunningShown);
        for (const json::value& job : out.running)
            out.last_steps.push_back(last_step_of(transport, job));
        out.failed = jobs_of(transport, input, "failed", kFailedShown);
        out.complete = jobs_of(transport, input, "complete", kCompleteRead);
    } catch (const Error& error) {
        if (!client::may_pass(error)) throw;
        out = {};
        out.at = now();
        out.problem = error.what();
    }
    return out;
}

int ended_since(const Snapshot& look, Timestamp since, bool& more) {
    const auto n = std::ranges::count_if(look.complete, [&](const json::value& job) {
        const auto at = parse_timestamp(text_of(job, "endedAt"));
        return at && *at > since;
    });
    more = n == kCompleteRead;
    return int(n);
}

std::vector<Line> lines_of(const Snapshot& look, std::optional<Timestamp> before) {
    std::vector<Line> lines;
    Line& head = lines.emplace_back();
    head.add("stele jobs  ", Colour::bold).add(to_rfc3339(look.at).substr(0, 19) + "Z");
    if (look.problem) {
        head.add("  " + *look.problem, Colour::red);
        return lines;
    }
    if (before) {
        bool more = false;
        const int ended = ended_since(look, *before, more);
        const double seconds = std::max(double(look.at.micros - before->micros) / 1e6, 0.001);
        head.add(fmt::format("  {}{} complete, {:.1f}/s since the last look",
                             more ? "at least " : "", ended, ended / seconds));
    }
    lines.emplace_back();
    add_queues(lines, look);
    add_running(lines, look);
    add_failed(lines, look);
    return lines;
}

WatchOutput watch(client::Transport& transport, const WatchInput& input, const Terminal& terminal,
                  const std::stop_token& stop) {
    if (input.job) return follow(transport, *input.job, terminal, stop);
    if (input.once) {
        Terminal plain = terminal;
        plain.is_one = plain.colours = false;
        const Snapshot seen = look(transport, input);
        if (seen.problem) throw Error(Code::unavailable, *seen.problem);
        return {0, painted(lines_of(seen, {}), plain)};
    }
    std::optional<Timestamp> before;
    if (terminal.is_one) put("\x1b[?25l");  // the cursor would jump about
    while (!stop.stop_requested()) {
        const Snapshot seen = look(transport, input);
        // The window may have changed meanwhile.
        put(painted(lines_of(seen, before), terminal.is_one ? terminal_of(1) : terminal));
        if (!seen.problem) before = seen.at;
        client::rest(std::chrono::milliseconds(std::int64_t(input.interval * 1000)), stop);
    }
    if (terminal.is_one) put("\x1b[?25h");
    return {};
}

}  // namespace stele::shell
