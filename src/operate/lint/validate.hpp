// `db validate`: migrations tried out from nothing, on databases of their own.
#pragma once

#include "operate/lint/types.hpp"
#include "runtime/context.hpp"

namespace stele::lint {

// Checks, in order: apply, apply-again, runners, up-down-up, then the probes (probes.hpp). When
// apply fails nothing after it is tried. Throws Error(refused) when no database can be created,
// Error(cancelled) when the caller went away; the scratch databases are dropped in every case.
ValidateOutput validate(runtime::Context& context, const ValidateInput& input);

std::string render_validate(const json::value& output);

}  // namespace stele::lint
