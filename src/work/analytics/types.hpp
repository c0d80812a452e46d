// The nouns of the analytics domain. What its operations take and give: requests.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/tenancy/retention.hpp"

namespace stele::analytics {

using reflect::field;
using reflect::fields;
using reflect::NoInput;
using tenancy::Retention;

enum class Verdict { pass, fail, partial };

// Who says so. A job has one annotation of each; while there is a person's, the other one does not
// count.
enum class Origin { human, automatic };

// What scores are told apart by. complexity: how many iterations the work took, simple up to 3,
// moderate up to 10, complex beyond.
enum class Dimension { overall, agent, model, domain, complexity };

enum class Advice { model_switch, knowledge_gap, split_instance, general };
enum class Severity { info, warning, critical };

struct Annotation {
    std::string id;
    std::string job_id;
    Origin origin = Origin::human;
    Verdict verdict = Verdict::pass;
    double score = 1;
    bool counts = true;
    std::optional<std::string> feedback;
    std::vector<std::string> categories;
    std::string agent, model, domain;
    int iteration_count = 1;
    double token_cost = 0;
    std::int64_t duration = 0;
    std::vector<std::string> files_changed;
    std::optional<std::string> prompt;
    std::string instance;
    Retention retention = Retention::standard;
    Timestamp created_at, updated_at;
    template <class S = Annotation>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("jobId", &S::job_id, "The job it speaks of"),
            field("origin", &S::origin, "human, or auto: a program said so"),
            field("verdict", &S::verdict, "pass, fail or partial"),
            field("score", &S::score, "How good it was, 0 to 1"),
            field("counts", &S::counts, "false: a person said something else about the job"),
            field("feedback", &S::feedback, "What was said about it"),
            field("categories", &S::categories, "What it was about"),
            field("agent", &S::agent, "Who did the work"),
            field("model", &S::model, "With which model"),
            field("domain", &S::domain, "Of which kind the work was"),
            field("iterationCount", &S::iteration_count, "How many rounds it took"),
            field("tokenCost", &S::token_cost, "What it cost"),
            field("duration", &S::duration, "How long it took, in milliseconds"),
            field("filesChanged", &S::files_changed, "Files it changed"),
            field("prompt", &S::prompt, "The beginning of what was asked, without secrets"),
            field("instance", &S::instance, "The agent instance that passed it on"),
            field("retention", &S::retention, "How long it is kept"),
            field("createdAt", &S::created_at, "When it was first said: from then on it ages"),
            field("updatedAt", &S::updated_at, "When it was last said"));
    }
};

// How often work was good, newer work counting more.
struct Score {
    Dimension dimension = Dimension::overall;
    std::string value = "all";
    double pass_rate = 0;
    double low = 0, high = 1;
    bool sufficient = false;
    double effective = 0;
    std::int64_t total = 0, passed = 0, failed = 0, partial = 0;
    template <class S = Score>
    static auto describe() {
        return fields(
            field("dimension", &S::dimension, "overall, agent, model, domain or complexity"),
            field("value", &S::value, "Which agent, model, …; all"),
            field("passRate", &S::pass_rate,
                  "The mean score, each annotation weighing half as much with every half-life; a "
                  "partial success is half of one"),
            field("low", &S::low, "With 95 % confidence it is not below this"),
            field("high", &S::high, "… and not above this"),
            field("sufficient", &S::sufficient, "The interval is narrower than 0.4"),
            field("effective", &S::effective,
                  "How many annotations of equal weight would tell as much"),
            field("totalAnnotations", &S::total, "How many were counted"),
            field("passCount", &S::passed, "Of them passed"),
            field("failCount", &S::failed, "Of them failed"),
            field("partialCount", &S::partial, "Of them in part"));
    }
};

}  // namespace stele::analytics

namespace stele::reflect {

template <>
struct EnumNames<analytics::Verdict> {
    static constexpr std::array<std::pair<analytics::Verdict, std::string_view>, 3> values{
        {{analytics::Verdict::pass, "pass"},
         {analytics::Verdict::fail, "fail"},
         {analytics::Verdict::partial, "partial"}}};
};

template <>
struct EnumNames<analytics::Origin> {
    static constexpr std::array<std::pair<analytics::Origin, std::string_view>, 2> values{
        {{analytics::Origin::human, "human"}, {analytics::Origin::automatic, "auto"}}};
};

template <>
struct EnumNames<analytics::Dimension> {
    static constexpr std::array<std::pair<analytics::Dimension, std::string_view>, 5> values{
        {{analytics::Dimension::overall, "overall"},
         {analytics::Dimension::agent, "agent"},
         {analytics::Dimension::model, "model"},
         {analytics::Dimension::domain, "domain"},
         {analytics::Dimension::complexity, "complexity"}}};
};

template <>
struct EnumNames<analytics::Advice> {
    static constexpr std::array<std::pair<analytics::Advice, std::string_view>, 4> values{
        {{analytics::Advice::model_switch, "model_switch"},
         {analytics::Advice::knowledge_gap, "knowledge_gap"},
         {analytics::Advice::split_instance, "split_instance"},
         {analytics::Advice::general, "general"}}};
};

template <>
struct EnumNames<analytics::Severity> {
    static constexpr std::array<std::pair<analytics::Severity, std::string_view>, 3> values{
        {{analytics::Severity::info, "info"},
         {analytics::Severity::warning, "warning"},
         {analytics::Severity::critical, "critical"}}};
};

}  // namespace stele::reflect
