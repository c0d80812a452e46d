#include "knowledge/conversations/embed_thread.hpp"

#include <algorithm>
#include <map>

#include "foundation/embed/embed_each.hpp"
#include "knowledge/conversations/candidate_set.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/conversations/windows.hpp"
#include "knowledge/memory/backfill.hpp"
#include "runtime/background/runner.hpp"

namespace stele::conversations {

namespace {

std::vector<Window> windows_due(runtime::Context& context, const Uuid& thread, const Work& work) {
    const pg::Call call = call_of(context);
    std::map<std::int32_t, Text> texts;
    for (const pg::Row row : context.db.once(call, sql::texts, call.tenant.org, call.tenant.project,
                                             thread, places_around(work.from)))
        texts[row.get<std::int32_t>(0)] = {row.get<Uuid>(1), row.get<std::string>(2),
                                           is_dialogue(row.raw(3), row.raw(4), row.get<bool>(5))};
    return windows_of(work.from, texts);
}

// The vectors of one add_vectors.sql.
struct Vectors {
    std::vector<Uuid> messages;
    std::vector<std::int32_t> parts, firsts, lasts, members;
    std::vector<std::vector<float>> vectors;

    void add(const Window& w, const std::vector<float>& vector) {
        messages.push_back(w.message);
        parts.push_back(w.part);
        firsts.push_back(w.first);
        lasts.push_back(w.last);
        members.push_back(w.members);
        vectors.push_back(vector);
    }
};

// What becomes of the work: one place is done, set aside, or comes back.
struct EmbedOutcome {
    Vectors made;
    Work done, late, untried;
    std::vector<Uuid> alive;
    background::Failures dead, dead_summaries;

    explicit EmbedOutcome(int model)
        : dead{kConversationsTask, "message", model, {}, {}, {}},
          dead_summaries{kConversationsTask, "summary", model, {}, {}, {}} {}

    // What was done is done once more: something near it is left.
    void come_back(bool at_once) {
        for (std::size_t i = 0; i < done.from.size(); ++i)
            (at_once ? untried : late).add(done.at(i));
        done = {};
    }
    void add(const WorkItem& item, const Uuid& message, const embed::Embedded& own) {
        if (own.vector) {
            done.add(item);
            alive.push_back(message);
        } else if (own.problem.empty()) {
            untried.add(item);
        } else if (own.refused || item.attempts >= memory::kTextAttempts) {
            dead.add(message, own.problem, item.attempts);
            done.add(item);
        } else {
            late.add(item);
        }
    }
};

embed::EmbeddedBatch embed_windows(runtime::Context& context, const std::vector<Window>& windows,
                                   const Work& work, EmbedOutcome& out) {
    std::vector<std::string> texts;
    for (const Window& w : windows) texts.push_back(w.text);
    embed::EmbeddedBatch made =
        embed::embed_each(*context.embedder, texts, embed::Purpose::document, context.deadline);
    std::map<std::int32_t, std::size_t> own;  // by place
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (made.texts[i].vector) out.made.add(windows[i], *made.texts[i].vector);
        if (windows[i].part == kOwn) own[windows[i].first] = i;
    }
    for (std::size_t i = 0; i < work.from.size(); ++i) {
        const auto at = own.find(work.from[i]);
        if (at == own.end())
            out.done.add(work.at(i));  // nothing is there to make a vector of
        else if (!made.problem.empty() && made.texts[at->second].vector)
            out.untried.add(work.at(i));  // its surroundings may be
        else
            out.add(work.at(i), windows[at->second].message, made.texts[at->second]);
    }
    return made;
}

// The summaries that these places are in and that have no vector of the model. While one is to be
// tried again, so are the places.
embed::EmbeddedBatch embed_summaries(runtime::Context& context, const Uuid& thread,
                                     const Work& work, int model, EmbedOutcome& out) {
    const pg::Call call = call_of(context);
    std::vector<Uuid> ids;
    std::vector<std::string> texts;
    for (const pg::Row row : context.db.once(call, sql::summaries_to_embed, call.tenant.org,
                                             call.tenant.project, thread, work.from, model)) {
        ids.push_back(row.get<Uuid>(0));
        texts.push_back(row.get<std::string>(1));
    }
    if (ids.empty()) return {};
    const embed::EmbeddedBatch made =
        embed::embed_each(*context.embedder, texts, embed::Purpose::document, context.deadline);
    std::vector<Uuid> found;
    std::vector<std::vector<float>> vectors;
    const std::int32_t attempts = *std::ranges::max_element(work.attempts);
    bool again = false;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const embed::Embedded& one = made.texts[i];
        if (one.vector) {
            found.push_back(ids[i]);
            vectors.push_back(*one.vector);
        } else if (one.refused || (!one.problem.empty() && attempts >= memory::kTextAttempts)) {
            out.dead_summaries.add(ids[i], one.problem, attempts);
        } else {
            again = true;
        }
    }
    if (again) out.come_back(!made.problem.empty());
    context.db.once(call, sql::set_summary_vectors, call.tenant.org, call.tenant.project, model,
                    found, vectors);
    out.alive.insert(out.alive.end(), found.begin(), found.end());
    return made;
}

