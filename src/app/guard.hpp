// The guard of production: which database settings are unsafe, before anything connects.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/settings.hpp"

namespace stele::app {

// One thing that is unsafe. Neither text holds a password.
struct Unsafe {
    std::string rule;     // empty-url, credentials, loopback, sslmode
    std::string setting;  // database.url, database.directUrl, database.adminUrl
    std::string problem;
    std::string remedy;
};

// Looks at the settings and libpq's environment (PGHOST, PGPASSWORD, PGSSLMODE, …) alone: nothing
// is resolved, nothing connects. Throws Error(configuration) for a URL that is none.
std::vector<Unsafe> unsafe_settings(const runtime::DatabaseSettings& database);

// Throws Error(refused) that names all of them when `environment` is production and there are any.
void refuse_unsafe(runtime::Environment environment, const std::vector<Unsafe>& found);

// The KEY=VALUE lines of an .env file, as shells and compose read them: comments, `export`, single
// quotes as they stand, double quotes with \n \" \\ \$, unquoted values to the comment behind them.
// Throws Error(configuration) that names `name` and the line, never a value.
std::map<std::string, std::string> parse_env_file(std::string_view text, std::string_view name);

}  // namespace stele::app
