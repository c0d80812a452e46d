#include "knowledge/memory/candidate_set.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "knowledge/memory/labels.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/retrieval/gather.hpp"
#include "knowledge/retrieval/lists.hpp"
#include "knowledge/retrieval/search_stats.hpp"
#include "knowledge/retrieval/segment_steps.hpp"

namespace stele::memory {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;
using retrieval::CandidateSet;
using retrieval::Item;

constexpr int kArmCandidates = 200;
constexpr int kNewest = 20;  // of a large tenant's unindexed items, whatever they say
constexpr int kNear = 30;
// Of the best by words, before labels say where those of few scopes are.
constexpr int kPagesWithoutLabels = 4;

std::optional<pg::HalfVector> half(const Search& s) {
    if (!s.vector) return std::nullopt;
    return pg::HalfVector{*s.vector};
}

float reliability_of(std::string_view trust) {
    if (trust == reflect::name_of(Trust::verified)) return 1;
    return trust == reflect::name_of(Trust::untrusted) ? 0 : 0.5F;
}

void add_row(CandidateSet& out, const pg::Row& row, const Search& s) {
    Item& item = out.items.emplace_back();
    item.id = row.get<Uuid>(0);
    out.weights.resize(out.items.size() * out.terms);
    retrieval::read_weights(row.raw(1), s.question.by_dimension,
                            out.weights.data() + (out.items.size() - 1) * out.terms);
    item.at = row.get<Timestamp>(2);
    item.pinned = row.get<bool>(3);
    item.own_scope = s.own_scope != "global" && row.raw(4) == s.own_scope;
    if (s.vector)
        if (const auto distance = row.get<std::optional<double>>(5))
            item.cosine[retrieval::kOwn] = retrieval::cosine_at(*distance);
    item.reliability = reliability_of(row.raw(6));
}

void add_rows(CandidateSet& out, const pg::Result& rows, const Search& s) {
    out.terms = s.question.terms.size();
    out.items.reserve(out.items.size() + std::size_t(rows.rows()));
    out.weights.reserve(out.items.capacity() * out.terms);
    for (const pg::Row row : rows) add_row(out, row, s);
}

// The statement for what is in no segment; `query` runs or queues it.
template <class Query>
auto ask_unindexed(const Search& s, const Query& query) {
    const FilterParams& f = s.filter;
    if (!s.plain)
        return f.apply(
            [&](const auto&... args) { return query(sql::search_candidates_filtered, args...); },
            half(s), s.model, limits::kCandidateSet);
    if (s.vector)
        return query(sql::search_candidates, f.org, f.project, f.scopes, f.now, half(s), s.model,
                     limits::kCandidateSet);
    return query(sql::search_words, f.org, f.project, f.scopes, f.now, limits::kCandidateSet);
}

// Everything visible is scored by the server: for unindexed items that the segment builder has not
// caught up with, and for filters so narrow that the best of the whole do not contain enough.
CandidateSet arms(runtime::Context& context, const Search& s, const CandidateSet& counted) {
    const std::vector<double> idf = rarity_of_rarest(counted);
    const ArmTimer timer(Arm::top);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_top, args...);
    };
    CandidateSet out;
    add_rows(out,
             s.filter.apply(query, half(s), s.model, kArmCandidates, weighted(s.question, idf)), s);
    return out;
}

// The ids of a part of a large tenant: what the segments find by words, what is near in meaning.
class CandidateReader {
  public:
    CandidateReader(pg::Transaction& tx, const Search& s, CandidateSet& candidates)
        : tx_(tx), s_(s), candidates_(candidates) {
        for (const Item& item : candidates.items) known_.insert(item.id);
    }
    // How many of them were new and passed the filter.
    std::size_t add(const std::vector<Uuid>& ids) {
        std::vector<Uuid> fresh;
        for (const Uuid& id : ids)
            if (known_.insert(id).second) fresh.push_back(id);
        if (fresh.empty()) return 0;
        const auto query = [&](const auto&... args) {
            return tx_.query(sql::search_rows, args...);
        };
        const pg::Result rows = s_.filter.apply(query, half(s_), s_.model, fresh);
        add_rows(candidates_, rows, s_);
        return std::size_t(rows.rows());
    }

  private:
    pg::Transaction& tx_;
    const Search& s_;
    CandidateSet& candidates_;
    std::unordered_set<Uuid> known_;
};

struct Gathered {
    CandidateSet candidates;
    bool all = false;  // nothing else passes the filter
};

