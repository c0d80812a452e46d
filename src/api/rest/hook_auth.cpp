#include "api/rest/hook_auth.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

namespace stele::api::rest {

bool HookAuth::opens(const http::Head& head) const {
    if (!enabled()) return false;
    if (const auto own = head.header("x-stele-token"))
        return equal_constant_time(trim(*own), token_);
    const auto header = head.header("authorization");
    constexpr std::string_view kBearer = "bearer ";
    return header && header->size() > kBearer.size() &&
           lower_ascii(header->substr(0, kBearer.size())) == kBearer &&
           equal_constant_time(trim(header->substr(kBearer.size())), token_);
}

}  // namespace stele::api::rest
