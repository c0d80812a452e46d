#include "runtime/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
}

// "database.poolSize" → "STELE_DATABASE_POOL_SIZE"
std::string variable_of(std::string_view key) {
    std::string out = "STELE_";
    for (const char c : kebab_case(key))
        out += c == '.' || c == '-' ? '_' : char(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

// Names that users know from elsewhere, tried after the regular one.
const std::map<std::string, std::vector<const char*>>& aliases() {
    static const std::map<std::string, std::vector<const char*>> kAliases{
        {"database.url", {"STELE_DATABASE_URL", "DATABASE_URL"}},
        {"database.adminUrl", {"STELE_ADMIN_DATABASE_URL"}},
        {"server.token", {"STELE_TOKEN"}},
        {"server.tokenFile", {"STELE_TOKEN_FILE"}},
        {"server.host", {"STELE_HOST"}},
        {"server.port", {"STELE_PORT"}},
        {"server.requireMemory", {"STELE_REQUIRE_MEMORY"}},
        {"agent.instance", {"STELE_INSTANCE_NAME"}},
        {"agent.posse", {"STELE_POSSE_NAME"}},
        {"agent.scope", {"STELE_SCOPE"}},
        {"agent.org", {"STELE_ORG_ID"}},
        {"agent.project", {"STELE_PROJECT_ID"}},
        {"embedding.kind", {"STELE_EMBEDDING"}},
        {"embedding.url", {"EMBEDDING_URL"}},
        {"embedding.model", {"EMBEDDING_MODEL"}},
        {"embedding.apiKey", {"OPENROUTER_API_KEY"}},
        {"embedding.modelDir", {"STELE_MODEL_DIR"}},
        {"mesh.peerToken", {"STELE_PEER_AUTH_TOKEN"}},
        {"environment", {"STELE_ENV"}}};
    return kAliases;
}

std::string expand(const std::string& text, const std::string& key) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find("${", at);
        if (open == std::string::npos) return out + text.substr(at);
        const auto close = text.find('}', open);
        if (close == std::string::npos)
            throw Error(Code::configuration, fmt::format("{}: \"${{\" without its \"}}\"", key));
        out += text.substr(at, open - at);
        const std::string inside = text.substr(open + 2, close - open - 2);
        const auto otherwise = inside.find(":-");
        const std::string name = inside.substr(0, otherwise);
        if (const auto value = environment(name))
            out += *value;
        else if (otherwise != std::string::npos)
            out += inside.substr(otherwise + 2);
        else
            throw Error(Code::configuration,
                        fmt::format("{}: the environment variable {} is not set", key, name),
                        fmt::format("set it, or write ${{{}:-default}}", name));
        at = close + 1;
    }
    return out;
}

// ---- files: TOML and YAML become the same JSON
// ------------------------------------------------------

json::value from_toml(const toml::node& node) {
    if (const auto* table = node.as_table()) {
        json::object out;
        for (const auto& [key, value] : *table) out[key.str()] = from_toml(value);
        return out;
    }
    if (const auto* text = node.as_string()) return json::string(text->get());
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* flag = node.as_boolean()) return flag->get();
    throw Error(Code::configuration, "a configuration value is neither text, number nor boolean");
}

json::value from_yaml(const YAML::Node& node) {
    if (node.IsMap()) {
        json::object out;
        for (const auto& entry : node) out[entry.first.as<std::string>()] = from_yaml(entry.second);
        return out;
    }
    if (node.IsNull()) return nullptr;
    if (!node.IsScalar())
        throw Error(Code::configuration,
                    "a configuration value is neither text, number nor boolean");
    bool flag = false;
    std::int64_t number = 0;
    if (node.Tag() != "!") {  // quoted scalars stay text
        if (YAML::convert<bool>::decode(node, flag)) return flag;
        if (YAML::convert<std::int64_t>::decode(node, number)) return number;
    }
    return json::string(node.as<std::string>());
}

json::object read_file(const fs::path& path) {
    std::ifstream in(path);
    if (!in)
        throw Error(Code::configuration,
                    fmt::format("the configuration file {} cannot be read", path.string()));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    try {
        const bool is_toml = path.extension() == ".toml";
        const json::value value =
            is_toml ? from_toml(toml::parse(text)) : from_yaml(YAML::Load(text));
        if (value.is_null()) return {};
        if (!value.is_object()) throw Error(Code::configuration, "the file holds no settings");
        return value.get_object();
    } catch (const Error&) {
        throw;
    } catch (const toml::parse_error& error) {
        std::ostringstream where;
        where << error.source().begin;
        throw Error(Code::configuration,
                    fmt::format("{}: {} ({})", path.string(), error.description(), where.str()));
    } catch (const YAML::Exception& error) {
        throw Error(Code::configuration, fmt::format("{}: {}", path.string(), error.what()));
    }
}

