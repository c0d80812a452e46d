// Where a memory belongs and who sees it: global, project:<path>, instance:<name>, posse:<name>.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/context.hpp"

namespace stele::tenancy {

// The scope a memory is stored in. Absent: global for the categories preference and fact, else the
// caller's project. "project", "instance" and "posse" alone mean the caller's own; outside of a git
// repository "project" is the folder that a shell or a client of `stele mcp` works in, and it is
// refused for a caller that works nowhere. A path has one spelling, and a linked worktree is its
// repository. Throws Error(invalid_argument) for anything that is no scope.
std::string scope_to_store(const runtime::Context& context,
                           const std::optional<std::string>& wanted, std::string_view category);

// The scopes a question looks in; nothing means all of the tenant's. Absent: the caller's project
// and global. A named project, instance or posse adds global; "global" is global alone.
std::optional<std::vector<std::string>> scopes_to_search(const runtime::Context& context,
                                                         const std::optional<std::string>& wanted);

}  // namespace stele::tenancy
