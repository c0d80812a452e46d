// Which messages and summaries a search looks at, with everything that ranking needs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/conversations/candidate_set.hpp"
#include "knowledge/conversations/concurrent_task.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

// What to look through, and how the question is understood once it is known who takes part.
struct CandidateQuery {
    std::optional<std::vector<std::string>> scopes;
    Only only;
    bool messages = true, summaries = true;
    std::size_t limit = 10;  // answers wanted: at least so many candidates, when there are
    std::function<retrieval::Question(const std::vector<std::string>& people)> ask;
    std::function<vectors::QueryMeaning(const std::string& text)> meaning;
};

// What a search looks at. The candidate sets point into `rows`.
struct Candidates {
    retrieval::Question question;
    vectors::QueryMeaning meaning;
    std::vector<pg::Result> rows;
    retrieval::CandidateSet messages, summaries;

    // Who takes part is known from the messages, and a name in the question points at them.
    void understand(const CandidateQuery& scan, const std::vector<std::string>& people) {
        question = scan.ask(people);
        meaning = scan.meaning(question.text);
    }
};

// All of a small tenant's; of a large one the newest, the best by words and by meaning of the rest,
// and what stands beside those. Begins the concurrent task.
Candidates candidates(runtime::Context& context, const CandidateQuery& scan,
                      ConcurrentTask& concurrent);

}  // namespace stele::conversations