fs::path find_file(const std::optional<std::string>& named) {
    if (named) return *named;
    if (const auto variable = environment("STELE_CONFIG")) return *variable;
    std::vector<fs::path> folders{"."};
    if (const auto xdg = environment("XDG_CONFIG_HOME"))
        folders.push_back(fs::path(*xdg) / "stele");
    else if (const auto home = environment("HOME"))
        folders.push_back(fs::path(*home) / ".config" / "stele");
    std::error_code ignored;
    for (const fs::path& folder : folders)
        for (const char* name : {"stele.toml", "stele.yaml", "stele.yml"})
            if (fs::exists(folder / name, ignored)) return (folder / name).lexically_normal();
    return {};
}

}  // namespace

std::vector<std::string> variables_of(std::string_view key) {
    std::vector<std::string> out{variable_of(key)};
    if (const auto more = aliases().find(std::string(key)); more != aliases().end())
        for (const char* name : more->second)
            if (name != out.front()) out.emplace_back(name);
    return out;
}

namespace {

// ---- merging
// --------------------------------------------------------------------------------------------

struct Sources {
    json::object file;
    std::string file_name;
    const std::map<std::string, std::string>& flags;
    const std::vector<ForeignNames>& foreign;
};

// A blank one is none: as libpq's it would mean another server than the local cluster.
bool is_database_url(std::string_view key) {
    return key == "database.url" || key == "database.directUrl" || key == "database.adminUrl";
}

// The first variable that is set: Stele's own, then those of other products.
struct Variable {
    std::string name, text;
};
std::optional<Variable> variable_for(const std::string& key,
                                     const std::vector<ForeignNames>& foreign) {
    const std::vector<std::string> own = variables_of(key);
    const bool url = is_database_url(key);
    const auto first = [&](const std::vector<std::string>& names) -> std::optional<Variable> {
        for (const std::string& name : names)
            if (const auto text = environment(name); text && !(url && trim(*text).empty()))
                return Variable{name, *text};
        return std::nullopt;
    };
    if (auto found = first(own)) return found;
    for (const ForeignNames& names : foreign) {
        std::vector<std::string> theirs;
        if (!names.prefix.empty())
            for (const std::string& name : own)
                if (name.starts_with("STELE_"))
                    theirs.push_back(std::string(names.prefix) + name.substr(6));
        if (const auto more = names.variables.find(key); more != names.variables.end())
            theirs.insert(theirs.end(), more->second.begin(), more->second.end());
        if (auto found = first(theirs); found && names.accepts(found->text)) return found;
    }
    return std::nullopt;
}

json::value text_value(const reflect::FieldInfo& field, const std::string& key,
                       const std::string& text, const std::string& origin) {
    if (auto value = value_of_text(*field.shape, text)) return std::move(*value);
    throw Error(Code::configuration,
                fmt::format("{} ({}): \"{}\" is not a valid value", key, origin,
                            field.rules.secret ? "***" : excerpt(text, 60)));
}

ConfigValue effective(const reflect::FieldInfo& field, const std::string& key,
                      const json::object* section, const Sources& sources) {
    ConfigValue out{key, field.default_value, "default", field.rules.secret};
    const json::value* in_file = section ? section->if_contains(field.name) : nullptr;
    if (in_file && !in_file->is_null()) {
        out.value =
            in_file->is_string()
                ? text_value(field, key, expand(std::string(in_file->get_string()), key), "file")
                : *in_file;
        out.origin = "file " + sources.file_name;
    }
    if (const auto variable = variable_for(key, sources.foreign)) {
        out.origin = "environment " + variable->name;
        out.value = text_value(field, key, variable->text, out.origin);
    }
    if (const auto flag = sources.flags.find(key); flag != sources.flags.end()) {
        out.origin = "flag --" + kebab_case(key.substr(key.rfind('.') + 1));
        out.value = text_value(field, key, flag->second, out.origin);
    }
    if (is_database_url(key) && out.value.is_string())
        out.value = json::string(trim(std::string_view(out.value.get_string())));
    if (out.secret && out.value.is_string())
        remember_secret(std::string_view(out.value.get_string()));
    return out;
}

// Meant as JSON, so that a fault in it must not make a text of it.
bool is_bracketed(std::string_view text) {
    text = trim(text);
    return (text.starts_with('{') && text.ends_with('}')) ||
           (text.starts_with('[') && text.ends_with(']'));
}

void refuse_unknown(const json::object& object, const reflect::Shape& shape,
                    const std::string& prefix, const std::string& file) {
    for (const auto& member : object) {
        std::vector<std::string_view> known;
        for (const reflect::FieldInfo& field : shape.fields) known.push_back(field.name);
        if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
            throw Error(Code::configuration, fmt::format("{}: there is no setting {}{}{}", file,
                                                         prefix, std::string_view(member.key()),
                                                         did_you_mean(member.key(), known)));
    }
}

json::object merge(const reflect::Shape& shape, const std::string& prefix,
                   const json::object* section, const Sources& sources,
                   std::vector<ConfigValue>& values) {
    if (section) refuse_unknown(*section, shape, prefix, sources.file_name);
    json::object out;
    for (const reflect::FieldInfo& field : shape.fields) {
        const std::string key = prefix + std::string(field.name);
        if (field.shape->kind == reflect::Kind::object) {
            const json::value* inner = section ? section->if_contains(field.name) : nullptr;
            if (inner && !inner->is_object())
                throw Error(Code::configuration, fmt::format("{}: {} is a section, not a value",
                                                             sources.file_name, key));
            out[field.name] = merge(*field.shape, key + ".", inner ? &inner->get_object() : nullptr,
                                    sources, values);
        } else {
            values.push_back(effective(field, key, section, sources));
            out[field.name] = values.back().value;
        }
    }
    return out;
}

}  // namespace

