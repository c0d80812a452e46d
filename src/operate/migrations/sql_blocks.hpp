// The static SQL inside a DO block.
//
// A DO block runs with the file, so the statements that stand in it in plain sight are checked like
// the file's own. What it puts together and EXECUTEs is not seen, and neither are the bodies of
// functions and blocks in other languages than PL/pgSQL: they are opaque.
#pragma once

#include "operate/migrations/sql_cursor.hpp"

namespace stele::ops {

// The tokens of the block's body, or none when it is opaque. They point into the same text and
// carry the file's line numbers.
std::vector<Token> tokens_of_block(Tokens statement);

// Cuts a PL/pgSQL body where a statement may begin: behind ; BEGIN THEN ELSE and LOOP. Pieces that
// are no SQL (declarations, assignments, IF conditions) come along.
std::vector<Tokens> pieces_of_block(Tokens body);

}  // namespace stele::ops
