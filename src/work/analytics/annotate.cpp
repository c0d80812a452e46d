#include <fmt/format.h>

#include <cmath>

#include "foundation/base/cursor.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/graph/store.hpp"
#include "work/analytics/domains.hpp"
#include "work/analytics/edges.hpp"
#include "work/analytics/sql.hpp"
#include "work/analytics/store.hpp"
#include "work/jobs/store.hpp"

namespace stele::analytics {

namespace {

constexpr std::string_view kTable = "annotations";
constexpr const char* kUnsaidAgent = "opencode";
constexpr const char* kUnsaidModel = "unknown";
// Beyond every row, and before.
constexpr Timestamp kNever{253'402'300'799'000'000}, kEver{-62'135'596'800'000'000};

constexpr std::size_t kCut = std::string_view("…").size();  // what an excerpt ends with

// What the record of a job says of the work.
struct Work {
    std::optional<Uuid> job;
    std::string agent, model, prompt;
    std::optional<int> iterations;
    std::optional<double> cost, duration;
};

// A number of a job's usage, when it is there and can be kept.
std::optional<double> number_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_number()) return std::nullopt;
    const auto number = value->to_number<double>();
    return number >= 0 && number <= 1e12 ? std::optional(number) : std::nullopt;
}

Work read_work(const jobs::Job& job, const Uuid& id) {
    Work out;
    out.job = id;
    if (job.input && job.input->is_object()) {
        const json::object& asked = job.input->get_object();
        out.agent = text_of(asked, "agent");
        out.model = text_of(asked, "model");
        out.prompt = text_of(asked, "prompt");
    }
    if (job.usage && job.usage->is_object()) {
        const json::object& usage = job.usage->get_object();
        if (const auto rounds = number_in(usage, "iterations"))
            out.iterations = int(std::min(*rounds, 1e6));
        out.cost = number_in(usage, "cost");
    }
    if (job.started_at && job.ended_at)
        out.duration = double(job.ended_at->micros - job.started_at->micros) / 1000;
    return out;
}

// A job's id in one spelling; what another system calls its job as it is.
std::string one_spelling(const std::string& job_id) {
    const auto id = Uuid::parse(job_id);
    return id ? id->text() : job_id;
}

// Nothing but empty fields for a job of another system.
Work work_of(runtime::Context& context, const std::string& job_id) {
    const auto id = Uuid::parse(job_id);
    if (!id) return {};
    try {
        return read_work(jobs::get(context, {id->text()}), *id);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return {};
    }
}

std::string first_of(const std::optional<std::string>& said, const std::string& known,
                     const char* otherwise) {
    if (said) return *said;
    return known.empty() ? otherwise : excerpt(known, limits::kNameBytes - kCut);
}

double score_of(const AnnotateInput& input) {
    if (input.score) return *input.score;
    switch (input.verdict) {
        case Verdict::pass:
            return 1;
        case Verdict::partial:
            return 0.5;
        case Verdict::fail:
            break;
    }
    return 0;
}

const std::string& prompt_of(const AnnotateInput& in, const Work& work) {
    return in.prompt ? *in.prompt : work.prompt;
}

// Everything decided, as it will be kept.
Annotation prepare(const runtime::Context& context, const AnnotateInput& in, const Work& work) {
    Annotation out;
    out.id = Uuid::v7().text();
    out.job_id = one_spelling(in.job_id);
    out.origin = in.origin;
    out.verdict = in.verdict;
    out.score = score_of(in);
    if (in.feedback && !in.feedback->empty()) out.feedback = *in.feedback;
    out.categories = in.categories;
    out.agent = first_of(in.agent, work.agent, kUnsaidAgent);
    out.model = first_of(in.model, work.model, kUnsaidModel);
    const std::string& prompt = prompt_of(in, work);
    if (!prompt.empty()) out.prompt = excerpt(redact(prompt), limits::kKeptPromptBytes - kCut);
    out.domain = in.domain ? *in.domain : domain_of(prompt);
    out.iteration_count = in.iteration_count.value_or(work.iterations.value_or(1));
    out.token_cost = in.token_cost.value_or(work.cost.value_or(0));
    out.duration = std::llround(in.duration.value_or(work.duration.value_or(0)));
    out.files_changed = in.files_changed;
    out.instance = context.caller.instance;
    out.retention = in.retention.value_or(Retention::standard);
    return out;
}

