#include "knowledge/tenancy/scope.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/repository.hpp"
#include "runtime/caller/scope_path.hpp"

namespace stele::tenancy {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kGlobal = "global";

[[noreturn]] void no_scope(std::string_view wanted) {
    throw Error(
        Code::invalid_argument,
        fmt::format("scope: expected global, project:<path>, instance:<name>, posse:<name>, "
                    "project, instance or posse, got \"{}\"",
                    excerpt(wanted, 60)));
}

std::string own(std::string_view kind, const std::string& name, std::string_view setting) {
    if (name.empty())
        throw Error(Code::invalid_argument, fmt::format("scope: this caller has no {}", kind),
                    fmt::format("name one as {}:<name>, or set {}", kind, setting));
    return fmt::format("{}:{}", kind, name);
}

constexpr std::string_view kProject = "project:";

// Where this process works: the repository, else the folder itself.
std::string own_project(const runtime::Context& context) {
    if (context.caller.scope != kGlobal) return context.caller.scope;
    if (!context.own_process)
        throw Error(Code::invalid_argument, "scope: this caller works in no project",
                    "name it as project:<path>, or send the header X-Stele-Scope");
    const fs::path here = fs::current_path();
    return std::string(kProject) + repository_of(here).value_or(here).string();
}

// A folder as somebody names it. Another machine's folders are not looked at.
std::string named_project(const runtime::Context& context, std::string_view path) {
    const bool relative =
        path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
    if (!context.own_process || !(relative || path.starts_with('/'))) {
        if (!relative) return runtime::normal_scope(fmt::format("{}{}", kProject, path));
        throw Error(Code::invalid_argument,
                    fmt::format("scope: {}{} is a path from where?", kProject, excerpt(path, 60)),
                    "name the whole path");
    }
    const std::string whole =
        runtime::normal_scope(std::string(kProject) + (fs::current_path() / path).string());
    return std::string(kProject) + main_checkout_of(whole.substr(kProject.size())).string();
}

// One concrete scope, as it is stored.
std::string resolve(const runtime::Context& context, std::string_view wanted) {
    const runtime::Caller& caller = context.caller;
    if (wanted == kGlobal) return std::string(kGlobal);
    if (wanted == "project") return own_project(context);
    if (wanted == "instance") return own("instance", caller.instance, "STELE_INSTANCE_NAME");
    if (wanted == "posse") return own("posse", caller.posse, "STELE_POSSE_NAME");
    if (wanted.starts_with(kProject) && wanted.size() > kProject.size())
        return named_project(context, wanted.substr(kProject.size()));
    for (const std::string_view kind : {"instance:", "posse:"})
        if (wanted.starts_with(kind) && wanted.size() > kind.size()) return std::string(wanted);
    no_scope(wanted);
}

}  // namespace

std::string scope_to_store(const runtime::Context& context,
                           const std::optional<std::string>& wanted, std::string_view category) {
    if (wanted) return resolve(context, *wanted);
    return category == "preference" || category == "fact" ? std::string(kGlobal)
                                                          : context.caller.scope;
}

std::optional<std::vector<std::string>> scopes_to_search(const runtime::Context& context,
                                                         const std::optional<std::string>& wanted) {
    if (wanted && *wanted == "all") return std::nullopt;
    const std::string scope = wanted ? resolve(context, *wanted) : context.caller.scope;
    if (scope == kGlobal) return std::vector{scope};
    return std::vector{scope, std::string(kGlobal)};
}

}  // namespace stele::tenancy
