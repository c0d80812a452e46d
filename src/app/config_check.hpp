// `stele config check`: the guard of production, before a deploy.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/app.hpp"
#include "runtime/operation.hpp"

namespace stele::app {

struct FindingOutput {
    std::string rule;
    std::string setting;
    std::string problem;
    std::string remedy;
    template <class S = FindingOutput>
    static auto describe() {
        return reflect::fields(
            reflect::field("rule", &S::rule, "empty-url, credentials, loopback or sslmode"),
            reflect::field("setting", &S::setting, "database.url, .directUrl or .adminUrl"),
            reflect::field("problem", &S::problem, "What is unsafe"),
            reflect::field("remedy", &S::remedy, "What to do about it"));
    }
};

struct CheckOutput {
    int exit_code = 0;
    std::string environment;
    bool refused = false;
    std::vector<FindingOutput> findings;
    template <class S = CheckOutput>
    static auto describe() {
        return reflect::fields(
            reflect::field("exitCode", &S::exit_code, "0, or 4: Stele would refuse to start"),
            reflect::field("environment", &S::environment, "production or development"),
            reflect::field("refused", &S::refused, "Stele would refuse to start with this"),
            reflect::field("findings", &S::findings, "Refused in production, else warnings"));
    }
};

// Judges without connecting. Throws Error(configuration) for a URL that is none.
CheckOutput judge(const runtime::Settings& settings, runtime::Environment environment);
std::string render_check(const json::value& output);

void register_config_check(runtime::Registry& registry, std::function<App&()> app);

}  // namespace stele::app
