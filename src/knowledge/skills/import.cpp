#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/skills/store.hpp"
#include "runtime/local_files.hpp"

namespace stele::skills {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "SKILL.md";
constexpr std::size_t kFrontMatterBytes = 16 * 1024;
constexpr std::size_t kFiles = 10'000;

// The skills below a folder, not those of packages and of version control.
std::vector<fs::path> files_at(const fs::path& path) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) return {path};
    std::vector<fs::path> out;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                           error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::error_code unread;
        if (entry->is_directory(unread) && (name == ".git" || name == "node_modules"))
            entry.disable_recursion_pending();
        else if (name == kFile && entry->is_regular_file(unread) && out.size() < kFiles)
            out.push_back(entry->path());
    }
    std::ranges::sort(out);
    if (out.empty())
        throw Error(Code::invalid_argument,
                    fmt::format("path: there is no {} at {}", kFile, path.string()),
                    "name such a file, or a folder that holds some");
    return out;
}

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string out(limits::kSkillFileBytes + 1, '\0');
    in.read(out.data(), std::streamsize(out.size()));
    if (in.bad() || (!in && !in.eof())) throw Error(Code::invalid_argument, "it cannot be read");
    out.resize(std::size_t(in.gcount()));
    if (out.size() > limits::kSkillFileBytes)
        throw Error(Code::too_large,
                    fmt::format("it is larger than {} bytes", limits::kSkillFileBytes));
    return out;
}

// The lines between the two of "---" at its beginning, and the rest.
std::pair<std::string, std::string> parts_of(const std::string& text) {
    const auto line_end = [&](std::size_t at) {
        return std::min(text.find('\n', at), text.size());
    };
    if (trim(std::string_view(text).substr(0, line_end(0))) != "---")
        throw Error(Code::invalid_argument, "it does not begin with a line of three dashes");
    const std::size_t begin = line_end(0) + 1;
    for (std::size_t at = begin; at < text.size(); at = line_end(at) + 1)
        if (trim(std::string_view(text).substr(at, line_end(at) - at)) == "---")
            return {text.substr(begin, at - begin),
                    text.substr(std::min(line_end(at) + 1, text.size()))};
    throw Error(Code::invalid_argument, "its second line of three dashes is missing");
}

std::string text_in(const YAML::Node& node, const char* key) {
    return node[key] && node[key].IsScalar() ? node[key].as<std::string>() : std::string();
}

// The front matter and the text after it. A skill without a name has its folder's.
StoreInput read_skill_file(const fs::path& file) {
    const auto [front, content] = parts_of(read_text(file));
    if (front.size() > kFrontMatterBytes)
        throw Error(Code::too_large, "what stands between its dashes is larger than 16 KiB");
    json::object out;
    try {
        const YAML::Node node = YAML::Load(front);
        if (!node.IsMap()) throw Error(Code::invalid_argument, "its front matter has no keys");
        std::string name = text_in(node, "name");
        if (name.empty()) name = fs::absolute(file).parent_path().filename().string();
        out["name"] = name;
        out["description"] = std::string(trim(text_in(node, "description")));
        json::array tags;
        if (node["tags"] && node["tags"].IsSequence())
            for (const YAML::Node& tag : node["tags"])
                if (tag.IsScalar()) tags.emplace_back(tag.as<std::string>());
        out["tags"] = std::move(tags);
    } catch (const YAML::Exception& error) {
        throw Error(Code::invalid_argument, fmt::format("front matter: {}", error.what()));
    }
    out["content"] = std::string(trim(content));
    out["source"] =
        "file:" + file.parent_path().filename().string() + "/" + file.filename().string();
    return reflect::read<StoreInput>(out);  // its bounds hold here as anywhere
}

}  // namespace

ImportOutput import_skills(runtime::Context& context, const ImportInput& input) {
    runtime::require_local_files(context, "path",
                                 "use `stele skills import` there, or store each skill");
    ImportOutput out;
    for (const fs::path& file : files_at(input.path)) {
        Imported& one = out.files.emplace_back();
        one.file = file.string();
        try {
            const StoreInput skill = read_skill_file(file);
            one.name = skill.name;
            one.outcome = "read";
            if (input.dry_run) continue;
            const StoreOutput stored = store(context, skill);
            one.outcome = stored.unchanged ? "unchanged" : stored.created ? "created" : "changed";
            ++(stored.unchanged ? out.unchanged : out.stored);
        } catch (const Error& error) {
            const Code code = error.code();
            if (code != Code::invalid_argument && code != Code::too_large && code != Code::refused)
                throw;
            one.problem = error.what();
            ++out.refused;
        }
    }
    return out;
}

}  // namespace stele::skills