Annotation read_annotation(const pg::Row& row) {
    using Text = std::optional<std::string>;
    Annotation out;
    out.id = row.get<Uuid>(0).text();
    out.job_id = row.get<std::string>(1);
    out.origin = reflect::enum_of<Origin>(row.raw(2)).value_or(Origin::human);
    out.verdict = reflect::enum_of<Verdict>(row.raw(3)).value_or(Verdict::fail);
    out.score = row.get<double>(4);
    out.counts = row.get<bool>(5);
    out.feedback = row.get<Text>(6);
    out.categories = row.get<std::vector<std::string>>(7);
    out.agent = row.get<std::string>(8);
    out.model = row.get<std::string>(9);
    out.domain = row.get<std::string>(10);
    out.iteration_count = row.get<std::int32_t>(11);
    out.token_cost = row.get<double>(12);
    out.duration = row.get<std::int64_t>(13);
    out.files_changed = row.get<std::vector<std::string>>(14);
    out.prompt = row.get<Text>(15);
    out.instance = row.get<std::string>(16);
    out.retention = reflect::enum_of<Retention>(row.raw(17)).value_or(Retention::standard);
    out.created_at = row.get<Timestamp>(18);
    out.updated_at = row.get<Timestamp>(19);
    return out;
}

struct Kept {
    Annotation annotation;
    bool replaced = false;
};

// An agent that could replace what is held, or end the hold, could delete it.
[[noreturn]] void refuse_held(const std::string& id) {
    throw Error(Code::refused, fmt::format("annotation {} is under legal hold", id),
                "an operator ends a hold, in the shell: `stele annotate JOB VERDICT --retention "
                "standard`");
}

// What is there of this origin, held by this transaction.
std::optional<Annotation> hold(pg::Transaction& tx, const runtime::Caller& caller,
                               const Annotation& a) {
    const auto results = tx.pipeline([&](pg::Pipeline& p) {
        using Text = std::optional<std::string>;
        p.add(sql::lock, caller.org, caller.project, a.job_id);
        p.add(sql::list_job, caller.org, caller.project, a.job_id, Text(),
              Text(reflect::name_of(a.origin)), Text(), Text(), Text(), kEver);
    });
    if (results[1].empty()) return std::nullopt;
    return read_annotation(results[1][0]);
}

Kept keep(pg::Transaction& tx, const runtime::Context& context, const AnnotateInput& input,
          Annotation a, const std::optional<Uuid>& job) {
    const runtime::Caller& caller = context.caller;
    if (const auto before = hold(tx, caller, a)) {
        const bool ends = context.local_files && input.retention;
        if (before->retention == Retention::legal_hold && !ends) refuse_held(before->id);
        if (!input.retention) a.retention = before->retention;
    }
    const auto results = tx.pipeline([&](pg::Pipeline& p) {
        p.add(sql::annotate, caller.org, caller.project, *Uuid::parse(a.id), a.job_id, job,
              reflect::name_of(a.origin), reflect::name_of(a.verdict), a.score, a.feedback,
              a.categories, a.agent, a.model, a.domain, a.iteration_count, a.token_cost, a.duration,
              a.files_changed, a.prompt, a.instance, reflect::name_of(a.retention));
        p.add(sql::outrank, caller.org, caller.project, a.job_id);
    });
    const auto id = results[0][0].get<Uuid>(0);
    const pg::Result row = tx.query(sql::fetch, caller.org, caller.project, id);
    graph::project([&](const auto&... args) { tx.query(args...); }, caller, annotation_edges(),
                   {id});
    return {read_annotation(row[0]), results[0][0].get<bool>(1)};
}

