#include "work/analytics/scores.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/base/error.hpp"
#include "work/analytics/interval.hpp"
#include "work/analytics/sql.hpp"
#include "work/analytics/store.hpp"

namespace stele::analytics {

namespace {

// Stretches of a longer range are weeks.
constexpr int kDaysByDay = 31;
constexpr int kMostDays = 366;

Score score_of(Dimension dimension, std::string value, const Sums& sums) {
    Score out;
    out.dimension = dimension;
    out.value = std::move(value);
    out.total = sums.total;
    out.passed = sums.passed;
    out.failed = sums.failed;
    out.partial = sums.total - sums.passed - sums.failed;
    if (sums.weights > 0) out.pass_rate = sums.scores / sums.weights;
    out.effective = effective_count(sums.weights, sums.squares);
    const Interval sure = wilson(out.pass_rate, out.effective);
    out.low = sure.low;
    out.high = sure.high;
    out.sufficient = sure.width() < kSufficientWidth;
    return out;
}

// Six columns from `first` on: total, passed, failed, then the sums of weights, scores and squares.
Sums read_sums(const pg::Row& row, int first) {
    return {row.get<std::int64_t>(first),     row.get<std::int64_t>(first + 1),
            row.get<std::int64_t>(first + 2), row.get<double>(first + 3),
            row.get<double>(first + 4),       row.get<double>(first + 5)};
}

Trends read_trends(const pg::Result& rows) {
    const auto share = [&](int column) -> std::optional<double> {
        const auto count = rows[0].get<std::int64_t>(column);
        if (count < kTrendAnnotations) return std::nullopt;
        return rows[0].get<double>(column + 1) / double(count);
    };
    return {share(0), share(2)};
}

// "7d" or "12w" in days.
int days_of(const std::string& range) {
    int number = 0;
    const char* end = range.data() + range.size();
    const auto [at, error] = std::from_chars(range.data(), end, number);
    const bool unit = error == std::errc{} && at + 1 == end && (*at == 'd' || *at == 'w');
    const std::int64_t days = std::int64_t(number) * (unit && *at == 'w' ? 7 : 1);
    if (!unit || days < 1 || days > kMostDays)
        throw Error(Code::invalid_argument,
                    fmt::format("range: expected 1d to {}d or a number of weeks, got \"{}\"",
                                kMostDays, range),
                    "7d, 30d or 12w");
    return int(days);
}

TrendPoint read_point(const pg::Row& row) {
    TrendPoint out;
    out.from = row.get<Timestamp>(0);
    out.total = row.get<std::int64_t>(1);
    out.passed = row.get<std::int64_t>(2);
    out.failed = row.get<std::int64_t>(3);
    out.partial = out.total - out.passed - out.failed;
    if (out.total == 0) return out;
    out.pass_rate = row.get<double>(4) / double(out.total);
    const Interval sure = wilson(*out.pass_rate, double(out.total));
    out.low = sure.low;
    out.high = sure.high;
    return out;
}

std::vector<Score> of(const std::vector<Score>& all, Dimension dimension) {
    std::vector<Score> out;
    for (const Score& score : all)
        if (score.dimension == dimension) out.push_back(score);
    return out;
}

}  // namespace

const Score& All::overall() const {
    for (const Score& score : scores)
        if (score.dimension == Dimension::overall) return score;
    throw Error(Code::internal, "there is no overall score");
}

All read_scores(const pg::Result& rows) {
    All out;
    for (const pg::Row row : rows) {
        const auto value = row.get<std::string>(1), model = row.get<std::string>(2);
        const Sums sums = read_sums(row, 3);
        if (const auto dimension = reflect::enum_of<Dimension>(row.raw(0)))
            out.scores.push_back(score_of(*dimension, value, sums));
        else
            out.models_by_domain[value].push_back(score_of(Dimension::model, model, sums));
    }
    return out;
}

ScoresOutput scores(runtime::Context& context, const ScoresInput& input) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::scores, caller.org, caller.project, input.half_life, limits::kScoreValues + 1);
        p.add(sql::lately, caller.org, caller.project);
    });
    const All all = read_scores(results[0]);
    ScoresOutput out;
    out.total = all.overall().total;
    out.insufficient_data = out.total < kEnough;
    if (out.insufficient_data) out.status = "insufficient_data";
    out.trends = read_trends(results[1]);
    for (const auto& [dimension, name] : reflect::EnumNames<Dimension>::values) {
        if (input.dimension && *input.dimension != dimension) continue;
        std::vector<Score> some = of(all.scores, dimension);
        if (some.size() > std::size_t(limits::kScoreValues)) {
            some.pop_back();
            out.truncated = true;
        }
        out.scores.insert(out.scores.end(), some.begin(), some.end());
    }
    if (input.dimension) return out;
    out.overall = all.overall();
    out.by_agent = of(out.scores, Dimension::agent);
    out.by_model = of(out.scores, Dimension::model);
    out.by_domain = of(out.scores, Dimension::domain);
    out.by_complexity = of(out.scores, Dimension::complexity);
    return out;
}

TrendsOutput trends(runtime::Context& context, const TrendsInput& input) {
    const runtime::Caller& caller = context.caller;
    const int days = days_of(input.range);
    TrendsOutput out;
    out.range = input.range;
    out.bucket_days = days > kDaysByDay ? 7 : 1;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::trends, caller.org, caller.project, days, out.bucket_days, input.agent,
              input.model, input.domain);
        p.add(sql::lately, caller.org, caller.project);
    });
    for (const pg::Row row : results[0]) out.points.push_back(read_point(row));
    out.trends = read_trends(results[1]);
    return out;
}

std::map<std::string, Score> reliability_by_agent(runtime::Context& context,
                                                  const std::vector<std::string>& agents,
                                                  double half_life) {
    const runtime::Caller& caller = context.caller;
    std::map<std::string, Score> out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::agents, caller.org, caller.project, agents,
                         half_life, limits::kAgentAnnotations)) {
        const auto agent = row.get<std::string>(0);
        out[agent] = score_of(Dimension::agent, agent, read_sums(row, 1));
    }
    return out;
}

}  // namespace stele::analytics
