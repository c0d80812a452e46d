#include "memory/search.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "memory/model.hpp"
#include "memory/ranking.hpp"
#include "memory/search_stats.hpp"
#include "memory/sql.hpp"
#include "memory/store.hpp"
#include "retrieval/lexical.hpp"

namespace stele::memory {

namespace {

// Where a term of the query stands in a memory's sparse vector, and in the query.
struct Term {
    std::int32_t dimension;
    std::size_t at;
};

// What one search carries from stage to stage.
struct Question {
    std::vector<std::string> terms;
    std::vector<Term> by_dimension;  // the terms in rising order of dimension
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

// Writes the weights of the query's terms among a memory's; both are in rising order of dimension.
void read_weights(std::string_view lexemes, const std::vector<Term>& terms, float* weights) {
    auto term = terms.begin();
    pg::for_each_sparse(lexemes, [&](std::int32_t dimension, float weight) {
        while (term != terms.end() && term->dimension < dimension) ++term;
        for (; term != terms.end() && term->dimension == dimension; ++term)
            weights[term->at] = weight;
    });
}

Candidates read_candidates(const pg::Result& rows, const Question& q) {
    Candidates out;
    out.terms = q.terms.size();
    out.all.resize(std::size_t(rows.rows()));
    out.weights.resize(out.all.size() * out.terms);
    const bool in_project = q.own_scope != "global";
    for (std::size_t i = 0; i < out.all.size(); ++i) {
        const pg::Row row = rows[int(i)];
        Candidate& c = out.all[i];
        c.id = row.get<Uuid>(0);
        read_weights(row.raw(1), q.by_dimension, out.weights.data() + i * out.terms);
        c.created = row.get<Timestamp>(2);
        c.pinned = row.get<bool>(3);
        c.own_scope = in_project && row.raw(4) == q.own_scope;
        if (q.vector)
            if (const auto distance = row.get<std::optional<double>>(5)) c.cosine = 1 - *distance;
    }
    return out;
}

// Up to limits::kSheet visible memories, each with everything that ranking needs.
Candidates sheet(api::Context& context, const Question& q) {
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
Candidates arms(api::Context& context, const Question& q, const std::vector<double>& idf) {
    const ArmTimer timer(Arm::top);
    pg::SparseVector weighted;
    for (const Term& term : q.by_dimension)
        weighted.entries.emplace_back(term.dimension, float(idf[term.at]));
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_top, args...);
    };
    return read_candidates(q.filter.apply(query, half(q), q.model, kArmCandidates, weighted), q);
}

// When no word of the query is known here it is misspelt, most likely: then letters are compared.
// They cost more than words and meanings together, and beside a word that matches they add little.
std::vector<std::string> unknown_words(const Question& q, const Candidates& candidates) {
    if (std::ranges::any_of(candidates.weights, [](float weight) { return weight > 0; })) return {};
    std::vector<std::string> out;
    for (const std::string& term : q.terms)
        if (term.size() >= 4) out.push_back(term);
    return out;
}

void add_similarity(api::Context& context, const Question& q, Candidates& candidates) {
    const std::vector<std::string> words = unknown_words(q, candidates);
    if (words.empty()) return;
    const ArmTimer timer(Arm::letters);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_similar, args...);
    };
    std::map<Uuid, double> similar;
    for (const pg::Row row : q.filter.apply(query, words, kArmCandidates))
        similar[row.get<Uuid>(0)] = row.get<double>(1);
    for (Candidate& c : candidates.all)
        if (const auto found = similar.find(c.id); found != similar.end())
            c.similarity = found->second;
}

Question ask(api::Context& context, const SearchInput& input, ResultsOutput& out) {
    Question q;
    if (input.mode != SearchMode::semantic) q.terms = retrieval::query_terms(input.query);
    for (std::size_t i = 0; i < q.terms.size(); ++i)
        q.by_dimension.push_back({retrieval::dimension_of(q.terms[i]), i});
    std::ranges::sort(q.by_dimension, {}, &Term::dimension);
    q.filter = filter_params(context, input);
    q.plain = q.filter.scopes && !narrows(input);
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
    Candidates candidates = sheet(context, q);
    const std::vector<double> idf = term_weights(candidates);
    const bool large = candidates.all.size() >= std::size_t(limits::kSheet);
    if (large)
        candidates = arms(context, q, idf);
    else
        add_similarity(context, q, candidates);

    const auto ranked =
        rank(candidates, idf, Weights{}, q.filter.now, std::size_t(input.limit) + kSpare);
    std::vector<Uuid> ids;
    for (const Ranked& r : ranked) ids.push_back(r.id);
    out.results = fetch(context, ids);
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    auto r = ranked.begin();
    for (Memory& m : out.results) {
        // `fetch` keeps the order and leaves out what has gone since.
        while (r->id != *Uuid::parse(m.id)) ++r;
        m.score = r->score;
        if (input.signals) m.signals = r->signals;
        if (input.why) m.why = explain(r->signals);
    }
    return out;
}

}  // namespace stele::memory
