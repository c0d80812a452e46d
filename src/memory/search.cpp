#include "memory/search.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "memory/lexical.hpp"
#include "memory/model.hpp"
#include "memory/ranking.hpp"
#include "memory/search_stats.hpp"
#include "memory/sql.hpp"
#include "memory/store.hpp"

namespace stele::memory {

namespace {

// What one search carries from stage to stage.
struct Question {
    std::vector<std::string> terms;
    std::vector<std::int32_t> dimensions;  // of the terms
    std::optional<std::vector<float>> vector;
    std::int32_t model = 0;
    FilterParams filter;
    bool plain;  // nothing but scopes: the fast statement serves
    std::string own_scope;
};

constexpr int kArmCandidates = 200;
// Memories are fetched a few more than asked for: one may be forgotten between ranking and reading.
constexpr std::size_t kSpare = 2;

std::optional<pg::HalfVector> half(const Question& q) {
    if (!q.vector) return std::nullopt;
    return pg::HalfVector{*q.vector};
}

Candidate read_candidate(const pg::Row& row, const Question& q) {
    Candidate c;
    c.id = row.get<Uuid>(0);
    c.terms.assign(q.terms.size(), 0);
    pg::for_each_sparse(row.raw(1), [&](std::int32_t dimension, float weight) {
        for (std::size_t i = 0; i < q.dimensions.size(); ++i)
            if (q.dimensions[i] == dimension) c.terms[i] = weight;
    });
    c.created = row.get<Timestamp>(2);
    c.pinned = row.get<bool>(3);
    c.own_scope = row.raw(4) == q.own_scope && q.own_scope != "global";
    if (const auto distance = row.get<std::optional<double>>(5)) c.cosine = 1 - *distance;
    return c;
}

std::vector<Candidate> read_candidates(const pg::Result& rows, const Question& q) {
    std::vector<Candidate> out;
    out.reserve(std::size_t(rows.rows()));
    for (const pg::Row row : rows) out.push_back(read_candidate(row, q));
    return out;
}

// Up to limits::kSheet visible memories, each with everything that ranking needs.
std::vector<Candidate> sheet(api::Context& context, const Question& q) {
    const ArmTimer timer(Arm::sheet);
    const pg::Call call = call_of(context);
    const FilterParams& f = q.filter;
    const auto query = [&](const auto&... args) {
        return context.db.once(call, sql::search_sheet_filtered, args...);
    };
    if (!q.plain) return read_candidates(f.apply(query, half(q), q.model, limits::kSheet), q);
    return read_candidates(q.vector
                               ? context.db.once(call, sql::search_sheet, f.org, f.project,
                                                 f.scopes, f.now, half(q), q.model, limits::kSheet)
                               : context.db.once(call, sql::search_words, f.org, f.project,
                                                 f.scopes, f.now, limits::kSheet),
                           q);
}

// The arms over a scope too large for the sheet, which has given the terms' rarity.
std::vector<Candidate> arms(api::Context& context, const Question& q,
                            const std::vector<double>& idf) {
    const ArmTimer timer(Arm::top);
    pg::SparseVector weighted;
    for (std::size_t i = 0; i < q.dimensions.size(); ++i)
        weighted.entries.emplace_back(q.dimensions[i], float(idf[i]));
    std::sort(weighted.entries.begin(), weighted.entries.end());
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_top, args...);
    };
    return read_candidates(q.filter.apply(query, half(q), q.model, kArmCandidates, weighted), q);
}

// When no word of the query is known here it is misspelt, most likely: then letters are compared.
// They cost more than words and meanings together, and beside a word that matches they add little.
std::vector<std::string> unknown_words(const Question& q,
                                       const std::vector<Candidate>& candidates) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < q.terms.size(); ++i) {
        const bool known = std::any_of(candidates.begin(), candidates.end(),
                                       [i](const Candidate& c) { return c.terms[i] > 0; });
        if (known) return {};
        if (q.terms[i].size() >= 4) out.push_back(q.terms[i]);
    }
    return out;
}

void add_similarity(api::Context& context, const Question& q, std::vector<Candidate>& candidates) {
    const std::vector<std::string> words = unknown_words(q, candidates);
    if (words.empty()) return;
    const ArmTimer timer(Arm::letters);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_similar, args...);
    };
    std::unordered_map<std::string, double> similar;
    for (const pg::Row row : q.filter.apply(query, words, kArmCandidates))
        similar[row.get<Uuid>(0).text()] = row.get<double>(1);
    if (similar.empty()) return;
    for (Candidate& c : candidates)
        if (const auto found = similar.find(c.id.text()); found != similar.end())
            c.similarity = found->second;
}

bool is_plain(const SearchInput& in, const FilterParams& filter) {
    return filter.scopes && !in.category && !in.source && !in.type && in.tags.empty() &&
           in.all_tags.empty() && !in.since && !in.until && !in.as_of && !in.metadata;
}

Question ask(api::Context& context, const SearchInput& input, ResultsOutput& out) {
    Question q;
    if (input.mode != SearchMode::semantic) q.terms = query_terms(input.query);
    for (const std::string& term : q.terms) q.dimensions.push_back(dimension_of(term));
    q.filter = filter_params(context, input);
    q.plain = is_plain(input, q.filter);
    q.own_scope = context.caller.scope;
    if (input.mode == SearchMode::lexical) return q;
    const ActiveModel model = active_model(context);
    std::string problem = model.degraded;
    if (model.id) {
        q.model = *model.id;
        const ArmTimer timer(Arm::vector);
        q.vector = embed_query(context, input.query, problem);
    }
    if (!q.vector) {
        count_degraded();
        out.degraded.emplace_back("vector");
        out.message = problem;
    }
    return q;
}

}  // namespace

ResultsOutput search(api::Context& context, const SearchInput& input) {
    ResultsOutput out;
    const Question q = ask(context, input, out);
    std::vector<Candidate> candidates = sheet(context, q);
    const std::vector<double> idf = term_weights(candidates, q.terms.size());
    const bool large = candidates.size() >= std::size_t(limits::kSheet);
    if (large) candidates = arms(context, q, idf);
    if (!large) add_similarity(context, q, candidates);

    const auto ranked =
        rank(candidates, idf, Weights{}, q.filter.now, std::size_t(input.limit) + kSpare);
    std::vector<Uuid> ids;
    std::unordered_map<std::string, const Ranked*> by_id;
    for (const Ranked& r : ranked) {
        ids.push_back(r.id);
        by_id[r.id.text()] = &r;
    }
    out.results = fetch(context, ids);
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    for (Memory& m : out.results) {
        const Ranked& r = *by_id.at(m.id);
        m.score = r.score;
        if (input.signals) m.signals = r.signals;
        if (input.why) m.why = explain(r.signals);
    }
    return out;
}

}  // namespace stele::memory