void write(runtime::Context& context, const Uuid& thread, const vectors::FillModel& model,
           const EmbedOutcome& out) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    const double seconds =
        out.late.attempts.empty()
            ? 0
            : background::backoff_seconds(*std::ranges::max_element(out.late.attempts));
    context.db.pipeline({tenant, deadline_in(std::chrono::seconds(10))}, [&](pg::Pipeline& p) {
        const Vectors& v = out.made;
        p.add(sql::hold_thread, tenant.org, tenant.project, thread);
        p.add(sql::add_vectors, tenant.org, tenant.project, thread, std::int32_t(model.id),
              v.messages, v.parts, v.firsts, v.lasts, v.members, v.vectors, model.active);
        p.add(sql::vectors_done, tenant.org, tenant.project, thread, out.done.from,
              out.done.queued);
        postpone(p, tenant, thread, "vectors", out.late, seconds, 0);
        postpone(p, tenant, thread, "vectors", out.untried, 0, 1);
        background::drop(p, tenant, out.alive);
        background::set_aside(p, tenant, out.dead);
        background::set_aside(p, tenant, out.dead_summaries);
    });
}

}  // namespace

void Work::add(const WorkItem& item) {
    from.push_back(item.from);
    to.push_back(item.to);
    queued.emplace_back(item.queued);
    attempts.push_back(item.attempts);
}

void postpone(pg::Pipeline& pipeline, const pg::Tenant& tenant, const Uuid& thread,
              std::string_view task, const Work& work, double seconds, int less) {
    if (work.from.empty()) return;
    std::vector<std::int32_t> attempts = work.attempts;
    for (std::int32_t& tries : attempts) tries -= less;
    pipeline.add(sql::postpone_work, tenant.org, tenant.project, thread, task, work.from, work.to,
                 work.queued,
                 std::vector<std::int32_t>(work.from.size(), std::int32_t(seconds * 1000)),
                 attempts);
}

void give_back(runtime::Context& context, const Uuid& thread, const Work& work) {
    const pg::Call call{{context.caller.org, context.caller.project},
                        deadline_in(std::chrono::seconds(10))};
    context.db.pipeline(
        call, [&](pg::Pipeline& p) { postpone(p, call.tenant, thread, "vectors", work, 0, 1); });
}

EmbeddedThread embed_thread(runtime::Context& context, const Uuid& thread, const Work& work,
                            const vectors::FillModel& model) {
    EmbedOutcome out(model.id);
    embed::EmbeddedBatch made =
        embed_windows(context, windows_due(context, thread, work), work, out);
    if (made.problem.empty() && model.active)
        made = embed_summaries(context, thread, work, model.id, out);
    write(context, thread, model, out);
    return {std::int64_t(out.done.from.size()), made.problem, made.retry_after};
}

}  // namespace stele::conversations
