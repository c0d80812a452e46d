#include "knowledge/conversations/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/conversations/candidates.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/graph/closeness.hpp"
#include "knowledge/retrieval/fusion.hpp"
#include "knowledge/retrieval/long_query.hpp"
#include "knowledge/retrieval/relevance.hpp"
#include "knowledge/tenancy/scope.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::conversations {

namespace {

// A result in the making: which candidates it is of, and its rank there.
struct Hit {
    HitKind type;
    Uuid id;
    retrieval::Ranked ranked;
    const retrieval::Item* item;
};

bool wants(const SearchInput& input, HitKind type) {
    return input.types.empty() || std::ranges::find(input.types, type) != input.types.end();
}

retrieval::Question ask(const SearchInput& input, const std::vector<std::string>& people) {
    retrieval::Question out = retrieval::parse_query(input.query, people);
    if (input.mode != vectors::SearchMode::semantic) return out;
    out.terms.clear();
    out.by_dimension.clear();
    out.pairs.clear();
    out.grams.clear();
    return out;
}

retrieval::Fit add_hits(std::vector<Hit>& out, HitKind type, retrieval::CandidateSet& candidates,
                        const retrieval::Question& question, bool vectors, Timestamp at,
                        std::size_t limit) {
    retrieval::keep_rarest(candidates);
    const auto idf = retrieval::term_rarity(candidates);
    const auto signals =
        retrieval::signals_of(question, candidates, retrieval::word_scores(candidates, idf), at);
    for (const retrieval::Ranked& r : retrieval::fuse(candidates, signals, vectors, limit))
        out.push_back({type, candidates.items[r.item].id, r, &candidates.items[r.item]});
    return retrieval::fit_of(candidates, idf);
}

void best_first(std::vector<Hit>& hits) {
    std::ranges::stable_sort(
        hits, [](const Hit& a, const Hit& b) { return a.ranked.score > b.ranked.score; });
}

// A summary only takes up room when it shares no word and not much meaning with the question, or
// matches half as well as the best message, at most.
bool speaks_to(const Hit& summary, const std::vector<Hit>& messages) {
    const bool matches = summary.ranked.signals[retrieval::kTurn] > 0 ||
                         summary.item->cosine[retrieval::kOwn] > 0.35F;
    return matches &&
           (messages.empty() || summary.ranked.score > messages.front().ranked.score / 2);
}

// Summaries first: at most one in three, unless nothing else was asked for. Both best first.
std::vector<Hit> choose(std::vector<Hit> summaries, std::vector<Hit> messages,
                        const SearchInput& input) {
    best_first(summaries);
    best_first(messages);
    const auto limit = std::size_t(input.limit);
    const std::size_t most =
        wants(input, HitKind::message) ? std::max<std::size_t>(limit / 3, 1) : limit;
    std::erase_if(summaries, [&](const Hit& hit) { return !speaks_to(hit, messages); });
    if (summaries.size() > most) summaries.resize(most);
    const std::size_t left = limit - std::min(limit, summaries.size());
    if (messages.size() > left) messages.resize(left);
    summaries.insert(summaries.end(), messages.begin(), messages.end());
    return summaries;
}

// What is linked to another of the best moves up among its kind.
void add_closeness(std::vector<Hit>& hits, const std::vector<float>& closeness, bool vectors) {
    for (std::size_t i = 0; i < hits.size(); ++i)
        retrieval::add_signal(hits[i].ranked, *hits[i].item, retrieval::kGraph, closeness[i],
                              vectors);
    std::ranges::stable_sort(hits, [](const Hit& a, const Hit& b) {
        return std::pair(a.type == HitKind::message, -a.ranked.score) <
               std::pair(b.type == HitKind::message, -b.ranked.score);
    });
}

std::string resume_hint(const std::string& thread, int seq) {
    return fmt::format("chat_thread threadId={} after={}", thread, std::max(seq - 5, 0));
}

SearchRow message_row(const pg::Row& row) {
    SearchRow out;
    out.id = row.get<Uuid>(0).text();
    out.thread_id = row.get<std::string>(1);
    out.seq = int(row.get<std::int32_t>(2));
    out.speaker = row.get<std::string>(3);
    out.content = row.get<std::string>(4);
    out.timestamp = row.get<Timestamp>(5);
    out.channel = row.get<std::string>(7);
    out.scope = row.get<std::string>(8);
    return out;
}

SearchRow summary_row(const pg::Row& row) {
    SearchRow out;
    out.type = HitKind::summary;
    out.id = row.get<Uuid>(0).text();
    out.thread_id = row.get<std::string>(1);
    out.seq = int(row.get<std::int32_t>(3));
    out.content = row.get<std::string>(4);
    out.summary = out.content;
    out.keywords = row.get<std::vector<std::string>>(5);
    out.timestamp = row.get<Timestamp>(6);
    out.scope = row.get<std::string>(7);
    out.channel = row.get<std::string>(8);
    return out;
}

// The rows of the chosen, in their order; what was forgotten meanwhile is left out.
std::vector<SearchRow> show(runtime::Context& context, std::vector<Hit>& hits,
                            const SearchInput& input, const CandidateQuery& scan,
                            const vectors::QueryMeaning& meaning, SearchOutput& search) {
    const bool vectors = meaning.vector.has_value();
    std::vector<Uuid> all, messages, summaries;
    for (const Hit& hit : hits) {
        all.push_back(hit.id);
        (hit.type == HitKind::message ? messages : summaries).push_back(hit.id);
    }
    const runtime::Caller& caller = context.caller;
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        graph::ask_closeness(p, {caller.org, caller.project}, all);
        p.add(sql::found_messages, caller.org, caller.project, messages);
        if (!summaries.empty()) p.add(sql::found_summaries, caller.org, caller.project, summaries);
        if (vectors) p.add(sql::lacking, caller.org, caller.project, scan.scopes, meaning.model);
    });
    if (vectors) vectors::report_lacking(results.back()[0], "messages", search);
    add_closeness(hits, graph::closeness(results[0], all), vectors);
    std::map<Uuid, SearchRow> rows;
    for (const pg::Row row : results[1]) rows[row.get<Uuid>(0)] = message_row(row);
    if (!summaries.empty())
        for (const pg::Row row : results[2]) rows[row.get<Uuid>(0)] = summary_row(row);
    std::vector<SearchRow> out;
    for (const Hit& hit : hits) {
        const auto found = rows.find(hit.id);
        if (found == rows.end()) continue;
        SearchRow& row = found->second;
        row.score = hit.ranked.score;
        row.resume_hint = resume_hint(row.thread_id, row.seq);
        if (input.signals) row.signals = retrieval::report(*hit.item, hit.ranked.signals, vectors);
        if (input.why) row.why = retrieval::explain(*hit.item, hit.ranked.signals);
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

SearchOutput search_with(runtime::Context& context, const SearchInput& input,
                         std::function<void()> meanwhile) {
    ConcurrentTask concurrent(std::move(meanwhile));
    SearchOutput out;
    const Timestamp at = now();
    const runtime::Caller& caller = context.caller;
    CandidateQuery scan;
    scan.scopes = tenancy::scopes_to_search(context, input.scope);
    scan.only = {{}, input.speaker, input.since, input.until};
    if (input.thread_id) {
        const auto known = thread_ids(context, {*input.thread_id});
        if (known.empty()) return out;
        scan.only.thread = known.begin()->second;
    }
    scan.messages = wants(input, HitKind::message);
    scan.summaries = wants(input, HitKind::summary);
    scan.limit = std::size_t(input.limit);
    scan.ask = [&](const std::vector<std::string>& people) { return ask(input, people); };
    scan.meaning = [&](const std::string& text) {
        return vectors::meaning_of_query(context, input.mode, text);
    };
    // Known before the snapshot begins: who holds a connection must not wait for another.
    if (input.mode != vectors::SearchMode::lexical) vectors::active_model(context);
    Candidates found = candidates(context, scan, concurrent);
    if (found.meaning.degraded) {
        out.degraded.emplace_back("vector");
        out.message = found.meaning.problem;
    }
    retrieval::add_note(out.message, retrieval::left_out(found.question, found.meaning.cut));
    const bool vectors = found.meaning.vector.has_value();
    std::vector<Hit> messages, summaries;
    const auto limit = std::size_t(input.limit);
    const auto said =
        add_hits(messages, HitKind::message, found.messages, found.question, vectors, at, limit);
    const auto told =
        add_hits(summaries, HitKind::summary, found.summaries, found.question, vectors, at, limit);
    const std::string model = vectors ? context.embedder->info().name : std::string();
    out.relevant =
        retrieval::either(retrieval::is_relevant(said, model), retrieval::is_relevant(told, model));
    std::vector<Hit> hits = choose(std::move(summaries), std::move(messages), input);
    out.results = show(context, hits, input, scan, found.meaning, out);
    std::erase_if(out.results, [&](const SearchRow& row) {
        return input.min_score && row.score < *input.min_score;
    });
    concurrent.end();
    return out;
}

SearchOutput search(runtime::Context& context, const SearchInput& input) {
    return search_with(context, input, {});
}

}  // namespace stele::conversations