std::string said_of(const Kept& kept) {
    const Annotation& a = kept.annotation;
    std::string out =
        fmt::format("{} {} as {} ({})", kept.replaced ? "Annotated again: job" : "Annotated job",
                    a.job_id, reflect::name_of(a.verdict), a.domain);
    if (!a.counts) out += "; a person's verdict counts instead";
    return out;
}

}  // namespace

const graph::Source& annotation_edges() {
    static const graph::Source source(kTable, sql::edges, sql::edge_page);
    return source;
}

graph::Kind graph_kind() {
    return graph::kind_of("annotation", sql::labels);
}

AnnotateOutput annotate(runtime::Context& context, const AnnotateInput& input) {
    const Work work = work_of(context, input.job_id);
    const Annotation said = prepare(context, input, work);
    const Kept kept = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        return keep(tx, context, input, said, work.job);
    });
    AnnotateOutput out;
    out.annotation = kept.annotation;
    out.replaced = kept.replaced;
    out.job_id = out.annotation.job_id;
    out.annotation_id = out.annotation.id;
    out.domain = out.annotation.domain;
    out.message = said_of(kept);
    if (!find_secrets(prompt_of(input, work)).empty())
        out.redacted = std::vector<std::string>{"prompt"};
    return out;
}

RetractOutput retract(runtime::Context& context, const RetractInput& input) {
    const runtime::Caller& caller = context.caller;
    const Uuid id = *Uuid::parse(input.id);
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows = tx.query(sql::fetch, caller.org, caller.project, id);
        if (rows.empty())
            throw Error(Code::not_found, fmt::format("there is no annotation {}", input.id),
                        "`stele analytics annotations` shows what there is");
        const Annotation was = read_annotation(rows[0]);
        if (was.retention == Retention::legal_hold) refuse_held(was.id);
        tx.pipeline([&](pg::Pipeline& p) {
            p.add(sql::lock, caller.org, caller.project, was.job_id);
            p.add(sql::retract, caller.org, caller.project, id);
            p.add(sql::outrank, caller.org, caller.project, was.job_id);
        });
        graph::forget(tx, {caller.org, caller.project}, kTable, {id});
        return RetractOutput{was.id, was.job_id};
    });
}

AnnotationsOutput annotations(runtime::Context& context, const AnnotationsInput& in) {
    const runtime::Caller& caller = context.caller;
    using Text = std::optional<std::string>;
    const Text verdict = in.verdict ? Text(reflect::name_of(*in.verdict)) : Text();
    const Text origin = in.origin ? Text(reflect::name_of(*in.origin)) : Text();
    const Timestamp since = in.since.value_or(kEver);
    const Cursor place = parse_cursor(in.cursor);
    Uuid last;
    last.bytes.fill(0xFF);
    const auto ask = [&](const auto&... args) {
        return context.db.once(call_of(context), args...);
    };
    const pg::Result rows =
        in.job_id ? ask(sql::list_job, caller.org, caller.project, one_spelling(*in.job_id),
                        verdict, origin, in.agent, in.model, in.domain, since)
                  : ask(sql::list, caller.org, caller.project, verdict, origin, in.agent, in.model,
                        in.domain, since, place.time.value_or(kNever), place.id.value_or(last),
                        in.limit + 1);
    AnnotationsOutput out;
    for (const pg::Row row : rows) {
        if (!in.job_id && int(out.annotations.size()) == in.limit) {
            const Annotation& end = out.annotations.back();
            out.next_cursor = cursor_at(end.created_at, end.id);
            break;
        }
        out.annotations.push_back(read_annotation(row));
    }
    return out;
}

}  // namespace stele::analytics
