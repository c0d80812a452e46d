// Where a git repository is, read from its files: git itself need not be installed.
#pragma once

#include <filesystem>
#include <optional>

namespace stele {

// The main checkout of the repository that `folder` (absolute) is in, or nothing outside of one.
// All linked worktrees of a repository have the same; a submodule is a repository of its own; the
// worktrees of a bare repository have that one's folder.
std::optional<std::filesystem::path> repository_of(const std::filesystem::path& folder);

// The same of a checkout's own folder; any other folder is answered as it is.
std::filesystem::path main_checkout_of(const std::filesystem::path& checkout);

}  // namespace stele
