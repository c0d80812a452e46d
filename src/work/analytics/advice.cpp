// What scores are good for: recommendations to whoever runs the agents, guidance for an agent.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "foundation/base/text.hpp"
#include "work/analytics/scores.hpp"
#include "work/analytics/sql.hpp"
#include "work/analytics/store.hpp"

namespace stele::analytics {

namespace {

// The rules' numbers, as docs/guides/analytics.md tells them.
constexpr std::int64_t kOfValue = 5, kOfModelInDomain = 3, kToSplit = 50, kToCompareHalves = 20;
constexpr std::size_t kDomainsToSplit = 3;
constexpr double kWeak = 0.5, kVeryWeak = 0.3, kStrong = 0.85;
constexpr double kModelGap = 0.3, kModelGapInDomain = 0.4, kSpread = 0.3, kChange = 0.1;
constexpr int kSamples = 3;  // failures told of
constexpr std::size_t kSampleBytes = 300;

int percent(double share) {
    return int(std::lround(share * 100));
}

std::string rate_of(const Score& score) {
    return fmt::format("{} % (between {} and {} %, {} annotations)", percent(score.pass_rate),
                       percent(score.low), percent(score.high), score.total);
}

json::object data_of(const Score& score, std::string_view what) {
    return {{what, score.value},
            {"passRate", score.pass_rate},
            {"low", score.low},
            {"high", score.high},
            {"annotations", score.total}};
}

// Those of one dimension that rest on at least `least` annotations.
std::vector<Score> judged(const std::vector<Score>& scores, Dimension dimension,
                          std::int64_t least) {
    std::vector<Score> out;
    for (const Score& score : scores)
        if (score.dimension == dimension && score.total >= least) out.push_back(score);
    return out;
}

bool weaker(const Score& a, const Score& b) {
    return a.pass_rate < b.pass_rate;
}

class Advisor {
  public:
    explicit Advisor(const All& all) : all_(all), at_(now()) {}

    void knowledge_gaps() {
        for (const Score& domain : judged(all_.scores, Dimension::domain, kOfValue)) {
            if (domain.pass_rate >= kWeak) continue;
            json::object data = data_of(domain, "domain");
            data["certain"] = domain.high < kWeak;
            add("knowledge_gap:" + domain.value, Advice::knowledge_gap,
                domain.pass_rate < kVeryWeak ? Severity::critical : Severity::warning,
                fmt::format("Work of the kind {} passes only {}: give its agents what they do not "
                            "know, as memories or skills",
                            domain.value, rate_of(domain)),
                std::move(data));
        }
    }

    void models() {
        switch_models(judged(all_.scores, Dimension::model, kOfValue), kModelGap, 0, "");
        for (const auto& [domain, models] : all_.models_by_domain)
            switch_models(judged(models, Dimension::model, kOfModelInDomain), kModelGapInDomain,
                          kStrong, domain);
    }

    void split() {
        const std::vector<Score> domains = judged(all_.scores, Dimension::domain, kOfValue);
        if (all_.overall().total < kToSplit || domains.size() < kDomainsToSplit) return;
        const auto [low, high] = std::ranges::minmax_element(domains, weaker);
        if (high->pass_rate - low->pass_rate <= kSpread) return;
        add("split_instance", Advice::split_instance, Severity::info,
            fmt::format("{} passes {}, {} only {}: an instance of its own for {} could know it "
                        "better",
                        high->value, rate_of(*high), low->value, rate_of(*low), low->value),
            {{"best", data_of(*high, "domain")},
             {"worst", data_of(*low, "domain")},
             {"certain", high->low > low->high}});
    }

    // Rows of halves.sql.
    void change(const pg::Result& halves) {
        if (all_.overall().total < kToCompareHalves || halves.rows() < 2) return;
        const auto rate = [&](int half) {
            return halves[half].get<double>(2) / double(halves[half].get<std::int64_t>(1));
        };
        const double before = rate(0), after = rate(1);
        if (std::abs(after - before) <= kChange) return;
        const bool better = after > before;
        add("general:change", Advice::general, better ? Severity::info : Severity::warning,
            fmt::format("Work passes {} % of the time now, {} % before: {}", percent(after),
                        percent(before),
                        better ? "keep what was changed" : "look at what was changed"),
            {{"before", before}, {"after", after}, {"annotations", all_.overall().total}});
    }

