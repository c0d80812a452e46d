#include "work/jobs/history/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "foundation/base/cursor.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

using Text = std::optional<std::string>;

TimelineEntry read_entry(const pg::Row& row) {
    TimelineEntry out;
    out.at = row.get<Timestamp>(0);
    out.kind = row.get<std::string>(1);
    out.seq = row.get<std::int32_t>(2);
    out.step = row.get<Text>(3);
    out.title = row.get<Text>(4);
    out.status = row.get<Text>(5);
    out.duration_ms = row.get<std::optional<std::int64_t>>(6);
    out.ref_id = row.get<Text>(7);
    out.detail = row.get<Text>(8);
    return out;
}

TimelineJob head_of(const Job& job) {
    TimelineJob out;
    out.id = job.id;
    out.name = job.name;
    out.queue = job.queue;
    out.status = job.status;
    out.created_at = job.created_at;
    out.started_at = job.started_at;
    out.completed_at = job.ended_at;
    out.stop_reason = job.stop_reason;
    out.error = job.error;
    out.retry_of = job.retry_of;
    out.forked_from = job.forked_from;
    return out;
}

constexpr double kBarWidth = 32;

// Where something stands between the job's first moment and its last.
class Scale {
  public:
    Scale(Timestamp from, Timestamp to)
        : from_(from.micros), length_(double(std::max<std::int64_t>(to.micros - from.micros, 1))) {}
    std::string bar(Timestamp at, std::int64_t milliseconds) const {
        const auto cell = [&](double micros) {
            return std::clamp(int(std::floor(micros / length_ * kBarWidth)), 0, int(kBarWidth) - 1);
        };
        const double begin = double(at.micros - from_);
        const int first = cell(begin), last = cell(begin + 1000.0 * double(milliseconds));
        std::string out(std::size_t(first), ' ');
        for (int i = first; i <= last; ++i) out += milliseconds > 0 ? "█" : "·";
        return out + std::string(std::size_t(int(kBarWidth) - 1 - last), ' ');
    }
    double seconds(Timestamp at) const { return double(at.micros - from_) / 1e6; }

  private:
    std::int64_t from_;
    double length_;
};

Timestamp time_of(const json::value& value) {
    return parse_timestamp(value.as_string()).value_or(Timestamp{});
}

std::int64_t duration_of(const json::object& entry) {
    const json::value* value = entry.if_contains("durationMs");
    return value ? value->to_number<std::int64_t>() : 0;
}

}  // namespace

TimelineOutput timeline(runtime::Context& context, const TimelineInput& input) {
    TimelineOutput out;
    const Job job = get(context, {input.id});
    out.job = head_of(job);
    const Cursor after = parse_cursor(input.cursor);
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::timeline, caller.org, caller.project, id_of(input.id), after.time, after.id,
              input.limit + 1);
        p.add(sql::checkpoints, caller.org, caller.project, id_of(input.id));
    });
    for (const pg::Row row : results[0]) {
        if (out.entries.size() == std::size_t(input.limit)) {
            out.truncated = true;
            break;
        }
        out.entries.push_back(read_entry(row));
        out.cursor = cursor_at(out.entries.back().at, row.get<Uuid>(9).text());
    }
    if (!out.truncated) {
        out.cursor.reset();
        if (!job.ended_at && job.plan)
            for (const PlannedStep& step : *job.plan)
                if (step.status == StepState::pending || step.status == StepState::in_progress)
                    out.pending.push_back(step);
    }
    for (const pg::Row row : results[1])
        if (row.get<bool>(3)) out.resumable_from = row.get<std::int32_t>(0);
    return out;
}

std::string render_timeline(const json::value& output) {
    const json::object& job = output.at("job").as_object();
    const json::array& entries = output.at("entries").as_array();
    const Timestamp from = time_of(job.at("createdAt"));
    Timestamp to = from;
    for (const json::value& entry : entries)
        to = std::max(
            to, Timestamp{time_of(entry.at("at")).micros + 1000 * duration_of(entry.as_object())});
    const Scale scale(from, to);
    std::string out = fmt::format("{} {}  {}, {:.3f} s\n", text_of(job, "name"), text_of(job, "id"),
                                  text_of(job, "status"), scale.seconds(to));
    for (const json::value& value : entries) {
        const json::object& entry = value.as_object();
        const Timestamp at = time_of(entry.at("at"));
        const std::int64_t took = duration_of(entry);
        out += fmt::format("{:>10.3f} s  {:<10} {}  {}", scale.seconds(at), text_of(entry, "kind"),
                           scale.bar(at, took), excerpt(text_of(entry, "title"), 48));
        if (const std::string status = text_of(entry, "status"); !status.empty())
            out += fmt::format("  {}", status);
        if (took > 0) out += fmt::format("  {:.3f} s", double(took) / 1000);
        if (const std::string detail = text_of(entry, "detail"); !detail.empty())
            out += fmt::format("  {}", excerpt(detail, 60));
        out += '\n';
    }
    for (const json::value& value : output.at("pending").as_array()) {
        const json::object& step = value.as_object();
        out += fmt::format("{:>12}  {:<10} {:{}}  {}  {}\n", "", "step", "", int(kBarWidth),
                           excerpt(text_of(step, "task"), 48), text_of(step, "status"));
    }
    if (output.at("truncated").as_bool())
        out += fmt::format("more: --cursor {}\n", text_of(output.as_object(), "cursor"));
    if (const json::value* safe = output.as_object().if_contains("resumableFrom"))
        out += fmt::format("resumable from checkpoint {}\n", safe->to_number<std::int64_t>());
    return out;
}

}  // namespace stele::jobs
