#include "foundation/os/repository.hpp"

#include <fstream>
#include <string>

#include "foundation/base/text.hpp"

namespace stele {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLineBytes = 16 * 1024;

// The first line of a file that begins so, without that; "" when there is none.
std::string line_after(const fs::path& file, std::string_view beginning) {
    std::ifstream in(file, std::ios::binary);
    std::string text(kLineBytes, '\0');
    in.read(text.data(), std::streamsize(text.size()));
    text.resize(std::size_t(in.gcount()));
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = trim(rest.substr(0, end));
        if (line.starts_with(beginning)) return std::string(trim(line.substr(beginning.size())));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return "";
}

fs::path below(const fs::path& folder, const std::string& path) {
    const fs::path out = (folder / path).lexically_normal();
    return out.has_filename() ? out : out.parent_path();
}

// Where the file .git of a checkout says that the repository is.
std::optional<fs::path> git_dir_of(const fs::path& checkout) {
    const std::string named = line_after(checkout / ".git", "gitdir:");
    return named.empty() ? std::nullopt : std::optional(below(checkout, named));
}

// The checkout that a repository's common directory belongs to.
fs::path checkout_of(const fs::path& common) {
    if (common.filename() == ".git") return common.parent_path();
    // A submodule's says where it is checked out.
    const std::string worktree = line_after(common / "config", "worktree =");
    if (!worktree.empty()) return below(common, worktree);
    const fs::path around = common.parent_path();
    return git_dir_of(around) == common ? around : common;
}

}  // namespace

fs::path main_checkout_of(const fs::path& checkout) {
    const auto git_dir = git_dir_of(checkout);
    if (!git_dir) return checkout;
    const std::string common = line_after(*git_dir / "commondir", "");
    if (common.empty()) return checkout;
    const fs::path out = checkout_of(below(*git_dir, common));
    std::error_code error;
    return fs::is_directory(out, error) ? out : checkout;
}

std::optional<fs::path> repository_of(const fs::path& folder) {
    std::error_code error;
    for (fs::path at = folder; !at.empty(); at = at.parent_path()) {
        if (fs::exists(at / ".git", error)) return main_checkout_of(at);
        if (at == at.root_path()) break;
    }
    return std::nullopt;
}

}  // namespace stele
