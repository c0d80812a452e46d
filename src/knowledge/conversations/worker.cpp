#include "knowledge/conversations/worker.hpp"

#include <map>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/candidate_set.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/embed_thread.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/conversations/summarizer.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/settings.hpp"

namespace stele::conversations {

namespace {

constexpr std::int32_t kVectorBatch = 64;
constexpr std::int32_t kSummaryBatch = 8;
constexpr double kLeaseSeconds = 120;  // longer than any batch takes
constexpr int kReadAgain = 3;          // when a message was forgotten while its summary was made
constexpr std::int32_t kPage = 5000;

struct ThreadOf {
    pg::Tenant tenant;
    Uuid thread;
};

std::map<Uuid, Work> take(runtime::Context& context, std::string_view task, std::int32_t limit) {
    const pg::Call call = call_of(context);
    std::map<Uuid, Work> out;
    for (const pg::Row row : context.db.once(call, sql::take_work, call.tenant.org,
                                             call.tenant.project, task, limit, kLeaseSeconds))
        out[row.get<Uuid>(0)].add({row.get<std::int32_t>(1), row.get<std::int32_t>(2),
                                   row.get<Timestamp>(3), row.get<std::int32_t>(4)});
    return out;
}

// One range of a thread.
struct Range {
    std::int32_t from, to;
    Timestamp queued;
};

struct Transcript {
    std::vector<Said> said;
    std::int32_t count = 0;  // messages, those that are left out of `said` too
};

// What tools were asked and answered is left out, unless there is nothing else.
Transcript read_range(runtime::Context& context, const ThreadOf& of, const Range& range) {
    const pg::Result rows =
        context.db.once({of.tenant, context.deadline}, sql::range, of.tenant.org, of.tenant.project,
                        of.thread, range.from, range.to);
    Transcript out;
    for (const bool tools : {false, true}) {
        for (const pg::Row row : rows)
            if (tools || row.raw(2) == reflect::name_of(Kind::message))
                out.said.push_back({row.get<std::string>(0), row.get<std::string>(1)});
        if (!out.said.empty()) break;
    }
    out.count = rows.rows();
    return out;
}

// The vector of a summary about to be kept; without one it is asked for with the messages' vectors.
struct Meaning {
    std::optional<int> model;
    std::optional<std::vector<float>> vector;
};
Meaning meaning_of(runtime::Context& context, const std::string& text) {
    Meaning out;
    if (context.embedder) out.model = vectors::active_model(context).id;
    if (out.model) out.vector = vectors::embed_document(context, text);
    return out;
}

std::optional<Uuid> add_summary(pg::Transaction& tx, const ThreadOf& of, const Range& range,
                                int count, const std::string& scope,
                                const Summarizer::Written& written, const Meaning& meaning) {
    const retrieval::Document document =
        retrieval::analyse(words_of(written.summary, written.keywords));
    std::optional<pg::HalfVector> vector;
    if (meaning.vector) vector = pg::HalfVector{*meaning.vector};
    const pg::Result kept = tx.query(
        sql::add_summary, of.tenant.org, of.tenant.project, of.thread, range.from, range.to, count,
        Uuid::v7(), written.summary, written.keywords, written.method, scope, document.lexemes,
        document.words, vector ? meaning.model : std::nullopt, vector, now());
    if (kept.empty()) return std::nullopt;
    return kept[0].get<Uuid>(0);
}

// Writes a summary down and ends the work on it. False: a message was forgotten meanwhile.
bool keep_summary(runtime::Context& context, const ThreadOf& of, const Range& range, int count,
                  const std::optional<Summarizer::Written>& written) {
    const Meaning meaning = written ? meaning_of(context, written->summary) : Meaning{};
    const pg::Tenant& tenant = of.tenant;
    return context.db.transaction({tenant, context.deadline}, [&](pg::Transaction& tx) {
        const pg::Result held = tx.query(sql::hold_thread, tenant.org, tenant.project, of.thread);
        if (held.empty()) return true;  // the whole thread was forgotten, its work with it
        std::optional<Uuid> kept;
        if (written) {
            kept =
                add_summary(tx, of, range, count, held[0].get<std::string>(0), *written, meaning);
            if (!kept) return false;
        }
        tx.query(sql::summary_done, tenant.org, tenant.project, of.thread, range.from, range.to,
                 limits::kSummaryEvery, range.queued, meaning.model && !meaning.vector);
        if (kept) {
            runtime::Caller caller;
            caller.org = tenant.org;
            caller.project = tenant.project;
            const auto add = [&](const auto&... args) { tx.query(args...); };
            graph::project(add, caller, summary_edges(), {*kept});
        }
        return true;
    });
}

void summarize(runtime::Context& context, Summarizer& summarizer, const ThreadOf& of,
               const Range& range) {
    for (int attempt = 0; attempt < kReadAgain; ++attempt) {
        const Transcript transcript = read_range(context, of, range);
        std::optional<Summarizer::Written> written;
        if (!transcript.said.empty()) written = summarizer.write(transcript.said, context.deadline);
        if (keep_summary(context, of, range, transcript.count, written)) return;
    }
}

// A range that no summary can be made of comes back a few times, then it is set aside.
void failed(runtime::Context& context, const ThreadOf& of, const Range& range,
            std::int32_t attempts, const std::string& reason) {
    const pg::Tenant& tenant = of.tenant;
    background::Failures dead{kConversationsTask, "thread", 0, {}, {}, {}};
    const bool give_up = attempts >= memory::kTextAttempts;
    if (give_up) dead.add(of.thread, reason, attempts);
    Work late;
    late.add({range.from, range.to, range.queued, attempts});
    context.db.pipeline({tenant, context.deadline}, [&](pg::Pipeline& p) {
        if (give_up)
            p.add(sql::drop_work, tenant.org, tenant.project, of.thread, "summary", range.from,
                  range.to, range.queued);
        else
            postpone(p, tenant, of.thread, "summary", late, background::backoff_seconds(attempts),
                     0);
        background::set_aside(p, tenant, dead);
    });
}

std::int64_t make_summaries(runtime::Context& context, Summarizer& summarizer) {
    std::int64_t done = 0;
    for (const auto& [thread, work] : take(context, "summary", kSummaryBatch))
        for (std::size_t i = 0; i < work.from.size(); ++i) {
            const ThreadOf of{{context.caller.org, context.caller.project}, thread};
            const Range range{work.from[i], work.to[i], *work.queued[i]};
            try {
                summarize(context, summarizer, of, range);
                ++done;
            } catch (const Error& error) {
                if (error.retryable()) throw;  // the database: what was taken comes back
                failed(context, of, range, work.attempts[i], error.what());
            }
        }
    return done;
}

std::int64_t make_vectors(runtime::Context& context, const vectors::FillModel& model) {
    std::int64_t done = 0;
    std::optional<background::Pause> pause;
    for (const auto& [thread, work] : take(context, "vectors", kVectorBatch)) {
        if (pause) {
            give_back(context, thread, work);
            continue;
        }
        const EmbeddedThread made = embed_thread(context, thread, work, model);
        done += made.done;
        if (!made.problem.empty()) pause.emplace(made.problem, made.retry_after);
    }
    if (pause) throw *pause;
    return done;
}

background::Progress work_on(runtime::Context& context, Summarizer& summarizer) {
    const std::optional<vectors::FillModel> model = vectors::fill_model(context);
    background::Progress out;
    out.done = make_summaries(context, summarizer);
    if (model) out.done += make_vectors(context, *model);
    const pg::Call call = call_of(context);
    out.again =
        context.db
            .once(call, sql::next_work, call.tenant.org, call.tenant.project, model.has_value())[0]
            .get<std::optional<double>>(0);
    return out;
}

void retry(runtime::Context& context, std::string_view kind, const std::vector<Uuid>& ids) {
    const auto queue = [&](const pg::Statement& statement, const auto&... rest) {
        context.db.once(call_of(context), statement, context.caller.org, context.caller.project,
                        ids, rest...);
    };
    if (kind == "message") queue(sql::queue_vectors);
    if (kind == "summary") queue(sql::queue_summary_vectors);
    if (kind == "thread") queue(sql::queue_summaries, limits::kSummaryEvery);
}

std::int64_t queue_missing(runtime::Context& context, int model, bool active) {
    return context.db
        .once(call_of(context), sql::requeue_vectors, context.caller.org, context.caller.project,
              std::int32_t(model), active)[0]
        .get<std::int64_t>(0);
}

std::int64_t drop_others(runtime::Context& context, int model) {
    return std::int64_t(context.db
                            .once(call_of(context), sql::drop_other_vectors, context.caller.org,
                                  context.caller.project, std::int32_t(model), kPage)
                            .affected());
}

}  // namespace

background::Task conversations_task(const runtime::SummarySettings& settings) {
    const auto summarizer = std::make_shared<Summarizer>(settings);
    return {std::string(kConversationsTask),
            [summarizer](runtime::Context& context) { return work_on(context, *summarizer); },
            retry, kLeaseSeconds};
}

memory::Refill refill() {
    return {conversations_task({}), queue_missing, drop_others};
}

std::int64_t work_all(runtime::Context& context) {
    return background::run_all(context, conversations_task(context.settings.summary), 0,
                               "summaries and vectors");
}

}  // namespace stele::conversations
