#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/ingest/front_matter.hpp"
#include "foundation/ingest/read.hpp"
#include "knowledge/skills/store.hpp"
#include "runtime/local_files.hpp"

namespace stele::skills {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "SKILL.md";
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

std::string read_bounded(const fs::path& file, ingest::Notes& notes) {
    std::error_code error;
    if (fs::file_size(file, error) > limits::kSkillFileBytes && !error)
        throw Error(Code::too_large,
                    fmt::format("it is larger than {} bytes", limits::kSkillFileBytes));
    return ingest::read_text(file, notes);
}

std::string text_in(const json::object& front, const char* key) {
    const json::value* value = front.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The front matter and the text after it. A skill without a name has its folder's.
StoreInput read_skill_file(const fs::path& file, ingest::Notes& notes) {
    const std::string text = read_bounded(file, notes);
    const auto split = ingest::split_front_matter(text);
    if (!split)
        throw Error(Code::invalid_argument,
                    "it does not begin with keys between two lines of three dashes");
    const json::object front = ingest::read_front_matter(split->yaml);
    json::object out;
    out["name"] = text_in(front, "name");
    if (out["name"] == "") out["name"] = fs::absolute(file).parent_path().filename().string();
    out["description"] = std::string(trim(text_in(front, "description")));
    json::array tags;
    for (const std::string& tag : ingest::front_matter_tags(front)) tags.emplace_back(tag);
    out["tags"] = std::move(tags);
    out["content"] = std::string(trim(split->rest));
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
            ingest::Notes notes;
            const StoreInput skill = read_skill_file(file, notes);
            if (!notes.changes.empty()) one.change = notes.changes.front();
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
