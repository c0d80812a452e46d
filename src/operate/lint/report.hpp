// `db lint`'s output as text for people and as SARIF for code hosts.
#pragma once

#include <string>

#include "foundation/base/json.hpp"

namespace stele::lint {

// The given LintOutput's JSON in the format that it names.
std::string render_lint(const json::value& output);

// SARIF 2.1.0: one run, every rule, one result for each finding.
json::object sarif(const json::value& output);

}  // namespace stele::lint
