#include "work/mesh/routing/route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "foundation/base/error.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/settings.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/sql.hpp"

namespace stele::mesh {

namespace {

std::string_view why_not(const runtime::Context& context, const Entry& entry,
                         const RouteInput& in) {
    const Profile& profile = *entry.profile;
    if (is_self(context, profile.name, profile.endpoint)) return "self";
    if (std::ranges::find(in.path, profile.name) != in.path.end()) return "on the path";
    if (entry.health != Health::healthy) return reflect::name_of(entry.health);
    if (profile.endpoint.empty()) return "no endpoint";
    return {};
}

Skipped skipped(const Entry& entry, std::string_view why) {
    return {entry.id.text(), entry.profile->name, std::string(why)};
}

// Who was given the last of a conversation that it did not fail at.
std::optional<Uuid> partner_of(runtime::Context& context, const std::string& conversation) {
    if (conversation.empty()) return std::nullopt;
    const pg::Result found = context.db.once(call_of(context), sql::partner, context.caller.org,
                                             context.caller.project, conversation);
    return found.empty() ? std::nullopt : std::optional(found[0].get<Uuid>(0));
}

// A conversation stays where it is, whoever else would fit better by now.
void keep_partner(Decision& decision, const std::optional<Uuid>& partner) {
    const auto at = std::ranges::find_if(decision.candidates, [&](const Decision::One& one) {
        return partner && one.entry.id == *partner;
    });
    if (at == decision.candidates.end()) return;
    std::rotate(decision.candidates.begin(), at, at + 1);
    decision.settled = true;
}

// Only those whose role it is, when there is a choice among them and others.
void keep_role(std::vector<Entry>& entries, const std::string& domain,
               const std::optional<Uuid>& partner, std::vector<Skipped>& left_out) {
    if (domain.empty() || domain == kGeneral || entries.size() <= 2) return;
    const auto fits = [&](const Entry& entry) { return entry.profile->role == domain; };
    if (std::ranges::none_of(entries, fits)) return;
    std::erase_if(entries, [&](const Entry& entry) {
        if (fits(entry) || entry.id == partner) return false;
        left_out.push_back(skipped(entry, "another role"));
        return true;
    });
}

std::vector<double> reliabilities(runtime::Context& context, const std::vector<Entry>& entries) {
    std::vector<std::string> names;
    std::vector<Outcomes> outcomes;
    for (const Entry& entry : entries) {
        names.push_back(entry.profile->name);
        outcomes.push_back(entry.outcomes);
    }
    return reliability_of(context, names, outcomes);
}

void score_all(runtime::Context& context, std::vector<Entry> entries, const RouteInput& input,
               const vectors::QueryMeaning& meaning, Decision& out) {
    Wanted wanted{input.domain, input.model, {}};
    if (meaning.vector) wanted.vector = *meaning.vector;
    const std::vector<double> reliable = reliabilities(context, entries);
    out.candidates.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Profile& profile = *entries[i].profile;
        Candidate candidate{profile.role,           {},         profile.models, entries[i].idle,
                            entries[i].active_jobs, reliable[i]};
        if (meaning.vector && profile.model == meaning.model) candidate.vector = profile.vector;
        const Factors factors = factors_of(candidate, wanted);
        out.candidates.push_back({std::move(entries[i]), factors, score_of(factors, out.weights)});
    }
    std::ranges::sort(out.candidates, [](const Decision::One& a, const Decision::One& b) {
        return std::tie(b.score, a.entry.active_jobs, a.entry.profile->name) <
               std::tie(a.score, b.entry.active_jobs, b.entry.profile->name);
    });
}

std::string nobody(const Decision& decision, bool anybody) {
    if (!anybody) return "no instance has registered";
    if (decision.candidates.empty()) return "no other instance can take it";
    return fmt::format("the best score is {:.2f}, below {}", decision.candidates[0].score,
                       kScoreLeast);
}

Scored scored(const Decision::One& one) {
    return {one.entry.id.text(), one.entry.profile->name, one.score, one.factors,
            reason_of(one.factors, one.entry.profile->role)};
}

template <class T>
std::vector<T> first(const std::vector<T>& all, std::size_t most) {
    return {all.begin(), all.begin() + std::ptrdiff_t(std::min(all.size(), most))};
}

// With the one that was selected, wherever it stands.
std::vector<Scored> worth_keeping(const Decision& decision) {
    std::vector<Scored> out = best(decision, limits::kExplained);
    if (decision.selected && *decision.selected >= out.size())
        out.push_back(scored(decision.candidates[*decision.selected]));
    return out;
}

}  // namespace

