#include <algorithm>
#include <map>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/retrieval/fusion.hpp"
#include "knowledge/retrieval/long_query.hpp"
#include "knowledge/skills/sql.hpp"
#include "knowledge/skills/store.hpp"

namespace stele::skills {

namespace {

// Below it two texts have no more in common than any two.
constexpr float kNearEnough = 0.3F;

using retrieval::CandidateSet;
using retrieval::Item;

struct Asked {
    retrieval::Question question;
    std::optional<std::vector<float>> vector;
    std::optional<std::string> model;
};

// All skills of the tenant, those that may be an answer marked.
CandidateSet candidates_of(const pg::Result& rows, const Asked& asked) {
    CandidateSet out;
    out.terms = asked.question.terms.size();
    for (const pg::Row row : rows) {
        Item& item = out.items.emplace_back();
        item.id = row.get<Uuid>(0);
        out.weights.resize(out.items.size() * out.terms);
        float* weights = out.weights.data() + (out.items.size() - 1) * out.terms;
        retrieval::read_weights(row.raw(1), asked.question.by_dimension, weights);
        item.at = row.get<Timestamp>(2);
        if (const auto distance = row.get<std::optional<double>>(3))
            item.cosine[retrieval::kOwn] = retrieval::cosine_at(*distance);
        item.eligible =
            std::any_of(weights, weights + out.terms, [](float weight) { return weight > 0; }) ||
            item.cosine[retrieval::kOwn] >= kNearEnough;
    }
    return out;
}

}  // namespace

SearchOutput search(runtime::Context& context, const SearchInput& input) {
    const runtime::Caller& caller = context.caller;
    Asked asked;
    asked.question = retrieval::parse_query(input.query, {});
    asked.vector = meaning_of(context, input.query, true);
    SearchOutput out;
    if (asked.vector) {
        asked.model = context.embedder->info().hash;
    } else {
        out.degraded = {"vector"};
        out.message = "by words alone: no embedding model answers, or it cannot read the question";
    }
    std::optional<pg::HalfVector> near;
    if (asked.vector) near = pg::HalfVector{*asked.vector};
    const pg::Result rows = context.db.once(call_of(context), sql::search, caller.org,
                                            caller.project, near, asked.model, limits::kSkills);
    CandidateSet candidates = candidates_of(rows, asked);
    retrieval::keep_rarest(candidates);
    const auto words = retrieval::word_scores(candidates, retrieval::term_rarity(candidates));
    const auto ranked =
        retrieval::fuse(candidates, retrieval::signals_of(asked.question, candidates, words, now()),
                        asked.vector.has_value(), std::size_t(input.limit));
    std::vector<Uuid> ids;
    for (const retrieval::Ranked& one : ranked) ids.push_back(candidates.items[one.item].id);
    std::map<std::string, Skill> found;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::fetch, caller.org, caller.project, ids)) {
        Skill skill = read_skill(row);
        found.emplace(skill.id, std::move(skill));
    }
    for (const retrieval::Ranked& one : ranked) {
        const auto skill = found.find(candidates.items[one.item].id.text());
        if (skill == found.end()) continue;  // deleted meanwhile
        skill->second.score = one.score;
        skill->second.why = retrieval::explain(candidates.items[one.item], one.signals);
        out.results.push_back(skill->second);
    }
    return out;
}

}  // namespace stele::skills