    std::vector<Recommendation> take() {
        std::ranges::stable_sort(out_, std::ranges::greater{}, &Recommendation::severity);
        return std::move(out_);
    }

  private:
    void switch_models(const std::vector<Score>& models, double gap, double least,
                       const std::string& domain) {
        if (models.size() < 2) return;
        const Score& best = *std::ranges::max_element(models, weaker);
        if (best.pass_rate < least) return;
        for (const Score& model : models) {
            if (best.pass_rate - model.pass_rate <= gap) continue;
            const std::string where = domain.empty() ? "" : fmt::format(" for {}", domain);
            json::object data = data_of(model, "model");
            data["suggested"] = data_of(best, "model");
            data["certain"] = best.low > model.high;
            if (!domain.empty()) data["domain"] = domain;
            add(fmt::format("model_switch:{}:{}:{}", domain, model.value, best.value),
                Advice::model_switch, Severity::warning,
                fmt::format("Use {} instead of {}{}: it passes {}, the other {}", best.value,
                            model.value, where, rate_of(best), rate_of(model)),
                std::move(data));
        }
    }

    void add(std::string id, Advice type, Severity severity, std::string message,
             json::object data) {
        out_.push_back({std::move(id), type, std::move(message), severity, std::move(data), at_});
    }

    const All& all_;
    const Timestamp at_;
    std::vector<Recommendation> out_;
};

const Score* find(const std::vector<Score>& scores, Dimension dimension, std::string_view value) {
    for (const Score& score : scores)
        if (score.dimension == dimension && score.value == value && score.total >= kOfValue)
            return &score;
    return nullptr;
}

std::string about_domain(const Score& domain, const pg::Result& failures) {
    if (domain.pass_rate >= kStrong)
        return fmt::format("- Work of the kind {} passes {}: keep to how it is done.\n",
                           domain.value, rate_of(domain));
    if (domain.pass_rate >= kWeak) return "";
    std::string out = fmt::format(
        "- Work of the kind {} passes only {}: check what you take for granted, and verify the "
        "result before you call it done.\n",
        domain.value, rate_of(domain));
    if (domain.failed < kSamples || failures.empty()) return out;
    out += "  What was said about failures:\n";
    for (const pg::Row row : failures)
        out += fmt::format("  - \"{}\"\n", excerpt(row.get<std::string>(0), kSampleBytes));
    return out;
}

std::string about_complex(const Score& complex) {
    if (complex.pass_rate >= kWeak) return "";
    return fmt::format(
        "- Tasks of 11 iterations and more pass only {}: split the work into smaller steps.\n",
        rate_of(complex));
}

}  // namespace

RecommendationsOutput recommendations(runtime::Context& context, const NoInput&) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::scores, caller.org, caller.project, double(limits::kHalfLifeDays),
              limits::kScoreValues);
        p.add(sql::halves, caller.org, caller.project);
    });
    const All all = read_scores(results[0]);
    if (all.overall().total < kEnough) return {};
    Advisor advisor(all);
    advisor.knowledge_gaps();
    advisor.models();
    advisor.split();
    advisor.change(results[1]);
    return {advisor.take()};
}

FeedbackOutput feedback(runtime::Context& context, const FeedbackInput& input) {
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::scores, caller.org, caller.project, double(limits::kHalfLifeDays),
              limits::kScoreValues);
        p.add(sql::failures, caller.org, caller.project, input.domain, kSamples);
    });
    const All all = read_scores(results[0]);
    FeedbackOutput out{"", input.domain};
    const std::int64_t total = all.overall().total;
    if (total < kEnough) return out;
    std::string lines;
    if (const Score* domain = find(all.scores, Dimension::domain, input.domain))
        lines += about_domain(*domain, results[1]);
    if (const Score* complex = find(all.scores, Dimension::complexity, "complex"))
        lines += about_complex(*complex);
    if (!lines.empty())
        out.feedback = fmt::format("## Empirical Guidance (from {} past task annotations)\n\n{}",
                                   total, lines);
    return out;
}

}  // namespace stele::analytics
