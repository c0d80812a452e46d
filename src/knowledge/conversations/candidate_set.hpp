// From rows to what ranking looks at: messages with their neighbours, summaries.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "foundation/pg/result.hpp"
#include "knowledge/retrieval/signals.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

// What may be an answer; the rest is there as surroundings. Absent fields limit nothing.
struct Only {
    std::optional<Uuid> thread;
    std::optional<std::string> speaker;
    std::optional<Timestamp> since, until;
};

// Whether a message is one of a conversation between people, where what stands around it tells what
// it is about: said by a person, no tool's, and short.
bool is_dialogue(std::string_view speaker, std::string_view kind, bool is_short);

// Speakers who are people, not roles of an assistant thread: user, assistant, system, tool, agents.
std::vector<std::string> people_in(const pg::Result& messages);
// Adds one, unless it is there already or no person.
void add_person(std::vector<std::string>& people, std::string_view speaker);

std::vector<Uuid> ids_of(const retrieval::CandidateSet& candidates);

// Makes a candidates of messages from several results with the columns of search_candidates.sql,
// which must outlive it: it points into their texts.
class MessageReader {
  public:
    MessageReader(const retrieval::Question& question, const runtime::Caller& caller,
                  const Only& only)
        : question_(question), caller_(caller), only_(only) {
        candidates_.terms = question.terms.size();
    }
    void add(const pg::Result& rows);
    // `vectors` has the columns of search_vectors.sql. After all rows.
    void add_meanings(const pg::Result& vectors);
    retrieval::CandidateSet& candidates() { return candidates_; }
    // The threads of the candidate set's items, by Item::thread.
    const std::vector<Uuid>& threads() const { return threads_; }

  private:
    void add_row(const pg::Row& row);
    std::int32_t number_of(const Uuid& thread);

    const retrieval::Question& question_;
    const runtime::Caller& caller_;
    const Only& only_;
    retrieval::CandidateSet candidates_;
    std::vector<Uuid> threads_;
    std::unordered_map<Uuid, std::int32_t> numbers_;
};

// `summaries` has the columns of search_summaries.sql. Adds to the candidates.
void read_summaries(retrieval::CandidateSet& candidates, const pg::Result& summaries,
                    const retrieval::Question& question, const runtime::Caller& caller,
                    const Only& only);

}  // namespace stele::conversations
