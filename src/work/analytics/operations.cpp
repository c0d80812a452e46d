#include "work/analytics/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "work/analytics/store.hpp"

namespace stele::analytics {

namespace {

using runtime::Effect;
using runtime::Operation;

// What examples name. The test that runs them makes the annotation of a job of another system.
constexpr const char* kExampleJob = "nightly-7";
constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

std::string render_annotate(const json::value& output) {
    const json::object& object = output.as_object();
    return fmt::format("{}\n{}\n", text_of(object, "message"), text_of(object, "annotationId"));
}

std::string annotation_line(const json::object& a) {
    std::string out =
        fmt::format("{:<8} {}  {:<24} {} with {}{}  {}\n", text_of(a, "verdict"),
                    text_of(a, "createdAt").substr(0, 10), text_of(a, "domain"),
                    text_of(a, "agent"), text_of(a, "model"),
                    a.at("counts").as_bool() ? "" : "  does not count", text_of(a, "jobId"));
    if (const std::string why = text_of(a, "feedback"); !why.empty())
        out += "         " + excerpt(why, 240) + "\n";
    return out;
}

std::string render_annotations(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& one : object.at("annotations").as_array())
        out += annotation_line(one.as_object());
    if (out.empty()) out = "No annotations.\n";
    if (const std::string at = text_of(object, "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string percent(const json::object& object, std::string_view name) {
    return fmt::format("{:.0f}", object.at(name).to_number<double>() * 100);
}

std::string score_line(const json::object& score) {
    return fmt::format("{:<12} {:<32} {:>3} %  {:>3} to {:>3} %  {} annotations{}\n",
                       text_of(score, "dimension"), excerpt(text_of(score, "value"), 32),
                       percent(score, "passRate"), percent(score, "low"), percent(score, "high"),
                       score.at("totalAnnotations").to_number<std::int64_t>(),
                       score.at("sufficient").as_bool() ? "" : "  (too few to tell)");
}

std::string render_scores(const json::value& output) {
    std::string out;
    for (const json::value& score : output.at("scores").as_array())
        out += score_line(score.as_object());
    return out.empty() ? "No annotations.\n" : out;
}

std::string render_trends(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("points").as_array()) {
        const json::object& point = value.as_object();
        out += text_of(point, "from").substr(0, 10);
        if (point.contains("passRate"))
            out += fmt::format("  {:>3} %  {:>3} to {:>3} %  {} annotations",
                               percent(point, "passRate"), percent(point, "low"),
                               percent(point, "high"), point.at("total").to_number<std::int64_t>());
        out += "\n";
    }
    return out;
}

std::string render_recommendations(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("recommendations").as_array()) {
        const json::object& one = value.as_object();
        out += fmt::format("{:<8} {}{}\n", text_of(one, "severity"), text_of(one, "message"),
                           one.at("data").as_object().contains("certain") &&
                                   !one.at("data").at("certain").as_bool()
                               ? " (it could be chance)"
                               : "");
    }
    return out.empty() ? "Nothing to recommend.\n" : out;
}

std::string render_feedback(const json::value& output) {
    const std::string text = text_of(output.as_object(), "feedback");
    return text.empty() ? "Nothing to say yet.\n" : text;
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"analytics:read"};
    return op;
}

Operation write_op(Operation op) {
    op.effect = Effect::write;
    op.idempotent = true;
    op.scopes = {"analytics:write"};
    return op;
}

void register_annotations(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("analytics.annotate", annotate))
            .says("Say whether a job's work was good",
                  "Use it when a task is over and its result was judged, best in the user's own "
                  "words: agents and models are chosen by it, and later tasks of the kind learn "
                  "from the feedback. Said again it replaces what was said before.")
            .with_tool("annotate")
            .with_command("annotate")
            .with_routes({{"POST", "/job/{jobId}/annotate"},
                          {"POST", "/jobs/{jobId}/annotate"},
                          {"POST", "/api/annotations"}})
            .with_examples({{"It worked", {{"jobId", kExampleJob}, {"verdict", "pass"}}},
                            {"It did not, and why",
                             {{"jobId", kExampleJob},
                              {"verdict", "fail"},
                              {"feedback", "the migration was not tried on a copy first"},
                              {"categories", json::array{"migrations"}},
                              {"model", "large-1"}}}})
            .with_render(render_annotate));

    registry.add(
        write_op(runtime::operation("analytics.retract", retract))
            .says("Take an annotation back",
                  "Use it when a verdict was about the wrong job, or must go: nothing remains.")
            .with_effect(Effect::destructive)
            .with_idempotent(false)
            .with_routes({{"DELETE", "/analytics/annotations/{annotationId}"}})
            .with_examples({{"One", {{"annotationId", kExampleId}}}}));

    registry.add(read_op(runtime::operation("analytics.annotations", annotations))
                     .says("Page through annotations, newest first",
                           "Use it to read what was said about a job, or about all that failed.")
                     .with_routes({{"GET", "/analytics/annotations"}, {"GET", "/api/annotations"}})
                     .with_examples({{"Of a job", {{"jobId", kExampleJob}}},
                                     {"What failed", {{"verdict", "fail"}, {"limit", 10}}}})
                     .with_render(render_annotations));
}

void register_scores(runtime::Registry& registry) {
    registry.add(read_op(runtime::operation("analytics.scores", scores))
                     .says("How often work passes: by agent, model, kind of work and complexity",
                           "Use it before you choose who is to do a task. Newer verdicts count "
                           "more; each score says between which bounds it lies and whether that is "
                           "narrow enough to rely on.")
                     .with_tool("reliability_scores")
                     .with_routes({{"GET", "/analytics/scores"}})
                     .with_examples({{"All of them", {}},
                                     {"By model, forgetting sooner",
                                      {{"dimension", "model"}, {"agingHalfLife", 7.5}}}})
                     .with_render(render_scores));

    registry.add(
        read_op(runtime::operation("analytics.trends", trends))
            .says("How often work passed, day by day",
                  "Use it to see whether a change helped: days up to a month, weeks beyond.")
            .with_routes({{"GET", "/analytics/trends"}})
            .with_examples({{"A week", {{"range", "7d"}}},
                            {"A quarter of one model", {{"range", "13w"}, {"model", "large-1"}}}})
            .with_render(render_trends));
}

void register_advice(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("analytics.recommendations", recommendations))
            .says("What the annotations suggest to change",
                  "Use it when you look after agents: models to switch, knowledge that is missing, "
                  "instances to split. Each names its numbers, and whether it could be chance.")
            .with_tool("recommendations")
            .with_routes({{"GET", "/analytics/recommendations"}})
            .with_examples({{"All", {}}})
            .with_render(render_recommendations));

    registry.add(
        read_op(runtime::operation("analytics.feedback", feedback))
            .says("What past tasks of a kind teach",
                  "Use it before a task: guidance to be put in front of the work, with what was "
                  "said about the last failures. Empty while there is nothing to say.")
            .with_tool("get_feedback")
            .with_routes({{"GET", "/analytics/feedback"}})
            .with_examples({{"Of one kind", {{"domain", "platform-infrastructure"}}}})
            .with_render(render_feedback));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_annotations(registry);
    register_scores(registry);
    register_advice(registry);
}

}  // namespace stele::analytics
