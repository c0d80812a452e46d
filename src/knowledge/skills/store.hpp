// The SQL of the skills domain: the only functions that know its table.
#pragma once

#include "foundation/pg/database.hpp"
#include "knowledge/graph/source.hpp"
#include "knowledge/skills/types.hpp"
#include "runtime/call.hpp"

namespace stele::skills {

// Stores a skill, or the next version of the one of that name; one that is like this already stays
// as it is. Throws Error(invalid_argument) for a name that is none, Error(conflict) when it is not
// the version that the caller knows, Error(refused) under a legal hold.
StoreOutput store(runtime::Context& context, const StoreInput& input);
// Throws Error(not_found).
Skill show(runtime::Context& context, const NameInput& input);
ListOutput list(runtime::Context& context, const ListInput& input);
// Throws Error(refused) under a legal hold.
DeleteOutput remove(runtime::Context& context, const NameInput& input);

// By the words of name, description, tags and content, and by meaning where there is an embedder.
// What shares neither word nor meaning with the question is no answer.
SearchOutput search(runtime::Context& context, const SearchInput& input);

// Reads SKILL.md files with a name and a description between two lines "---" at their beginning.
// Throws Error(forbidden) for who is not at this machine, Error(invalid_argument) where there is
// none.
ImportOutput import_skills(runtime::Context& context, const ImportInput& input);

// What is known of a row's columns in show.sql.
Skill read_skill(const pg::Row& row);
// A line about each skill, for the graph's answers.
graph::Kind graph_kind();

// The vector of a text by this process's model; nothing without one, or when it fails.
std::optional<std::vector<float>> meaning_of(runtime::Context& context, const std::string& text,
                                             bool question);

}  // namespace stele::skills
