#include "foundation/ingest/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/process.hpp"
#include "foundation/os/repository.hpp"
#include "foundation/os/temporary_folder.hpp"

namespace stele::ingest {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kGitTime{60};

bool is_in_repository(const fs::path& folder) {
    std::error_code error;
    const fs::path place = fs::canonical(folder, error);
    return !error && repository_of(place);
}

ops::ProcessResult run_git(std::vector<std::string> arguments,
                           std::map<std::string, std::string> environment) {
    ops::Command command;
    command.argv = {"git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.environment = std::move(environment);
    command.environment["LC_ALL"] = "C";
    return ops::run(command, deadline_in(kGitTime));
}

ops::ProcessResult list_ignored(const std::string& folder) {
    const std::vector<std::string> list = {"-C",          folder,      "ls-files",
                                           "--others",    "--ignored", "--exclude-standard",
                                           "--directory", "-z"};
    ops::ProcessResult result =
        is_in_repository(folder) ? run_git(list, {}) : ops::ProcessResult{1, ""};
    if (result.status == 0) return result;
    // The git of an empty repository knows the rules of .gitignore and nothing of this folder's
    // settings.
    const ops::TemporaryFolder empty("stele-git");
    result = run_git({"init", "--quiet", "--bare", empty.path().string()}, {});
    if (result.status != 0) return result;
    return run_git(list, {{"GIT_DIR", empty.path().string()}, {"GIT_WORK_TREE", folder}});
}

class Walk {
  public:
    Walk(const fs::path& root, const FolderRules& rules, Notes& notes)
        : root_(root), rules_(rules), notes_(notes) {}

    std::vector<fs::path> run() {
        const bool in_repository = is_in_repository(root_);
        if (in_repository) ask_git(root_);
        walk(root_, {.asked_git = in_repository});
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

    // What git ignores below a folder, as paths below the root.
    void ask_git(const fs::path& folder) {
        ops::ProcessResult result;
        try {
            result = list_ignored(fs::absolute(folder).string());
        } catch (const Error& error) {
            result = {1, error.what()};
        }
        if (result.status != 0)
            return notes_.add_skipped(folder.string(),
                                      fmt::format("git does not say what it ignores here: {}",
                                                  excerpt(trim(result.output), 200)));
        std::string_view rest = result.output;
        while (!rest.empty()) {
            const auto end = std::min(rest.find('\0'), rest.size());
            std::string_view name = rest.substr(0, end);
            while (name.ends_with('/')) name.remove_suffix(1);
            if (name != "." && !name.empty()) ignored_.insert(relative(folder / name));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }

    struct State {
        bool taken = true;       // no rule leaves this folder out
        bool included = false;   // it was asked for: rules say nothing
        bool asked_git = false;  // what git ignores here is known
    };

    void walk(const fs::path& folder, State state) {
        std::error_code error;
        const bool has_rules = !state.asked_git && fs::exists(folder / ".gitignore", error);
        if (has_rules || (folder != root_ && fs::exists(folder / ".git", error))) {
            ask_git(folder);
            state.asked_git = true;
        }
        fs::directory_iterator at(folder, error);
        for (; !error && at != fs::directory_iterator(); at.increment(error)) {
            const fs::path& path = at->path();
            std::error_code unread;
            if (at->is_directory(unread)) {
                if (at->is_symlink(unread)) continue;
                State inside = state;
                inside.included = state.included || is_included(path);
                inside.taken = inside.included || (state.taken && !is_left_out(path));
                if (inside.taken || leads_to_included(path)) walk(path, inside);
            } else if (at->is_regular_file(unread) &&
                       path.filename().string().ends_with(rules_.ending)) {
                const bool kept = state.taken && !ignored_.contains(relative(path));
                if (state.included || kept || is_included(path)) out_.push_back(path);
            }
        }
        if (error) notes_.add_skipped(folder.string(), error.message());
    }

    const fs::path& root_;
    const FolderRules& rules_;
    Notes& notes_;
    std::set<std::string> ignored_;
    std::vector<fs::path> out_;
};

}  // namespace

std::vector<fs::path> files_below(const fs::path& root, const FolderRules& rules, Notes& notes) {
    std::error_code error;
    if (!fs::is_directory(root, error)) return {root};
    return Walk(root, rules, notes).run();
}

}  // namespace stele::ingest
