// `db lint`: which files are read, and what comes of them.
#pragma once

#include "api/context.hpp"
#include "ops/lint/types.hpp"

namespace stele::lint {

// Throws Error(not_found) for a file or folder that is not there, Error(forbidden) for files when
// the caller has none here.
LintOutput lint(api::Context& context, const LintInput& input);

}  // namespace stele::lint
