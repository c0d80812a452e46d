// Verdicts: one of each origin about a job, a person's above a program's, and what the graph knows.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "knowledge/graph/operations.hpp"
#include "runtime/dispatcher.hpp"
#include "work/analytics/edges.hpp"
#include "work/analytics/tests/fixture.hpp"

namespace stele::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Bench : World {
    runtime::Context here = context();

    std::vector<Annotation> of(const std::string& job) {
        AnnotationsInput in;
        in.job_id = job;
        return annotations(here, in).annotations;
    }
    // "human pass counts, auto fail"
    std::string stand(const std::string& job) {
        std::string out;
        for (const Annotation& a : of(job)) {
            out += (out.empty() ? "" : ", ") + std::string(reflect::name_of(a.origin)) + " " +
                   std::string(reflect::name_of(a.verdict));
            if (a.counts) out += " counts";
        }
        return out;
    }
    std::string edges() {
        return ask(
            "SELECT coalesce(string_agg(src || ' ' || type || ' ' || dst, ',' ORDER BY src, "
            "dst), '') FROM graph_edges");
    }
};

TEST(Annotate, ReplacesWhatWasSaidByTheSame) {
    Bench bench;
    const AnnotateOutput first = annotate(bench.here, verdict("nightly-7", Verdict::fail));
    EXPECT_TRUE(first.success && first.ok && !first.replaced);
    EXPECT_THAT(first.message, HasSubstr("nightly-7 as fail"));
    AnnotateInput again = verdict("nightly-7", Verdict::pass);
    again.feedback = "works after all";
    const AnnotateOutput second = annotate(bench.here, again);
    EXPECT_TRUE(second.replaced);
    EXPECT_EQ(second.annotation_id, first.annotation_id);
    ASSERT_EQ(bench.stand("nightly-7"), "human pass counts");
    EXPECT_EQ(bench.of("nightly-7")[0].created_at, first.annotation.created_at);
    EXPECT_EQ(bench.of("nightly-7")[0].feedback, "works after all");
}

TEST(Annotate, APersonOutranksAProgramWhoeverCameFirst) {
    Bench bench;
    annotate(bench.here, verdict("j", Verdict::fail, Origin::automatic));
    EXPECT_EQ(bench.stand("j"), "auto fail counts");
    const AnnotateOutput human = annotate(bench.here, verdict("j", Verdict::pass));
    EXPECT_EQ(bench.stand("j"), "human pass counts, auto fail");
    EXPECT_THAT(annotate(bench.here, verdict("j", Verdict::partial, Origin::automatic)).message,
                HasSubstr("a person's verdict counts instead"));
    EXPECT_EQ(bench.stand("j"), "human pass counts, auto partial");
    retract(bench.here, {human.annotation_id});
    EXPECT_EQ(bench.stand("j"), "auto partial counts");
    EXPECT_EQ(code_of([&] { retract(bench.here, {human.annotation_id}); }), Code::not_found);
}

TEST(Annotate, ManyAtOnceLeaveOneThatCounts) {
    Bench bench;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                runtime::Context context = bench.context();
                for (int i = 0; i < 10; ++i)
                    annotate(context, verdict("j" + std::to_string(i), Verdict::pass,
                                              t % 2 ? Origin::human : Origin::automatic));
            });
    }
    EXPECT_EQ(bench.ask("SELECT string_agg(DISTINCT origin || ' ' || counts, ', ' ORDER BY origin "
                        "|| ' ' || counts) || count(*) FROM annotations"),
              "auto false, human true20");
}

TEST(Annotate, TakesFromTheJobWhatIsNotSaid) {
    Bench bench;
    jobs::SubmitInput job = jobs::job("agent");
    job.input = json::object{
        {"agent", "builder"}, {"model", "large-1"}, {"prompt", "fix the kubernetes rollout"}};
    const jobs::Leased taken = jobs::submit_and_take(bench.here, job);
    jobs::CompleteInput done;
    done.jobs.push_back(
        {taken.id, taken.generation, nullptr, json::object{{"iterations", 12}, {"cost", 0.25}}});
    jobs::complete(bench.here, done);
    const Annotation kept = annotate(bench.here, verdict(taken.id, Verdict::partial)).annotation;
    EXPECT_EQ(kept.agent, "builder");
    EXPECT_EQ(kept.model, "large-1");
    EXPECT_EQ(kept.domain, "platform-infrastructure");
    EXPECT_EQ(kept.prompt, "fix the kubernetes rollout");
    EXPECT_EQ(kept.iteration_count, 12);
    EXPECT_EQ(kept.token_cost, 0.25);
    EXPECT_EQ(kept.score, 0.5);
    AnnotateInput said = verdict(taken.id, Verdict::partial);
    said.agent = "other";
    said.domain = "mine";
    said.score = 0.8;
    const Annotation second = annotate(bench.here, said).annotation;
    EXPECT_EQ(second.agent, "other");
    EXPECT_EQ(second.domain, "mine");
    EXPECT_EQ(second.score, 0.8);
    EXPECT_EQ(annotate(bench.here, verdict("elsewhere", Verdict::pass)).annotation.agent,
              "opencode");
}

