// What a search found, as a person reads it on a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/base/json.hpp"
#include "runtime/operation.hpp"

namespace stele::retrieval {

// Text as it may be shown in one line: no control characters, no marks that change the direction of
// what follows, one space for each run of white space; of at most `columns` columns, cut between
// characters (grapheme clusters), with "…" where something was cut.
std::string one_line(std::string_view text, std::size_t columns);

// "just now", "5 minutes ago", "3 days ago"; older than a month, and in the future, the date.
std::string age(Timestamp then, Timestamp now);

// A block for each result of a search's output: what it says in one line, then, dim, where it is
// from, its scope, its age, why it was found, and its id, in as few lines as they need. What is cut
// is never the id.
std::string hit_blocks(const json::value& output, const runtime::Screen& screen, Timestamp now);

// The same at this time; with `why` asked for.
runtime::OnTerminal hits_on_terminal();

}  // namespace stele::retrieval
