// One question over memories, messages and summaries.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/memory/requests.hpp"
#include "knowledge/retrieval/report.hpp"
#include "runtime/context.hpp"

namespace stele::recall {

using reflect::field;
using reflect::fields;

enum class Kind { memory, message, summary };

struct SearchInput {
    std::string query;
    int limit = 10;
    std::optional<double> min_score;
    std::optional<std::string> scope;
    std::vector<Kind> kinds;
    std::optional<Timestamp> since, until;
    vectors::SearchMode mode = vectors::SearchMode::hybrid;
    bool signals = false;
    bool why = false;
    template <class S = SearchInput>
    static auto describe() {
        return joined(
            memory::search_fields<S>(),
            fields(field("scope", &S::scope,
                         "global, project:<path> (adds global), project, instance, posse, or all; "
                         "absent: "
                         "the current project and global")
                       .max_bytes(limits::kScopeBytes),
                   field("kinds", &S::kinds, "memory, message, summary; absent: all of them"),
                   field("since", &S::since, "Stored or said at or after this time"),
                   field("until", &S::until, "Stored or said before this time")));
    }
};

struct Row {
    std::string id;
    Kind kind = Kind::memory;
    std::string content;
    std::string scope;
    Timestamp timestamp;
    double score = 0;
    std::optional<std::string> category, source;                 // of a memory
    std::optional<std::string> thread_id, speaker, resume_hint;  // of what was said
    std::optional<int> seq;
    std::optional<retrieval::SignalReport> signals;
    std::optional<std::string> why;
    template <class S = Row>
    static auto describe() {
        return fields(field("id", &S::id, "Its id"),
                      field("kind", &S::kind, "memory, message or summary"),
                      field("content", &S::content, "The text"),
                      field("scope", &S::scope, "Where it belongs"),
                      field("timestamp", &S::timestamp, "When it was stored or said"),
                      field("score", &S::score, "Rank score: higher is better"),
                      field("category", &S::category, "Of a memory"),
                      field("source", &S::source, "Of a memory: who stored it"),
                      field("threadId", &S::thread_id, "The conversation it was said in"),
                      field("speaker", &S::speaker, "Who said it"),
                      field("resumeHint", &S::resume_hint, "How to read on from there"),
                      field("seq", &S::seq, "Its place in the conversation"),
                      field("signals", &S::signals, "What the score is made of"),
                      field("why", &S::why, "The same in words"));
    }
};

struct SearchOutput {
    std::vector<Row> results;
    std::optional<bool> relevant;
    std::vector<std::string> degraded;
    std::optional<std::string> message;
    template <class S = SearchOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Best first"), memory::relevant_field<S>(),
                      field("degraded", &S::degraded, "Arms that could not run: vector"),
                      field("message", &S::message, "What to do about it"));
    }
};

// A text that is both remembered and said comes once, as the memory.
SearchOutput search(runtime::Context& context, const SearchInput& input);

}  // namespace stele::recall

namespace stele::reflect {

template <>
struct EnumNames<recall::Kind> {
    static constexpr std::array<std::pair<recall::Kind, std::string_view>, 3> values{
        {{recall::Kind::memory, "memory"},
         {recall::Kind::message, "message"},
         {recall::Kind::summary, "summary"}}};
};

}  // namespace stele::reflect
