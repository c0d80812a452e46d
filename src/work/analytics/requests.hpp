// What the operations of the analytics domain take and give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "work/analytics/types.hpp"

namespace stele::analytics {

struct AnnotateInput {
    std::string job_id;
    Verdict verdict = Verdict::pass;
    std::optional<std::string> feedback;
    std::vector<std::string> categories;
    Origin origin = Origin::human;
    std::optional<double> score;
    std::optional<std::string> agent, model, prompt, domain;
    std::optional<int> iteration_count;
    std::optional<double> token_cost, duration;
    std::vector<std::string> files_changed;
    std::optional<Retention> retention;
    template <class S = AnnotateInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("jobId", &S::job_id, "The job; one of another system by the name it has there")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes),
            field("verdict", &S::verdict, "pass, fail or partial").required().positional(),
            field("feedback", &S::feedback, "Why, in a sentence that a later task can learn from")
                .positional()
                .max_bytes(limits::kFeedbackBytes),
            field("categories", &S::categories, "What it was about")
                .max_items(limits::kFeedbackCategories)
                .max_bytes(limits::kFeedbackCategoryBytes),
            field("origin", &S::origin,
                  "Whose verdict it is: human counts more than auto, whichever came first"),
            field("score", &S::score,
                  "How good it was; absent: 1 for pass, 0.5 for partial, 0 for fail")
                .range(0, 1),
            field("agent", &S::agent, "Who did the work; absent: as the job says, or opencode")
                .min_bytes(1)
                .max_bytes(name),
            field("model", &S::model, "With which model; absent: as the job says, or unknown")
                .min_bytes(1)
                .max_bytes(name),
            field("prompt", &S::prompt, "What was asked; absent: as the job says")
                .max_bytes(limits::kContentBytes),
            field("domain", &S::domain, "Which kind of work; absent: told from the prompt")
                .min_bytes(1)
                .max_bytes(name),
            field("iterationCount", &S::iteration_count, "How many rounds it took; absent: 1")
                .range(0, 1e6),
            field("tokenCost", &S::token_cost, "What it cost, in a unit of yours").range(0, 1e12),
            field("duration", &S::duration,
                  "How long it took, in milliseconds; absent: as the job says")
                .range(0, 1e12),
            field("filesChanged", &S::files_changed, "Files it changed")
                .max_bytes(limits::kUriBytes),
            field("retention", &S::retention,
                  "How long to keep it; absent: as before, or standard"));
    }
};

struct AnnotateOutput {
    bool success = true, ok = true;
    std::string job_id, annotation_id, domain, message;
    bool replaced = false;
    Annotation annotation;
    std::optional<std::vector<std::string>> redacted;
    template <class S = AnnotateOutput>
    static auto describe() {
        return fields(field("success", &S::success, "It is kept"), field("ok", &S::ok, "The same"),
                      field("jobId", &S::job_id, "The job"),
                      field("annotationId", &S::annotation_id, "The annotation's id"),
                      field("domain", &S::domain, "Which kind of work it was taken for"),
                      field("message", &S::message, "The same for a person"),
                      field("replaced", &S::replaced, "There was one of this origin; its id stays"),
                      field("annotation", &S::annotation, "As it is kept"),
                      field("redacted", &S::redacted,
                            "Fields that held secrets and are kept without them: prompt"));
    }
};

struct RetractInput {
    std::string id;
    static auto describe() {
        return fields(field("annotationId", &RetractInput::id, "The annotation")
                          .required()
                          .positional()
                          .format("uuid"));
    }
};

struct RetractOutput {
    std::string id, job_id;
    template <class S = RetractOutput>
    static auto describe() {
        return fields(field("annotationId", &S::id, "The annotation that is gone"),
                      field("jobId", &S::job_id, "The job it spoke of"));
    }
};

struct AnnotationsInput {
    std::optional<std::string> job_id;
    std::optional<Verdict> verdict;
    std::optional<Origin> origin;
    std::optional<std::string> agent, model, domain;
    std::optional<Timestamp> since;
    int limit = 50;
    std::optional<std::string> cursor;
    template <class S = AnnotationsInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("jobId", &S::job_id, "Of this job")
                .positional()
                .max_bytes(limits::kDedupKeyBytes),
            field("verdict", &S::verdict, "pass, fail or partial"),
            field("origin", &S::origin, "human or auto"),
            field("agent", &S::agent, "Of this agent's work").max_bytes(name),
            field("model", &S::model, "Of work with this model").max_bytes(name),
            field("domain", &S::domain, "Of this kind of work").max_bytes(name),
            field("since", &S::since, "First said since then"),
            field("limit", &S::limit, "How many a page").clamp(1, limits::kPage).alias("n"),
            field("cursor", &S::cursor, "nextCursor of the page before").max_bytes(128));
    }
};

