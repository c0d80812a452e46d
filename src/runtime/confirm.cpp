#include "runtime/confirm.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::ops {

void require_confirmation(bool force, const std::string& given, std::string_view token) {
    if (force && given == token) return;
    // What was given instead is not repeated: it may be a secret that slipped into the wrong flag.
    std::string missing = force ? "" : "--force is missing";
    if (given != token) {
        if (!missing.empty()) missing += " and ";
        missing += given.empty() ? "--confirm is missing" : "--confirm has another word";
    }
    throw Error(Code::refused, fmt::format("nothing was changed: {}", missing),
                fmt::format("when you mean it: --force --confirm {}", token), {{"confirm", token}});
}

}  // namespace stele::ops
