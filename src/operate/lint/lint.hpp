// `db lint`: which files are read, and what comes of them.
#pragma once

#include "operate/lint/types.hpp"
#include "runtime/context.hpp"

namespace stele::lint {

// Throws Error(not_found) for a file or folder that is not there, Error(forbidden) for files when
// the caller has none here.
LintOutput lint(runtime::Context& context, const LintInput& input);

}  // namespace stele::lint
