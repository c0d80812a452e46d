// The guard of every verb that destroys or overwrites.
#pragma once

#include <string>
#include <string_view>

namespace stele::ops {

// Returns when both words were given: --force, and --confirm with exactly this token. Otherwise
// throws Error(refused), exit code 4, that names them; call it before anything else is looked at.
void require_confirmation(bool force, const std::string& given, std::string_view token);

}  // namespace stele::ops
