#include <fmt/format.h>

#include "doors/cli/cli.hpp"
#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"

namespace stele::reference {

namespace {

std::string flags_of(const std::string& key) {
    std::string out;
    for (const auto& [flag, setting] : cli::overriding_flags())
        if (setting == key) out += fmt::format(", flag `{}`", flag);
    return out;
}

std::string foreign_of(const std::string& key, const Sources& sources) {
    std::string out;
    for (const runtime::ForeignNames& names : sources.foreign)
        if (const auto found = names.variables.find(key); found != names.variables.end())
            out += fmt::format(", `{}`", fmt::join(found->second, "`, `"));
    return out;
}

std::string settings_of(const reflect::Shape& shape, const std::string& prefix,
                        const Sources& sources) {
    std::string out;
    for (const reflect::FieldInfo& field : shape.fields) {
        const std::string key = prefix + std::string(field.name);
        if (!field.shape->fields.empty()) {
            out += settings_of(*field.shape, key + ".", sources);
            continue;
        }
        out += item(fmt::format("`{}` ({}): {}.", key, type_of(field, true), field.doc));
        out += item(fmt::format("variable `{}`{}{}", fmt::join(runtime::variables_of(key), "`, `"),
                                foreign_of(key, sources), flags_of(key)),
                    2);
    }
    return out;
}

constexpr std::string_view kSettingsIntroduction =
    "Every setting is a key of the settings file, a variable, and sometimes a flag. The flag wins "
    "over the variable, the variable over the file, the file over the default. An unknown key is "
    "an error. `stele config print` shows every value and where it came from. How files are found, "
    "and what a URL may say: [configuration](../guides/configuration.md).";

}  // namespace

std::string settings_page(const Sources& sources) {
    std::string out = title("Settings", "settings") + prose(kSettingsIntroduction) + "\n\n";
    const reflect::Shape& all = reflect::shape_of<runtime::Settings>();
    std::string sections;
    for (const reflect::FieldInfo& field : all.fields)
        if (!field.shape->fields.empty())
            sections +=
                fmt::format("\n## {}\n\n{}.\n\n{}", field.name, prose(field.doc),
                            settings_of(*field.shape, std::string(field.name) + ".", sources));
    reflect::Shape top;
    for (const reflect::FieldInfo& field : all.fields)
        if (field.shape->fields.empty()) top.fields.push_back(field);
    return out + "## The whole\n\n" + settings_of(top, "", sources) + sections;
}

}  // namespace stele::reference
