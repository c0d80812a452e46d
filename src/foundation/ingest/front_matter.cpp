#include "foundation/ingest/front_matter.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::ingest {

namespace {

constexpr std::size_t kFrontMatterBytes = 16 * 1024;

// The texts of a list or of one scalar; nothing for what is nested.
json::value texts_of(const YAML::Node& node) {
    if (node.IsScalar()) return json::value(node.as<std::string>());
    if (!node.IsSequence()) return nullptr;
    json::array out;
    for (const YAML::Node& item : node)
        if (item.IsScalar()) out.emplace_back(item.as<std::string>());
    return out;
}

void add_tag(std::string_view text, std::vector<std::string>& out) {
    text = trim(text);
    while (text.starts_with('#')) text.remove_prefix(1);
    if (!text.empty() && std::ranges::find(out, text) == out.end()) out.emplace_back(text);
}

}  // namespace

std::optional<FrontMatter> split_front_matter(std::string_view text) {
    const auto line_end = [&](std::size_t at) {
        return std::min(text.find('\n', at), text.size());
    };
    const auto is_dashes = [&](std::size_t at) {
        const std::string_view line = text.substr(at, line_end(at) - at);
        return line.starts_with("---") && trim(line) == "---";
    };
    if (!is_dashes(0)) return std::nullopt;
    const std::size_t begin = std::min(line_end(0) + 1, text.size());
    for (std::size_t at = begin; at < text.size(); at = line_end(at) + 1)
        if (is_dashes(at))
            return FrontMatter{std::string(text.substr(begin, at - begin)),
                               text.substr(std::min(line_end(at) + 1, text.size()))};
    return std::nullopt;
}

json::object read_front_matter(const std::string& yaml) {
    if (yaml.size() > kFrontMatterBytes)
        throw Error(Code::invalid_argument,
                    "front matter: what stands between its dashes is larger than 16 KiB");
    try {
        const YAML::Node node = YAML::Load(yaml);
        if (!node.IsMap()) throw Error(Code::invalid_argument, "front matter: it has no keys");
        json::object out;
        for (const auto& member : node)
            if (member.first.IsScalar())
                if (json::value value = texts_of(member.second); !value.is_null())
                    out[member.first.as<std::string>()] = std::move(value);
        return out;
    } catch (const YAML::Exception& error) {
        throw Error(Code::invalid_argument, fmt::format("front matter: {}", error.what()));
    }
}

std::vector<std::string> front_matter_tags(const json::object& front) {
    std::vector<std::string> out;
    for (const char* key : {"tags", "tag"}) {
        const json::value* value = front.if_contains(key);
        if (!value) continue;
        if (const json::array* list = value->if_array())
            for (const json::value& tag : *list) add_tag(std::string_view(tag.as_string()), out);
        if (const json::string* text = value->if_string()) {
            const std::string_view all(*text);
            const bool commas = all.find(',') != std::string_view::npos;
            std::size_t at = 0;
            while (at <= all.size()) {
                const auto end = std::min(all.find_first_of(commas ? "," : " \t", at), all.size());
                add_tag(all.substr(at, end - at), out);
                at = end + 1;
            }
        }
    }
    return out;
}

}  // namespace stele::ingest