std::optional<json::value> value_of_text(const reflect::Shape& shape, const std::string& text,
                                         std::string_view what) {
    using reflect::Kind;
    const char* end = text.data() + text.size();
    switch (shape.kind) {
        case Kind::boolean:
            if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
            if (text == "false" || text == "0" || text == "no" || text == "off") return false;
            return std::nullopt;
        case Kind::integer: {
            std::int64_t number = 0;
            const auto [at, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc{} || at != end) return std::nullopt;
            return number;
        }
        case Kind::number: {
            double number = 0;
            const auto [at, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc{} || at != end) return std::nullopt;
            return number;
        }
        case Kind::object:
        case Kind::any:
            try {
                return parse_json(text, what);
            } catch (const Error&) {
                if (shape.kind == Kind::any && is_bracketed(text)) throw;
                if (shape.kind == Kind::any) return json::string(text);
                return std::nullopt;
            }
        default:
            return json::string(text);
    }
}

LoadedConfig load_config(const std::optional<std::string>& path,
                         const std::map<std::string, std::string>& flags,
                         const std::vector<ForeignNames>& foreign) {
    LoadedConfig out;
    const fs::path file = find_file(path);
    out.file = file.string();
    json::object content = file.empty() ? json::object{} : read_file(file);
    for (const ForeignNames& names : foreign)
        if (names.translate) names.translate(content, out.notes);
    const Sources sources{content, out.file, flags, foreign};
    try {
        const json::object merged =
            merge(reflect::shape_of<Settings>(), "", &content, sources, out.values);
        out.settings = reflect::read<Settings>(merged);
    } catch (const Error& error) {
        if (error.code() != Code::invalid_argument) throw;
        throw Error(Code::configuration, fmt::format("configuration: {}", error.what()),
                    "`stele config print` shows where each value comes from", error.details());
    }
    return out;
}

namespace {

std::string token_of(std::string token, const std::string& file, std::string_view setting) {
    if (!token.empty()) {
        // An environment file or a shell may leave a line break at its end, which nobody can send.
        token = trim(token);
        if (token.empty())
            throw Error(Code::configuration, fmt::format("{}: is blank", setting),
                        "unset it, or give it a token that nobody can guess");
        if (std::any_of(token.begin(), token.end(), [](unsigned char c) { return c < ' '; }))
            throw Error(
                Code::configuration,
                fmt::format("{}: holds a control character, which no header carries", setting));
    } else if (!file.empty()) {
        std::ifstream in(file);
        if (!in)
            throw Error(Code::configuration,
                        fmt::format("{}File: {} cannot be read", setting, file));
        std::getline(in, token);
        token = trim(token);
        if (token.empty())
            throw Error(Code::configuration, fmt::format("{}File: {} is empty", setting, file));
    }
    remember_secret(token);
    return token;
}

}  // namespace

std::string server_token(const ServerSettings& server) {
    return token_of(server.token, server.token_file, "server.token");
}

bool is_loopback(const ServerSettings& server) {
    return server.host == "localhost" || server.host == "::1" || server.host.starts_with("127.");
}

std::string hooks_token(const HookSettings& hooks) {
    return token_of(hooks.token, hooks.token_file, "hooks.token");
}

}  // namespace stele::runtime