TEST(Annotate, TheGraphKnowsOfJobsOfThisLedger) {
    Bench bench;
    const std::string job = jobs::submit(bench.here, jobs::job()).id;
    const std::string elsewhere = Uuid::v7().text();
    const AnnotateOutput kept = annotate(bench.here, verdict(job, Verdict::pass));
    annotate(bench.here, verdict("nightly-7", Verdict::pass));
    annotate(bench.here, verdict(elsewhere, Verdict::pass));
    const std::string grown = kept.annotation_id + " references " + job;
    EXPECT_EQ(bench.edges(), grown);
    EXPECT_EQ(bench.ask("SELECT count(*)::text FROM graph_nodes"), "0");

    runtime::Registry registry;
    graph::register_operations(registry, {.sources = {&annotation_edges()},
                                          .kinds = {graph_kind()},
                                          .find = [](runtime::Context&, const std::string&) {
                                              return std::vector<Uuid>{};
                                          }});
    bench.tell("DELETE FROM graph_edges");
    runtime::Dispatcher().call(registry.get("graph.rebuild"), bench.here, json::object{});
    EXPECT_EQ(bench.edges(), grown);
    const Uuid id = *Uuid::parse(kept.annotation_id);
    EXPECT_EQ(graph_kind().labels(bench.here, {id}).at(id), "pass (human, general)");
    retract(bench.here, {kept.annotation_id});
    EXPECT_EQ(bench.edges(), "");
}

TEST(Annotate, KeepsThePromptWithoutSecretsAndSaysSo) {
    Bench bench;
    AnnotateInput in = verdict("j", Verdict::fail);
    in.feedback = "it printed password=hunter2-hunter2";
    in.categories = {"password: wrong"};
    in.prompt = "postgres://u:secret9@h/db " + std::string(3000, 'x');
    const AnnotateOutput out = annotate(bench.here, in);
    EXPECT_THAT(out.redacted, ::testing::Optional(ElementsAre("prompt")));
    const std::string row = bench.ask("SELECT a::text FROM annotations a");
    EXPECT_THAT(row, Not(HasSubstr("secret9")));
    // What was said about the work is kept as it was said.
    EXPECT_EQ(out.annotation.feedback, in.feedback);
    EXPECT_EQ(out.annotation.categories, in.categories);
    in.prompt = "say hello";
    EXPECT_FALSE(annotate(bench.here, in).redacted);
    in.prompt = std::string(3000, 'x');
    annotate(bench.here, in);
    EXPECT_LE(bench.of("j")[0].prompt->size(), limits::kKeptPromptBytes);
}

TEST(Annotate, AHoldIsNotWrittenOver) {
    Bench bench;
    AnnotateInput in = verdict("j", Verdict::fail);
    in.retention = Retention::legal_hold;
    const AnnotateOutput held = annotate(bench.here, in);
    runtime::Context agent = bench.context();
    agent.local_files = false;
    AnnotateInput other = verdict("j", Verdict::pass);
    EXPECT_EQ(code_of([&] { annotate(agent, other); }), Code::refused);
    other.retention = Retention::standard;
    EXPECT_EQ(code_of([&] { annotate(agent, other); }), Code::refused);
    EXPECT_EQ(code_of([&] { retract(bench.here, {held.annotation_id}); }), Code::refused);
    EXPECT_ANY_THROW(bench.tell("DELETE FROM annotations")) << "the database's own law";
    EXPECT_EQ(annotate(bench.here, other).annotation.retention, Retention::standard);
    retract(bench.here, {held.annotation_id});
    EXPECT_THAT(bench.of("j"), IsEmpty());
}

TEST(Annotations, ArePagedWithoutAnEnd) {
    Bench bench;
    bench.add({.many = 2300});
    bench.add({.many = 20, .verdict = Verdict::fail, .agent = "b", .days = 3});
    std::set<std::string> seen;
    AnnotationsInput in;
    in.limit = 100;
    do {
        const AnnotationsOutput page = annotations(bench.here, in);
        for (const Annotation& a : page.annotations) EXPECT_TRUE(seen.insert(a.id).second);
        in.cursor = page.next_cursor;
    } while (in.cursor);
    EXPECT_THAT(seen, SizeIs(2320));
    in.verdict = Verdict::fail;
    EXPECT_THAT(annotations(bench.here, in).annotations, SizeIs(20));
    in.agent = "a";
    EXPECT_THAT(annotations(bench.here, in).annotations, IsEmpty());
    in = {};
    in.since = Timestamp{now().micros - 86'400'000'000};
    in.agent = "b";
    EXPECT_THAT(annotations(bench.here, in).annotations, IsEmpty());
}

TEST(Annotations, BelongToTheirTenant) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    annotate(bench.here, verdict("j", Verdict::pass));
    annotate(stranger, verdict("j", Verdict::fail));
    EXPECT_EQ(bench.stand("j"), "human pass counts");
    const AnnotationsOutput theirs = annotations(stranger, {});
    ASSERT_THAT(theirs.annotations, SizeIs(1));
    EXPECT_EQ(theirs.annotations[0].verdict, Verdict::fail);
    EXPECT_EQ(code_of([&] { retract(bench.here, {theirs.annotations[0].id}); }), Code::not_found);
    EXPECT_EQ(scores(stranger, {}).total, 1);
}

}  // namespace
}  // namespace stele::analytics
