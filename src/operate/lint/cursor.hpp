// Reading a statement's tokens: operate/migrations/sql_cursor.hpp, under the rules' own name.
#pragma once

#include "operate/migrations/sql_cursor.hpp"

namespace stele::lint {

using ops::Cursor;
using ops::Token;
using ops::Tokens;

}  // namespace stele::lint
