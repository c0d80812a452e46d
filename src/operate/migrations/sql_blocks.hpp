// The static SQL inside a DO block.
#pragma once

#include <deque>

#include "operate/migrations/sql_script.hpp"

namespace stele::ops {

// Fills block.inner and block.opaque; block.tree.problem when the body is no PL/pgSQL that the
// library reads. The body's tokens are kept in `bodies`, for they must live as long as the block.
void read_block(Statement& block, std::deque<ScannedSql>& bodies);

}  // namespace stele::ops
