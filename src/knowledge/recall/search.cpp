#include "knowledge/recall/search.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_set>

#include "knowledge/conversations/search.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/retrieval/relevance.hpp"

namespace stele::recall {

namespace {

bool wants(const SearchInput& input, Kind kind) {
    return input.kinds.empty() || std::ranges::find(input.kinds, kind) != input.kinds.end();
}

Row row_of(memory::Memory&& m) {
    Row out;
    out.id = std::move(m.id);
    out.content = std::move(m.content);
    out.scope = std::move(m.scope);
    out.timestamp = m.timestamp;
    out.score = m.score.value_or(0);
    out.category = std::move(m.category);
    out.source = std::move(m.source);
    out.signals = m.signals;
    out.why = std::move(m.why);
    return out;
}

Row row_of(conversations::SearchRow&& m) {
    Row out;
    out.id = std::move(m.id);
    out.kind = m.type == conversations::HitKind::summary ? Kind::summary : Kind::message;
    out.content = std::move(m.content);
    out.scope = std::move(m.scope);
    out.timestamp = m.timestamp;
    out.score = m.score;
    out.thread_id = std::move(m.thread_id);
    if (!m.speaker.empty()) out.speaker = std::move(m.speaker);
    out.resume_hint = std::move(m.resume_hint);
    out.seq = m.seq;
    out.signals = m.signals;
    out.why = std::move(m.why);
    return out;
}

// The fields that both domains' inputs share.
template <class In>
In shared(const SearchInput& input) {
    In out;
    out.query = input.query;
    out.limit = input.limit;
    out.scope = input.scope;
    out.since = input.since;
    out.until = input.until;
    out.mode = input.mode;
    out.min_score = input.min_score;
    out.signals = input.signals;
    out.why = input.why;
    return out;
}

template <class Out>
void add(SearchOutput& out, Out&& found) {
    for (auto& row : found.results) out.results.push_back(row_of(std::move(row)));
    if (out.degraded.empty()) {
        out.degraded = std::move(found.degraded);
        if (found.message) out.message = std::move(found.message);
    }
    out.relevant = retrieval::either(out.relevant, found.relevant);
}

// For another thread: who is told of progress hears of it from one thread alone.
runtime::Context quiet_copy(const runtime::Context& context) {
    runtime::Context out = context;
    out.progress = nullptr;
    return out;
}

}  // namespace

SearchOutput search(runtime::Context& context, const SearchInput& input) {
    SearchOutput out;
    out.relevant = false;
    conversations::SearchInput asked = shared<conversations::SearchInput>(input);
    if (wants(input, Kind::message)) asked.types.push_back(conversations::HitKind::message);
    if (wants(input, Kind::summary)) asked.types.push_back(conversations::HitKind::summary);
    std::optional<memory::ResultsOutput> remembered;
    std::function<void()> remember;
    if (wants(input, Kind::memory))
        remember = [&remembered, &input, own = quiet_copy(context)]() mutable {
            remembered = memory::search(own, shared<memory::SearchInput>(input));
        };
    // Both at once: each waits for the database most of the time, on a connection of its own, and
    // with a context of its own.
    std::optional<conversations::SearchOutput> found;
    if (!asked.types.empty())
        found = conversations::search_with(context, asked, remember);
    else if (remember)
        remember();
    if (remembered) add(out, std::move(*remembered));
    if (found) add(out, std::move(*found));
    // Memories were added first, so of two equal texts the memory stays.
    std::unordered_set<std::string> seen;
    std::erase_if(out.results, [&](const Row& row) { return !seen.insert(row.content).second; });
    std::ranges::stable_sort(out.results,
                             [](const Row& a, const Row& b) { return a.score > b.score; });
    if (out.results.size() > std::size_t(input.limit)) out.results.resize(std::size_t(input.limit));
    return out;
}

}  // namespace stele::recall
