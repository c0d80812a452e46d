#include "memory/search.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "memory/model.hpp"
#include "memory/sql.hpp"
#include "memory/store.hpp"
#include "retrieval/fusion.hpp"
#include "retrieval/search_stats.hpp"

namespace stele::memory {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;
using retrieval::Item;
using retrieval::Sheet;

// What one search carries from stage to stage.
struct Search {
    retrieval::Question question;
    std::optional<std::vector<float>> vector;
    std::int32_t model = 0;
    FilterParams filter;
    bool plain;  // nothing but scopes: the fast statement serves
    std::string own_scope;
};

constexpr int kArmCandidates = 200;
// Memories are fetched a few more than asked for: one may be forgotten between ranking and reading.
constexpr std::size_t kSpare = 2;

std::optional<pg::HalfVector> half(const Search& s) {
    if (!s.vector) return std::nullopt;
    return pg::HalfVector{*s.vector};
}

float reliability_of(std::string_view trust) {
    if (trust == reflect::name_of(Trust::verified)) return 1;
    return trust == reflect::name_of(Trust::untrusted) ? 0 : 0.5F;
}

Sheet read_sheet(const pg::Result& rows, const Search& s) {
    Sheet out;
    out.terms = s.question.terms.size();
    out.items.resize(std::size_t(rows.rows()));
    out.weights.resize(out.items.size() * out.terms);
    const bool in_project = s.own_scope != "global";
    for (std::size_t i = 0; i < out.items.size(); ++i) {
        const pg::Row row = rows[int(i)];
        Item& item = out.items[i];
        item.id = row.get<Uuid>(0);
        retrieval::read_weights(row.raw(1), s.question.by_dimension,
                                out.weights.data() + i * out.terms);
        item.at = row.get<Timestamp>(2);
        item.pinned = row.get<bool>(3);
        item.own_scope = in_project && row.raw(4) == s.own_scope;
        if (s.vector)
            if (const auto distance = row.get<std::optional<double>>(5))
                item.cosine[retrieval::kOwn] = float(1 - *distance);
        item.reliability = reliability_of(row.raw(6));
    }
    return out;
}

// Up to limits::kSheet visible memories, each with everything that ranking needs.
Sheet sheet(api::Context& context, const Search& s) {
    const ArmTimer timer(Arm::sheet);
    const pg::Call call = call_of(context);
    const FilterParams& f = s.filter;
    const auto query = [&](const auto&... args) {
        return context.db.once(call, sql::search_sheet_filtered, args...);
    };
    if (!s.plain) return read_sheet(f.apply(query, half(s), s.model, limits::kSheet), s);
    return read_sheet(s.vector ? context.db.once(call, sql::search_sheet, f.org, f.project,
                                                 f.scopes, f.now, half(s), s.model, limits::kSheet)
                               : context.db.once(call, sql::search_words, f.org, f.project,
                                                 f.scopes, f.now, limits::kSheet),
                      s);
}

// The arms over a scope too large for the sheet, which has given the terms' rarity.
Sheet arms(api::Context& context, const Search& s, const std::vector<double>& idf) {
    const ArmTimer timer(Arm::top);
    pg::SparseVector weighted;
    for (const retrieval::Term& term : s.question.by_dimension)
        weighted.entries.emplace_back(term.dimension, float(idf[term.at]));
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_top, args...);
    };
    return read_sheet(s.filter.apply(query, half(s), s.model, kArmCandidates, weighted), s);
}

// When no word of the query is known here it is misspelt, most likely: then letters are compared.
// They cost more than words and meanings together, and beside a word that matches they add little.
std::vector<std::string> unknown_words(const Search& s, const Sheet& sheet) {
    if (std::ranges::any_of(sheet.weights, [](float weight) { return weight > 0; })) return {};
    std::vector<std::string> out;
    for (const std::string& term : s.question.terms)
        if (term.size() >= 4) out.push_back(term);
    return out;
}

void add_similarity(api::Context& context, const Search& s, Sheet& sheet) {
    const std::vector<std::string> words = unknown_words(s, sheet);
    if (words.empty()) return;
    const ArmTimer timer(Arm::letters);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_similar, args...);
    };
    std::map<Uuid, double> similar;
    for (const pg::Row row : s.filter.apply(query, words, kArmCandidates))
        similar[row.get<Uuid>(0)] = row.get<double>(1);
    for (Item& item : sheet.items)
        if (const auto found = similar.find(item.id); found != similar.end())
            item.similar = float(found->second);
}

Search begin(api::Context& context, const SearchInput& input, ResultsOutput& out) {
    Search s;
    s.question.text = input.query;
    if (input.mode != SearchMode::semantic) s.question = retrieval::take_apart(input.query, {});
    s.filter = filter_params(context, input);
    s.plain = s.filter.scopes && !narrows(input);
    s.own_scope = context.caller.scope;
    if (input.mode == SearchMode::lexical) return s;
    const ActiveModel model = active_model(context);
    std::string problem = model.degraded;
    if (model.id) {
        s.model = *model.id;
        const ArmTimer timer(Arm::vector);
        s.vector = embed_query(context, input.query, problem);
    }
    if (!s.vector) {
        retrieval::count_degraded();
        out.degraded.emplace_back("vector");
        out.message = problem;
    }
    return s;
}

}  // namespace

ResultsOutput search(api::Context& context, const SearchInput& input) {
    ResultsOutput out;
    const Search s = begin(context, input, out);
    Sheet candidates = sheet(context, s);
    const std::vector<double> idf = retrieval::term_rarity(candidates);
    const bool large = candidates.items.size() >= std::size_t(limits::kSheet);
    if (large)
        candidates = arms(context, s, idf);
    else
        add_similarity(context, s, candidates);

    const std::vector<retrieval::Signals> signals = retrieval::signals_of(
        s.question, candidates, retrieval::word_scores(candidates, idf), s.filter.now);
    const auto ranked = retrieval::fuse(candidates, signals, s.vector.has_value(),
                                        std::size_t(input.limit) + kSpare);
    std::vector<Uuid> ids;
    for (const retrieval::Ranked& r : ranked) ids.push_back(candidates.items[r.item].id);
    out.results = fetch(context, ids);
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    auto r = ranked.begin();
    for (Memory& m : out.results) {
        // `fetch` keeps the order and leaves out what has gone since.
        while (candidates.items[r->item].id != *Uuid::parse(m.id)) ++r;
        m.score = r->score;
        if (input.signals)
            m.signals = retrieval::report(candidates.items[r->item], r->signals, s.vector.has_value());
        if (input.why) m.why = retrieval::explain(r->signals);
    }
    return out;
}

}  // namespace stele::memory
