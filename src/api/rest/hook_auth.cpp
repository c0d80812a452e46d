#include "api/rest/hook_auth.hpp"

#include "api/rest/auth.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace stele::api::rest {

bool HookAuth::opens(const http::Head& head) const {
    if (!enabled()) return false;
    if (const auto own = head.header("x-stele-token"))
        return equal_constant_time(trim(*own), token_);
    return equal_constant_time(bearer_of(head), token_);
}

}  // namespace stele::api::rest
