// The tables of control/identity.
#pragma once

#include "runtime/table.hpp"

namespace stele::identity {

inline runtime::Tables tables() {
    return {
        {.name = "api_tokens", .what = "who may call, without their secrets", .copied = false},
        {.name = "cookie_sessions",
         .what = "browsers' sessions, without their secrets",
         .copied = false},
        {.name = "revocation_heads",
         .what = "how far the list of what is revoked goes",
         .copied = false},
        {.name = "revocations", .what = "what was revoked in the last day", .copied = false},
    };
}

}  // namespace stele::identity