struct AnnotationsOutput {
    std::vector<Annotation> annotations;
    std::optional<std::string> next_cursor;
    template <class S = AnnotationsOutput>
    static auto describe() {
        return fields(field("annotations", &S::annotations, "Newest first"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct ScoresInput {
    std::optional<Dimension> dimension;
    double half_life = limits::kHalfLifeDays;
    template <class S = ScoresInput>
    static auto describe() {
        return fields(
            field("dimension", &S::dimension, "This one alone; absent: all of them").positional(),
            field("agingHalfLife", &S::half_life,
                  "Days after which an annotation counts half as much")
                .range(0.01, 36500));
    }
};

// Plain shares of what was said lately, absent for fewer than three annotations.
struct Trends {
    std::optional<double> seven_day, thirty_day;
    template <class S = Trends>
    static auto describe() {
        return fields(field("sevenDay", &S::seven_day, "The mean score of the last 7 days"),
                      field("thirtyDay", &S::thirty_day, "The mean score of the last 30 days"));
    }
};

struct ScoresOutput {
    std::string status = "ok";
    bool insufficient_data = false;
    std::int64_t total = 0;
    Trends trends;
    std::vector<Score> scores;
    std::optional<Score> overall;
    std::optional<std::vector<Score>> by_agent, by_model, by_domain, by_complexity;
    bool truncated = false;
    template <class S = ScoresOutput>
    static auto describe() {
        return fields(
            field("status", &S::status, "ok, or insufficient_data: fewer than 10 annotations"),
            field("insufficientData", &S::insufficient_data,
                  "The same; each score says for itself how sure it is"),
            field("totalAnnotations", &S::total, "How many were counted in all"),
            field("trends", &S::trends, "How it went lately"),
            field("scores", &S::scores, "By dimension, the most annotated first"),
            field("overall", &S::overall, "Of everything, unless one dimension was asked for"),
            field("byAgent", &S::by_agent, "Likewise of each agent"),
            field("byModel", &S::by_model, "Likewise of each model"),
            field("byDomain", &S::by_domain, "Likewise of each kind of work"),
            field("byComplexity", &S::by_complexity, "Likewise of simple, moderate, complex work"),
            field("truncated", &S::truncated,
                  "A dimension has more values: the least are left out"));
    }
};

struct TrendsInput {
    std::string range = "30d";
    std::optional<std::string> agent, model, domain;
    template <class S = TrendsInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(field("range", &S::range, "How far back: 7d, 30d, 12w; at most 366 days")
                          .positional()
                          .min_bytes(2)
                          .max_bytes(8),
                      field("agent", &S::agent, "Of this agent's work").max_bytes(name),
                      field("model", &S::model, "Of work with this model").max_bytes(name),
                      field("domain", &S::domain, "Of this kind of work").max_bytes(name));
    }
};

struct TrendPoint {
    Timestamp from;
    std::int64_t total = 0, passed = 0, failed = 0, partial = 0;
    std::optional<double> pass_rate, low, high;
    template <class S = TrendPoint>
    static auto describe() {
        return fields(field("from", &S::from, "Where it begins"),
                      field("total", &S::total, "Annotations in it"),
                      field("passCount", &S::passed, "Of them passed"),
                      field("failCount", &S::failed, "Of them failed"),
                      field("partialCount", &S::partial, "Of them in part"),
                      field("passRate", &S::pass_rate, "Their mean score; absent without any"),
                      field("low", &S::low, "With 95 % confidence it is not below this"),
                      field("high", &S::high, "… and not above this"));
    }
};

struct TrendsOutput {
    std::string range;
    int bucket_days = 1;
    std::vector<TrendPoint> points;
    Trends trends;
    template <class S = TrendsOutput>
    static auto describe() {
        return fields(field("range", &S::range, "As asked"),
                      field("bucketDays", &S::bucket_days, "How long each point is"),
                      field("points", &S::points, "The oldest first, without a gap"),
                      field("trends", &S::trends, "Of the last 7 and 30 days"));
    }
};

struct Recommendation {
    std::string id;
    Advice type = Advice::general;
    std::string message;
    Severity severity = Severity::info;
    json::object data;
    Timestamp timestamp;
    template <class S = Recommendation>
    static auto describe() {
        return fields(
            field("id", &S::id, "Made of what it is about: the same tomorrow"),
            field("type", &S::type, "model_switch, knowledge_gap, split_instance or general"),
            field("message", &S::message, "What to do, and why"),
            field("severity", &S::severity, "info, warning or critical"),
            field("data", &S::data, "The numbers behind it; certain: their intervals do not meet"),
            field("timestamp", &S::timestamp, "When it was computed"));
    }
};

struct RecommendationsOutput {
    std::vector<Recommendation> recommendations;
    static auto describe() {
        return fields(field("recommendations", &RecommendationsOutput::recommendations,
                            "The most severe first; none below 10 annotations"));
    }
};

struct FeedbackInput {
    std::string domain;
    static auto describe() {
        return fields(field("domain", &FeedbackInput::domain, "Which kind of work is ahead")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kNameBytes));
    }
};

struct FeedbackOutput {
    std::string feedback;
    std::string domain;
    template <class S = FeedbackOutput>
    static auto describe() {
        return fields(field("feedback", &S::feedback, "Markdown for a prompt; may be empty"),
                      field("domain", &S::domain, "As asked"));
    }
};

}  // namespace stele::analytics
