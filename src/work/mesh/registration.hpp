// What the files that register this domain's operations share.
#pragma once

#include "runtime/operation.hpp"

namespace stele::mesh {

// What examples name. The test that runs them makes such an instance and such a delegation.
inline constexpr const char* kExampleName = "atlas";
inline constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

inline runtime::Operation read_op(runtime::Operation op) {
    op.effect = runtime::Effect::read;
    op.idempotent = true;
    op.scopes = {"mesh:read"};
    return op;
}

inline runtime::Operation write_op(runtime::Operation op, bool idempotent) {
    op.effect = runtime::Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"mesh:write"};
    return op;
}

void register_delegations(runtime::Registry& registry);

}  // namespace stele::mesh