// One snapshot for the unindexed items, the segments and the rows: an indexing step meanwhile
// neither hides nor doubles. `groups`: the labels that the filter asks for, or none to look at the
// rows alone.
Gathered with_segments(runtime::Context& context, const Search& s,
                       const retrieval::LabelGroups& groups) {
    const ArmTimer timer(Arm::segments);
    pg::Call call = call_of(context);
    call.snapshot = true;
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        Gathered gathered;
        CandidateSet& out = gathered.candidates;
        out.terms = s.question.terms.size();
        retrieval::Reach reach = retrieval::reach_for(std::size_t(s.limit));
        if (s.plain && groups.empty() && s.filter.scopes) reach.pages = kPagesWithoutLabels;
        retrieval::SegmentSearch segments(context.db, call.tenant, retrieval::Kind::memory);
        segments.take_manifest(tx.pipeline([&](pg::Pipeline& p) { segments.ask_manifest(p); })[0]);
        retrieval::NearLists lists;
        if (s.vector)
            lists = retrieval::near_lists(context.db, tx, call.tenant, retrieval::Kind::memory,
                                          s.model, *half(s));
        const bool labels = segments.allow(tx, groups);
        const auto terms = retrieval::segment_terms(tx, segments, s.question);
        auto found = tx.pipeline([&](pg::Pipeline& p) {
            segments.ask_postings(p, terms.dimensions);
            if (s.vector)
                retrieval::ask_nearest(p, call.tenant, retrieval::Kind::memory, s.model, *half(s),
                                       lists, s.filter.scopes, kNear);
        });
        segments.take_postings(std::move(found[0]));
        std::vector<Uuid> ids;
        if (s.vector) ids = retrieval::nearest_in(found[1]);
        const auto words = weighted(s.question, use_rarity(segments, terms, out));
        auto best = tx.pipeline([&](pg::Pipeline& p) {
            const auto query = [&](const auto&... args) { p.add(sql::search_unindexed, args...); };
            s.filter.apply(query, std::int32_t(reach.page), words, std::max(kNewest, s.limit));
            segments.ask_page(p, reach.page);
        });
        std::vector<retrieval::ScoredItem> unindexed;
        for (const pg::Row row : best[0])
            if (row.is_null(1))
                ids.push_back(row.get<Uuid>(0));
            else
                unindexed.push_back({row.get<Uuid>(0), float(-row.get<double>(1))});
        const auto page = segments.take_page(std::move(best[1]));
        const auto by_words = retrieval::best_of(std::move(unindexed), page, reach.page);
        ids.insert(ids.end(), by_words.begin(), by_words.end());
        if (labels) {
            gathered.all = segments.allowed() <= kFewAllowed;
            const auto newest =
                segments.newest_allowed(tx, gathered.all ? kFewAllowed : reach.page);
            ids.insert(ids.end(), newest.begin(), newest.end());
        }
        CandidateReader rows(tx, s, out);
        const auto read = [&](const std::vector<Uuid>& more) { return rows.add(more); };
        read_more(tx, segments, reach, page.size(), read(ids), read);
        return gathered;
    });
}

// When no word of the query is known here it is misspelt, most likely: then letters are compared.
// They cost more than words and meanings together, and beside a word that matches they add little.
std::vector<std::string> unknown_words(const Search& s, const CandidateSet& candidates) {
    if (std::ranges::any_of(candidates.weights, [](float weight) { return weight > 0; })) return {};
    std::vector<std::string> out;
    for (const std::string& term : s.question.terms)
        if (term.size() >= 4 && out.size() < limits::kQueryTerms) out.push_back(term);
    return out;
}

void add_similarity(runtime::Context& context, const Search& s, CandidateSet& candidates) {
    const std::vector<std::string> words = unknown_words(s, candidates);
    if (words.empty()) return;
    const ArmTimer timer(Arm::letters);
    const auto query = [&](const auto&... args) {
        return context.db.once(call_of(context), sql::search_similar, args...);
    };
    std::map<Uuid, double> similar;
    for (const pg::Row row : s.filter.apply(query, words, kArmCandidates))
        similar[row.get<Uuid>(0)] = row.get<double>(1);
    for (Item& item : candidates.items)
        if (const auto found = similar.find(item.id); found != similar.end())
            item.similar = float(found->second);
}

struct Unindexed {
    CandidateSet candidates;
    bool all = true;  // there is nothing else
};

Unindexed unindexed(runtime::Context& context, const Search& s) {
    const ArmTimer timer(Arm::candidates);
    const pg::Call call = call_of(context);
    const auto results = context.db.pipeline(call, [&](pg::Pipeline& p) {
        ask_unindexed(s, [&](const auto&... args) { p.add(args...); });
        retrieval::ask_any_segments(p, call.tenant, retrieval::Kind::memory);
    });
    Unindexed out;
    add_rows(out.candidates, results[0], s);
    out.all = !retrieval::any_segments(results[1]);
    return out;
}

// Scopes alone are asked of the labels when the best of all scopes have too few of these. What has
// no label (times, metadata) is looked for among all rows when the best have too few.
CandidateSet of_large_tenant(runtime::Context& context, const Search& s) {
    const auto enough = [&](const Gathered& g) {
        return g.all || g.candidates.items.size() >= std::size_t(s.limit);
    };
    const retrieval::LabelGroups groups = groups_of(s.filter);
    Gathered found = with_segments(context, s, s.plain ? retrieval::LabelGroups{} : groups);
    if (!enough(found) && s.plain && !groups.empty()) found = with_segments(context, s, groups);
    if (enough(found)) return std::move(found.candidates);
    return arms(context, s, found.candidates);
}

}  // namespace

CandidateSet candidates(runtime::Context& context, const Search& s) {
    const pg::Tenant tenant{context.caller.org, context.caller.project};
    Unindexed found;
    found.all = false;
    if (!retrieval::known_to_have_segments(context.db, tenant, retrieval::Kind::memory))
        found = unindexed(context, s);
    CandidateSet& out = found.candidates;
    if (out.items.size() > std::size_t(limits::kUnindexedMost))
        retrieval::request_indexing(context.db, call_of(context), retrieval::Kind::memory);
    if (out.items.size() >= std::size_t(limits::kCandidateSet)) return arms(context, s, out);
    if (!found.all) {
        retrieval::remember_segments(context.db, tenant, retrieval::Kind::memory);
        if (retrieval::sample_rarely())
            retrieval::request_indexing(context.db, call_of(context), retrieval::Kind::memory);
        return of_large_tenant(context, s);
    }
    add_similarity(context, s, out);
    return std::move(out);
}

}  // namespace stele::memory
