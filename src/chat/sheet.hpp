// From rows to what ranking looks at: messages with their neighbours, summaries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "pg/result.hpp"
#include "retrieval/signals.hpp"

namespace stele::chat {

// What may be an answer; the rest is there as surroundings. Absent fields limit nothing.
struct Only {
    std::optional<Uuid> thread;
    std::optional<std::string> speaker;
    std::optional<Timestamp> since, until;
};

// Speakers who are people, not roles of an assistant thread: user, assistant, system, tool, agents.
std::vector<std::string> people_in(const pg::Result& messages);

// `messages` has the columns of search_sheet.sql and must outlive the sheet, which points into it.
retrieval::Sheet read_messages(const pg::Result& messages, const retrieval::Question& question,
                               const api::Caller& caller, const Only& only);
// `vectors` has the columns of search_vectors.sql.
void add_meanings(retrieval::Sheet& sheet, const pg::Result& vectors);

// `summaries` has the columns of search_summaries.sql.
retrieval::Sheet read_summaries(const pg::Result& summaries, const retrieval::Question& question,
                                const api::Caller& caller, const Only& only);

}  // namespace stele::chat
