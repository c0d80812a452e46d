#include "knowledge/tenancy/scope.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::tenancy {

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

// One concrete scope, as it is stored.
std::string resolve(const runtime::Caller& caller, std::string_view wanted) {
    if (wanted == kGlobal) return std::string(kGlobal);
    if (wanted == "project") return caller.scope;
    if (wanted == "instance") return own("instance", caller.instance, "STELE_INSTANCE_NAME");
    if (wanted == "posse") return own("posse", caller.posse, "STELE_POSSE_NAME");
    for (const std::string_view kind : {"project:", "instance:", "posse:"})
        if (wanted.starts_with(kind) && wanted.size() > kind.size()) return std::string(wanted);
    no_scope(wanted);
}

}  // namespace

std::string scope_to_store(const runtime::Caller& caller, const std::optional<std::string>& wanted,
                           std::string_view category) {
    if (wanted) return resolve(caller, *wanted);
    return category == "preference" || category == "fact" ? std::string(kGlobal) : caller.scope;
}

std::optional<std::vector<std::string>> scopes_to_search(const runtime::Caller& caller,
                                                         const std::optional<std::string>& wanted) {
    if (wanted && *wanted == "all") return std::nullopt;
    const std::string scope = wanted ? resolve(caller, *wanted) : caller.scope;
    if (scope == kGlobal) return std::vector{scope};
    return std::vector{scope, std::string(kGlobal)};
}

}  // namespace stele::tenancy
