// A database's catalog as lines of text, and how two of them differ.
#pragma once

#include <string>
#include <vector>

#include "foundation/pg/connection.hpp"

namespace stele::lint {

using Catalog = std::vector<std::string>;  // ordered

Catalog read_catalog(pg::Connection& connection);

// "" when they are the same; else what only one of them has, the first few lines of each.
std::string difference(const Catalog& before, const Catalog& after);

}  // namespace stele::lint
