#include "knowledge/memory/search.hpp"

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/graph/closeness.hpp"
#include "knowledge/memory/candidate_set.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/fusion.hpp"
#include "knowledge/retrieval/long_query.hpp"
#include "knowledge/retrieval/relevance.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

namespace {

// Memories are fetched a few more than asked for: one may be forgotten between ranking and reading.
constexpr std::size_t kSpare = 2;

Search begin(runtime::Context& context, const SearchInput& input, ResultsOutput& out) {
    Search s;
    s.question.text = input.query;
    if (input.mode != SearchMode::semantic) s.question = retrieval::parse_query(input.query, {});
    s.filter = filter_params(context, input);
    s.plain = s.filter.scopes && !narrows(input);
    s.own_scope = context.caller.scope;
    s.limit = input.limit;
    vectors::QueryMeaning meaning = vectors::meaning_of_query(context, input.mode, input.query);
    s.vector = std::move(meaning.vector);
    s.model = meaning.model;
    if (meaning.degraded) {
        out.degraded.emplace_back("vector");
        out.message = meaning.problem;
    }
    retrieval::add_note(out.message, retrieval::left_out(s.question, meaning.cut));
    return s;
}

std::vector<Uuid> ids_of(const retrieval::CandidateSet& candidates,
                         const std::vector<retrieval::Ranked>& ranked) {
    std::vector<Uuid> out;
    for (const retrieval::Ranked& r : ranked) out.push_back(candidates.items[r.item].id);
    return out;
}

// The memories themselves, put in order anew by how they are linked.
std::vector<Memory> show(runtime::Context& context, const Search& s,
                         const retrieval::CandidateSet& candidates,
                         std::vector<retrieval::Ranked>& ranked, ResultsOutput& out) {
    const bool vectors = s.vector.has_value();
    const std::vector<Uuid> ids = ids_of(candidates, ranked);
    const pg::Call call = call_of(context);
    const auto results = context.db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::fetch, call.tenant.org, call.tenant.project, ids);
        graph::ask_closeness(p, call.tenant, ids);
        if (vectors)
            p.add(sql::lacking, call.tenant.org, call.tenant.project, s.filter.scopes, s.model);
    });
    if (vectors) vectors::report_lacking(results[2][0], "memories", out);
    add_signal(ranked, candidates, retrieval::kGraph, graph::closeness(results[1], ids), vectors);
    return in_order(results[0], ids_of(candidates, ranked));
}

}  // namespace

ResultsOutput search(runtime::Context& context, const SearchInput& input) {
    ResultsOutput out;
    const Search s = begin(context, input, out);
    retrieval::CandidateSet candidates = memory::candidates(context, s);
    retrieval::keep_rarest(candidates);
    const std::vector<double> idf = retrieval::term_rarity(candidates);
    out.relevant = retrieval::is_relevant(retrieval::fit_of(candidates, idf),
                                          s.vector ? context.embedder->info().name : std::string());
    const std::vector<retrieval::Signals> signals = retrieval::signals_of(
        s.question, candidates, retrieval::word_scores(candidates, idf), s.filter.now);
    auto ranked = retrieval::fuse(candidates, signals, s.vector.has_value(),
                                  std::size_t(input.limit) + kSpare);
    out.results = show(context, s, candidates, ranked, out);
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    auto r = ranked.begin();
    for (Memory& m : out.results) {
        // What has gone since is left out.
        while (candidates.items[r->item].id != *Uuid::parse(m.id)) ++r;
        m.score = r->score;
        if (input.signals)
            m.signals =
                retrieval::report(candidates.items[r->item], r->signals, s.vector.has_value());
        if (input.why) m.why = retrieval::explain(candidates.items[r->item], r->signals);
    }
    std::erase_if(out.results, [&](const Memory& m) {
        return input.min_score && m.score.value_or(0) < *input.min_score;
    });
    return out;
}

}  // namespace stele::memory
