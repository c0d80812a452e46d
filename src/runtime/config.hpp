// Where settings come from: flag > environment > file > default.
//
// The file is named by --config, else STELE_CONFIG, else stele.toml, stele.yaml or stele.yml of the
// working directory, else of $XDG_CONFIG_HOME/stele; it may use another product's names. ${VAR} and
// ${VAR:-default} are replaced in every string. Every key is also an environment variable:
// database.poolSize is STELE_DATABASE_POOL_SIZE.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"
#include "runtime/settings.hpp"

namespace stele::runtime {

// One effective value and its origin: "default", "environment STELE_…", "file stele.toml", "flag
// --…".
struct ConfigValue {
    std::string key;  // "database.poolSize"
    json::value value;
    std::string origin;
    bool secret = false;
};

struct LoadedConfig {
    Settings settings;
    std::vector<ConfigValue> values;  // in the schema's order
    std::string file;                 // "" when none was found
    std::vector<std::string> notes;   // foreign keys that are accepted and mean nothing here
};

// How another product calls settings that Stele has: src/compat has one for each guide.
struct ForeignNames {
    // Takes that product's keys out of a file's settings, and puts Stele's in. What has no meaning
    // here is named in `notes`. Throws Error(configuration) for a value that cannot be had.
    void (*translate)(json::object& settings, std::vector<std::string>& notes) = nullptr;
    // A prefix that may stand for STELE_ in the name of a variable; "" for none.
    std::string_view prefix = {};
    // Stele's key → variables, tried after Stele's own.
    std::map<std::string, std::vector<std::string>> variables = {};
    // Whether a variable's text is meant for Stele: names such as APP_ENV are others' too.
    bool (*accepts)(std::string_view text) = [](std::string_view) { return true; };
};

// Throws Error(configuration) for an unreadable file, an unknown key ("did you mean"), a wrong
// value, a
// ${VAR} that is not set. `flags` maps keys to their text.
LoadedConfig load_config(const std::optional<std::string>& path,
                         const std::map<std::string, std::string>& flags = {},
                         const std::vector<ForeignNames>& foreign = {});

// The environment variables of a key: database.poolSize is STELE_DATABASE_POOL_SIZE; then the short
// names that some keys have. The first that is set counts.
std::vector<std::string> variables_of(std::string_view key);

// A text as the value of a field: "8" for an integer, "true" for a boolean, JSON for an object.
// Nothing when it cannot be that. Also what the CLI does with a flag and REST with a query
// parameter. A field of any kind takes JSON or else the text itself; what is bracketed as an object
// or an array and is none throws Error(invalid_argument), which names the field by `what`.
std::optional<json::value> value_of_text(const reflect::Shape& shape, const std::string& text,
                                         std::string_view what = "value");

// The bearer token: server.token, else the first line of server.tokenFile; "" when neither is set.
// Known to redact() from then on. Throws Error(configuration) for a file that is not there or
// empty.
std::string server_token(const ServerSettings& server);
// Whether it listens for this machine alone.
bool is_loopback(const ServerSettings& server);
// Likewise the hooks': hooks.token, else hooks.tokenFile.
std::string hooks_token(const HookSettings& hooks);

}  // namespace stele::runtime