Decision decide(runtime::Context& context, const RouteInput& input, bool any_role) {
    Decision out;
    out.id = Uuid::v7();
    out.weights = normalised(context.settings.mesh.routing_weights);
    out.domain = input.domain;
    out.model = input.model;
    std::vector<Entry> entries = members(context);
    const bool anybody = !entries.empty();
    std::erase_if(entries, [&](const Entry& entry) {
        const std::string_view why = why_not(context, entry, input);
        if (why.empty()) return false;
        out.skipped.push_back(skipped(entry, why));
        return true;
    });
    if (input.depth >= context.settings.mesh.max_depth) {
        out.reason = fmt::format("it was handed on {} times already", input.depth);
        for (const Entry& entry : entries) out.skipped.push_back(skipped(entry, "depth"));
        return out;
    }
    const std::optional<Uuid> partner = partner_of(context, input.conversation);
    if (!any_role) keep_role(entries, input.domain, partner, out.skipped);
    const bool has_vectors = std::ranges::any_of(
        entries, [](const Entry& entry) { return !entry.profile->vector.empty(); });
    const vectors::QueryMeaning meaning =
        has_vectors ? vectors::meaning_of_query(context, vectors::SearchMode::hybrid, input.prompt)
                    : vectors::QueryMeaning{};
    out.degraded = meaning.problem;
    score_all(context, std::move(entries), input, meaning, out);
    keep_partner(out, partner);
    if (out.candidates.empty() || (!out.settled && out.candidates[0].score < kScoreLeast)) {
        out.reason = nobody(out, anybody);
        return out;
    }
    select(out, 0, reason_of(out, 0));
    return out;
}

std::vector<Scored> best(const Decision& decision, std::size_t most) {
    std::vector<Scored> out;
    for (const Decision::One& one : decision.candidates) {
        if (out.size() == most) break;
        out.push_back(scored(one));
    }
    return out;
}

std::string reason_of(const Decision& decision, std::size_t candidate) {
    const Decision::One& one = decision.candidates[candidate];
    const std::string reason = reason_of(one.factors, one.entry.profile->role);
    return candidate == 0 && decision.settled ? "has the conversation; " + reason : reason;
}

void select(Decision& decision, std::size_t candidate, std::string reason) {
    decision.selected = candidate;
    decision.reason = std::move(reason);
}

void explain(pg::Transaction& tx, const runtime::Caller& caller, const Decision& decision) {
    std::optional<Uuid> id;
    std::optional<std::string> name;
    std::optional<double> score;
    if (decision.selected) {
        const Decision::One& one = decision.candidates[*decision.selected];
        id = one.entry.id;
        name = one.entry.profile->name;
        score = one.score;
    }
    tx.query(sql::explain, caller.org, caller.project, decision.id, decision.domain, decision.model,
             serialize(reflect::write(decision.weights)),
             serialize(reflect::write(worth_keeping(decision))),
             serialize(reflect::write(first(decision.skipped, limits::kExplained))), id, name,
             score, decision.reason, caller.instance);
}

RouteOutput route(runtime::Context& context, const RouteInput& input) {
    const Decision decision = decide(context, input);
    RouteOutput out;
    if (decision.selected) {
        const Decision::One& one = decision.candidates[*decision.selected];
        out.selected_instance = {one.entry.id.text(), one.entry.profile->name,
                                 one.entry.profile->endpoint, one.score};
    }
    out.scores = best(decision, std::size_t(input.limit));
    out.candidates = int(decision.candidates.size());
    out.skipped = first(decision.skipped, std::size_t(input.limit));
    out.reason = decision.reason;
    out.weights = reflect::write(decision.weights).as_object();
    if (!decision.degraded.empty()) out.degraded = decision.degraded;
    if (input.explain) {
        context.db.transaction(call_of(context),
                               [&](pg::Transaction& tx) { explain(tx, context.caller, decision); });
        out.explanation_id = decision.id.text();
    }
    return out;
}

}  // namespace stele::mesh
