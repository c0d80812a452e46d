// db adopt: a schema that has the migrations' effect already gets its ledger.
#pragma once

#include "operate/history/types.hpp"
#include "runtime/context.hpp"

namespace stele::history {

// Writes nothing, and answers with exit code 4 and the differences, when the catalogs differ.
// Throws Error(refused) for drift or a login that may not create databases, and what migrate throws
// for connections and the lock.
AdoptOutput adopt(runtime::Context& context, const AdoptInput& input);

}  // namespace stele::history
