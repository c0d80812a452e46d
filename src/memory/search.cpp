#include "memory/search.hpp"

#include "base/error.hpp"
#include "memory/model.hpp"
#include "memory/sheet.hpp"
#include "memory/store.hpp"
#include "retrieval/fusion.hpp"
#include "retrieval/search_stats.hpp"

namespace stele::memory {

namespace {

// Memories are fetched a few more than asked for: one may be forgotten between ranking and reading.
constexpr std::size_t kSpare = 2;

Search begin(api::Context& context, const SearchInput& input, ResultsOutput& out) {
    Search s;
    s.question.text = input.query;
    if (input.mode != SearchMode::semantic) s.question = retrieval::take_apart(input.query, {});
    s.filter = filter_params(context, input);
    s.plain = s.filter.scopes && !narrows(input);
    s.own_scope = context.caller.scope;
    s.limit = input.limit;
    if (input.mode == SearchMode::lexical) return s;
    const ActiveModel model = active_model(context);
    std::string problem = model.degraded;
    if (model.id) {
        s.model = *model.id;
        const retrieval::ArmTimer timer(retrieval::Arm::vector);
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
    const retrieval::Sheet sheet = candidates(context, s);
    const std::vector<double> idf = retrieval::term_rarity(sheet);
    const std::vector<retrieval::Signals> signals =
        retrieval::signals_of(s.question, sheet, retrieval::word_scores(sheet, idf), s.filter.now);
    const auto ranked =
        retrieval::fuse(sheet, signals, s.vector.has_value(), std::size_t(input.limit) + kSpare);
    std::vector<Uuid> ids;
    for (const retrieval::Ranked& r : ranked) ids.push_back(sheet.items[r.item].id);
    out.results = fetch(context, ids);
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    auto r = ranked.begin();
    for (Memory& m : out.results) {
        // `fetch` keeps the order and leaves out what has gone since.
        while (sheet.items[r->item].id != *Uuid::parse(m.id)) ++r;
        m.score = r->score;
        if (input.signals)
            m.signals = retrieval::report(sheet.items[r->item], r->signals, s.vector.has_value());
        if (input.why) m.why = retrieval::explain(r->signals);
    }
    return out;
}

}  // namespace stele::memory
