// A result's signals as an answer shows them.
#pragma once

#include <optional>
#include <string>

#include "foundation/base/reflect.hpp"
#include "knowledge/retrieval/fusion.hpp"

namespace stele::retrieval {

// Each signal in 0..1 unless it says otherwise. Absent: it did not run, or does not apply.
struct SignalReport {
    std::optional<double> fts, vector, trgm;
    double recency = 0, pinned = 0, scope = 0, graph = 0, reliability = 0;
    std::optional<double> around, before, after, session, pairs, answers, speaker, time, date,
        meaning_around, meaning_group;
    template <class S = SignalReport>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("fts", &S::fts, "BM25 of the words, per tenant; the best of the answer is 1"),
            field("vector", &S::vector, "Cosine of question and text; absent: one has no vector"),
            field("trgm", &S::trgm, "Similarity of letters, for misspellings"),
            field("recency", &S::recency, "1 now, one half after 30 days"),
            field("pinned", &S::pinned, "1 when pinned"),
            field("scope", &S::scope, "1 in the caller's own project"),
            field("graph", &S::graph, "Linked to others of the best"),
            field("reliability", &S::reliability, "How far it may be believed"),
            field("around", &S::around, "BM25 of the text and its two neighbours as one"),
            field("before", &S::before, "BM25 of the message before"),
            field("after", &S::after, "BM25 of the message after"),
            field("session", &S::session, "BM25 of the messages it stands among"),
            field("pairs", &S::pairs, "The same over pairs of words"),
            field("answers", &S::answers, "BM25 of the message before, when that asks"),
            field("speaker", &S::speaker, "1 when said by the one the question names"),
            field("time", &S::time, "1 when the question asks when, and it speaks of time"),
            field("date", &S::date, "1 in the month the question names, 2 on the day"),
            field("meaningAround", &S::meaning_around, "Cosine with its two neighbours as one"),
            field("meaningGroup", &S::meaning_group, "Cosine of the six it stands among"));
    }
};

// Says one thing more in an answer's message.
void add_note(std::optional<std::string>& message, const std::optional<std::string>& note);

// `vectors`: the question had a vector.
SignalReport report(const Item& item, const Signals& signals, bool vectors);

}  // namespace stele::retrieval
