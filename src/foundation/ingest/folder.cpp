#include "foundation/ingest/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/process.hpp"

namespace stele::ingest {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kGitTime{60};

bool is_in_repository(fs::path folder) {
    std::error_code error;
    for (folder = fs::canonical(folder, error); !error; folder = folder.parent_path()) {
        if (fs::exists(folder / ".git", error)) return true;
        if (folder == folder.parent_path()) return false;
    }
    return false;
}

// What git ignores below the root, as paths relative to it without a final slash.
std::set<std::string> ignored_by_git(const fs::path& root, Notes& notes) {
    std::set<std::string> out;
    if (!is_in_repository(root)) return out;
    ops::Command command;
    command.argv = {"git",
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "core.quotePath=false",
                    "-C",
                    fs::absolute(root).string(),
                    "ls-files",
                    "--others",
                    "--ignored",
                    "--exclude-standard",
                    "--directory",
                    "-z"};
    command.environment = {{"LC_ALL", "C"}};
    ops::ProcessResult result;
    try {
        result = ops::run(command, deadline_in(kGitTime));
    } catch (const Error& error) {
        result = {1, error.what()};
    }
    if (result.output.find("not a git repository") != std::string::npos) return out;
    if (result.status != 0) {
        notes.add_skipped(root.string(), fmt::format("git does not say what it ignores here: {}",
                                                     excerpt(trim(result.output), 200)));
        return out;
    }
    std::string_view rest = result.output;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\0'), rest.size());
        std::string_view name = rest.substr(0, end);
        while (name.ends_with('/')) name.remove_suffix(1);
        if (name != "." && !name.empty()) out.emplace(name);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

class Walk {
  public:
    Walk(const fs::path& root, const FolderRules& rules, Notes& notes)
        : root_(root), rules_(rules), notes_(notes), ignored_(ignored_by_git(root, notes)) {}

    std::vector<fs::path> run() {
        walk(root_, true, false);
        std::ranges::sort(out_);
        return std::move(out_);
    }

  private:
    std::string relative(const fs::path& path) const {
        return path.lexically_relative(root_).generic_string();
    }

    bool is_included(const fs::path& path) const {
        return std::ranges::any_of(rules_.include, [&](std::string_view one) {
            while (one.ends_with('/')) one.remove_suffix(1);
            return one == path.filename().string() || one == relative(path);
        });
    }

    // An included folder may lie within one that is left out.
    bool leads_to_included(const fs::path& path) const {
        const std::string prefix = relative(path) + "/";
        return std::ranges::any_of(rules_.include,
                                   [&](const std::string& one) { return one.starts_with(prefix); });
    }

    bool is_left_out(const fs::path& path) const {
        const std::string name = path.filename().string();
        return name.starts_with('.') || name == "node_modules" || ignored_.contains(relative(path));
    }

    // `taken`: no rule leaves this folder out; `included`: it was asked for, rules say nothing.
    void walk(const fs::path& folder, bool taken, bool included) {
        std::error_code error;
        fs::directory_iterator at(folder, error);
        for (; !error && at != fs::directory_iterator(); at.increment(error)) {
            const fs::path& path = at->path();
            std::error_code unread;
            if (at->is_directory(unread)) {
                if (at->is_symlink(unread)) continue;
                const bool asked = included || is_included(path);
                const bool inside = asked || (taken && !is_left_out(path));
                if (inside || leads_to_included(path)) walk(path, inside, asked);
            } else if (at->is_regular_file(unread) &&
                       path.filename().string().ends_with(rules_.ending)) {
                const bool kept = taken && !ignored_.contains(relative(path));
                if (included || kept || is_included(path)) out_.push_back(path);
            }
        }
        if (error) notes_.add_skipped(folder.string(), error.message());
    }

    const fs::path& root_;
    const FolderRules& rules_;
    Notes& notes_;
    const std::set<std::string> ignored_;
    std::vector<fs::path> out_;
};

}  // namespace

std::vector<fs::path> files_below(const fs::path& root, const FolderRules& rules, Notes& notes) {
    std::error_code error;
    if (!fs::is_directory(root, error)) return {root};
    return Walk(root, rules, notes).run();
}

}  // namespace stele::ingest
