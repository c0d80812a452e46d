// What a statement is run with: the caller's tenant, and how long he waits.
#pragma once

#include "foundation/pg/database.hpp"
#include "runtime/context.hpp"

namespace stele::runtime {

// Found by its argument wherever a domain has a context: `call_of(context)`.
inline pg::Call call_of(const Context& context) {
    return {{context.caller.org, context.caller.project}, context.deadline, context.cancelled};
}

}  // namespace stele::runtime
