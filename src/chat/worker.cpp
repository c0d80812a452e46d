#include "chat/worker.hpp"

#include <map>
#include <tuple>

#include "chat/edges.hpp"
#include "chat/sheet.hpp"
#include "chat/sql.hpp"
#include "chat/store.hpp"
#include "chat/windows.hpp"
#include "embed/embedder.hpp"
#include "graph/store.hpp"
#include "memory/model.hpp"
#include "retrieval/lexical.hpp"

namespace stele::chat {

namespace {

constexpr std::int32_t kVectorBunch = 64;
constexpr std::int32_t kSummaryBunch = 8;
constexpr double kComeBackSeconds = 120;  // longer than any bunch takes
constexpr int kReadAgain = 3;             // when a message was forgotten while its summary was made

// Work of one thread, as it was taken.
struct Taken {
    std::vector<std::int32_t> from, to;
    std::vector<std::optional<Timestamp>> queued;
};
struct ThreadOf {
    pg::Tenant tenant;
    Uuid thread;
    friend bool operator<(const ThreadOf& a, const ThreadOf& b) {
        return std::tie(a.tenant.org, a.tenant.project, a.thread) <
               std::tie(b.tenant.org, b.tenant.project, b.thread);
    }
};
using Work = std::map<ThreadOf, Taken>;

// Work of any tenant; the transaction itself has none, so it sees ids and places and nothing else.
Work take(api::Context& context, std::string_view task, std::int32_t limit, int& taken) {
    const auto results = context.db.pipeline({{}, context.deadline}, [&](pg::Pipeline& p) {
        p.add(sql::open_worker);
        p.add(sql::take_work, task, limit, kComeBackSeconds);
    });
    Work out;
    for (const pg::Row row : results[1]) {
        Taken& work = out[{{row.get<Uuid>(0), row.get<Uuid>(1)}, row.get<Uuid>(2)}];
        work.from.push_back(row.get<std::int32_t>(3));
        work.to.push_back(row.get<std::int32_t>(4));
        work.queued.emplace_back(row.get<Timestamp>(5));
    }
    taken = results[1].rows();
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
Transcript read_range(api::Context& context, const ThreadOf& of, const Range& range) {
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
Meaning meaning_of(api::Context& context, const std::string& text) {
    Meaning out;
    if (context.embedder) out.model = memory::active_model(context).id;
    if (out.model) out.vector = memory::embed_document(context, text);
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
bool keep_summary(api::Context& context, const ThreadOf& of, const Range& range, int count,
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
            api::Caller caller;
            caller.org = tenant.org;
            caller.project = tenant.project;
            const auto add = [&](const auto&... args) { tx.query(args...); };
            graph::project(add, caller, summary_edges(), {*kept});
        }
        return true;
    });
}

void summarize(api::Context& context, Summarizer& summarizer, const ThreadOf& of,
               const Range& range) {
    for (int attempt = 0; attempt < kReadAgain; ++attempt) {
        const Transcript transcript = read_range(context, of, range);
        std::optional<Summarizer::Written> written;
        if (!transcript.said.empty()) written = summarizer.write(transcript.said, context.deadline);
        if (keep_summary(context, of, range, transcript.count, written)) return;
    }
}

// The summaries that these places are in and that have no vector of the model.
void embed_summaries(api::Context& context, const ThreadOf& of, const Taken& work, int model) {
    const pg::Tenant& tenant = of.tenant;
    const pg::Call call{tenant, context.deadline};
    std::vector<Uuid> ids;
    std::vector<std::string> texts;
    for (const pg::Row row : context.db.once(call, sql::summaries_to_embed, tenant.org,
                                             tenant.project, of.thread, work.from, model)) {
        ids.push_back(row.get<Uuid>(0));
        texts.push_back(row.get<std::string>(1));
    }
    if (ids.empty()) return;
    const auto vectors = context.embedder->embed(texts, embed::Purpose::document, context.deadline);
    context.db.once(call, sql::set_summary_vectors, tenant.org, tenant.project, model, ids,
                    vectors);
}

std::vector<Window> windows_due(api::Context& context, const ThreadOf& of, const Taken& work) {
    std::map<std::int32_t, Text> texts;
    for (const pg::Row row :
         context.db.once({of.tenant, context.deadline}, sql::texts, of.tenant.org,
                         of.tenant.project, of.thread, places_around(work.from)))
        texts[row.get<std::int32_t>(0)] = {row.get<Uuid>(1), row.get<std::string>(2),
                                           is_dialogue(row.raw(3), row.raw(4), row.get<bool>(5))};
    return windows_of(work.from, texts);
}

void embed_thread(api::Context& context, const ThreadOf& of, const Taken& work, int model) {
    const std::vector<Window> windows = windows_due(context, of, work);
    std::vector<std::string> texts;
    std::vector<Uuid> messages;
    std::vector<std::int32_t> parts, firsts, lasts, members;
    for (const Window& w : windows) {
        texts.push_back(w.text);
        messages.push_back(w.message);
        parts.push_back(w.part);
        firsts.push_back(w.first);
        lasts.push_back(w.last);
        members.push_back(w.members);
    }
    const auto vectors =
        texts.empty() ? std::vector<std::vector<float>>{}
                      : context.embedder->embed(texts, embed::Purpose::document, context.deadline);
    embed_summaries(context, of, work, model);
    const pg::Tenant& tenant = of.tenant;
    context.db.pipeline({tenant, context.deadline}, [&](pg::Pipeline& p) {
        p.add(sql::hold_thread, tenant.org, tenant.project, of.thread);
        p.add(sql::add_vectors, tenant.org, tenant.project, of.thread, model, messages, parts,
              firsts, lasts, members, vectors);
        p.add(sql::vectors_done, tenant.org, tenant.project, of.thread, work.from, work.queued);
    });
}

}  // namespace

int make_summaries(api::Context& context, Summarizer& summarizer) {
    int taken = 0;
    for (const auto& [of, work] : take(context, "summary", kSummaryBunch, taken))
        for (std::size_t i = 0; i < work.from.size(); ++i)
            summarize(context, summarizer, of, {work.from[i], work.to[i], *work.queued[i]});
    return taken;
}

int make_vectors(api::Context& context) {
    if (!context.embedder) return 0;
    const memory::ActiveModel model = memory::active_model(context);
    if (!model.id) return 0;
    int taken = 0;
    for (const auto& [of, work] : take(context, "vectors", kVectorBunch, taken))
        embed_thread(context, of, work, *model.id);
    return taken;
}

std::int64_t work_all(api::Context& context, Summarizer& summarizer) {
    std::int64_t done = 0;
    while (time_left(context.deadline).count() > 0 && !context.cancelled.stop_requested()) {
        const int taken = make_summaries(context, summarizer) + make_vectors(context);
        if (taken == 0) break;
        done += taken;
        if (context.progress) context.progress({double(done), 0, "summaries and vectors"});
    }
    return done;
}

Worker::Worker(const api::SummarySettings& settings, api::Background::MakeContext make_context)
    : summarizer_(settings),
      background_("summaries and vectors of conversations wait", std::move(make_context),
                  [this](api::Context& context) {
                      return make_summaries(context, summarizer_) + make_vectors(context);
                  }) {}

std::int64_t requeue_vectors(api::Context& context) {
    const memory::ActiveModel model = memory::active_model(context);
    if (!model.id) return 0;
    return std::int64_t(context.db
                            .once(call_of(context), sql::requeue_vectors, context.caller.org,
                                  context.caller.project, *model.id)
                            .affected());
}

}  // namespace stele::chat
