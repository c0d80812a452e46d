// What is in a database against what a manifest says.
#pragma once

#include "operate/archive/types.hpp"

namespace stele::archive {

// Tables, their rows and checksums, the ledger, extensions. `actual` is what Snapshot says of the
// database that was restored.
Findings compare(const Manifest& expected, const Manifest& actual);

// Why a dump's history does not fit this program; throws Error(refused) with {"drift": …}.
void refuse_other_history(const Manifest& manifest);

}  // namespace stele::archive
