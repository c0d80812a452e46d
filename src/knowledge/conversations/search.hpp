// Search over what was said, and over the summaries of it.
#pragma once

#include <functional>

#include "knowledge/conversations/requests.hpp"
#include "knowledge/memory/requests.hpp"
#include "knowledge/retrieval/report.hpp"
#include "runtime/context.hpp"
#include "runtime/operation.hpp"

namespace stele::conversations {

enum class HitKind { message, summary };

struct SearchInput {
    std::string query;
    int limit = 10;
    std::optional<double> min_score;
    std::optional<std::string> scope, thread_id, speaker;
    std::optional<Timestamp> since, until;
    std::vector<HitKind> types;
    vectors::SearchMode mode = vectors::SearchMode::hybrid;
    bool signals = false;
    bool why = false;
    template <class S = SearchInput>
    static auto describe() {
        return joined(memory::search_fields<S>(),
                      fields(scope_field<S>(),
                             field("threadId", &S::thread_id, "Of this conversation alone")
                                 .min_bytes(1)
                                 .max_bytes(limits::kThreadKeyBytes),
                             field("speaker", &S::speaker, "Said by this one alone")
                                 .max_bytes(limits::kNameBytes),
                             field("since", &S::since, "Said at or after this time"),
                             field("until", &S::until, "Said before this time"),
                             field("types", &S::types, "message, summary; absent: both")));
    }
};

struct SearchRow {
    std::string id;
    std::string thread_id;
    int seq = 0;
    std::string speaker;
    std::string content;
    Timestamp timestamp;
    HitKind type = HitKind::message;
    std::optional<std::string> summary;
    std::optional<std::vector<std::string>> keywords;
    std::string channel;
    std::string scope;
    std::string resume_hint;
    double score = 0;
    std::optional<retrieval::SignalReport> signals;
    std::optional<std::string> why;
    template <class S = SearchRow>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("threadId", &S::thread_id, "The conversation"),
            field("seq", &S::seq, "Its place there; of a summary the last it covers"),
            field("speaker", &S::speaker, "Who said it; empty for a summary"),
            field("content", &S::content, "What was said, or the summary"),
            field("timestamp", &S::timestamp, "When"),
            field("type", &S::type, "message or summary"),
            field("summary", &S::summary, "The summary's text"),
            field("topicKeywords", &S::keywords, "The summary's keywords"),
            field("channel", &S::channel, "Where it was said"),
            field("scope", &S::scope, "global, project:<path>, instance:<name> or posse:<name>"),
            field("resumeHint", &S::resume_hint, "How to read on from there"),
            field("score", &S::score, "Rank score: higher is better"),
            field("signals", &S::signals, "What the score is made of"),
            field("why", &S::why, "The same in words"));
    }
};

struct SearchOutput {
    std::vector<SearchRow> results;
    std::optional<bool> relevant;
    std::vector<std::string> degraded;
    std::optional<std::string> message;
    template <class S = SearchOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Summaries first, each kind best first"),
                      memory::relevant_field<S>(),
                      field("degraded", &S::degraded, "Arms that could not run: vector"),
                      field("message", &S::message, "What to do about it"));
    }
};

// Summaries that match come before messages, at most one in three of what was asked for.
SearchOutput search(runtime::Context& context, const SearchInput& input);
// Runs `meanwhile` concurrently, on another thread; it is done when this returns.
SearchOutput search_with(runtime::Context& context, const SearchInput& input,
                         std::function<void()> meanwhile);

void register_search(runtime::Registry& registry);

}  // namespace stele::conversations

namespace stele::reflect {

template <>
struct EnumNames<conversations::HitKind> {
    static constexpr std::array<std::pair<conversations::HitKind, std::string_view>, 2> values{
        {{conversations::HitKind::message, "message"},
         {conversations::HitKind::summary, "summary"}}};
};

}  // namespace stele::reflect
