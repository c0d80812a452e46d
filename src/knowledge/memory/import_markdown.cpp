// Markdown: each section of a document is a memory.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/base/text.hpp"
#include "foundation/ingest/folder.hpp"
#include "foundation/ingest/front_matter.hpp"
#include "foundation/ingest/read.hpp"
#include "knowledge/memory/transfer.hpp"

namespace stele::memory {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTitleBytes = 1024;            // of the headings above a section
constexpr std::size_t kFrontMatterBytes = 4 * 1024;  // kept in metadata, as JSON

// A section of a Markdown document: the headings above it and its text.
struct Section {
    std::vector<std::string> headings;
    std::string body;
};

std::vector<Section> sections_of(std::string_view text) {
    std::vector<Section> out(1);
    std::vector<std::string> path;
    bool fenced = false;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("```") || line.starts_with("~~~")) fenced = !fenced;
        const auto level = fenced ? 0 : line.find_first_not_of('#');
        if (level != 0 && level != std::string_view::npos && level <= 6 && line[level] == ' ') {
            path.resize(std::min(path.size(), level - 1));
            path.emplace_back(trim(line.substr(level)));
            out.push_back({path, ""});
        } else {
            out.back().body += std::string(line) + "\n";
        }
    }
    return out;
}

// What every memory of a document has, from its front matter.
struct Document {
    std::string name, title;
    std::vector<std::string> tags;
    json::object metadata;
};

// Takes the front matter off the text. One that is no YAML stays: it may be a text between two
// rules.
Document take_front_matter(std::string_view& text, const std::string& name) {
    Document out{name, {}, {}, {}};
    const auto split = ingest::split_front_matter(text);
    if (!split) return out;
    json::object front;
    try {
        if (!trim(split->yaml).empty()) front = ingest::read_front_matter(split->yaml);
    } catch (const Error&) {
        return out;
    }
    text = split->rest;
    for (const std::string& tag : ingest::front_matter_tags(front))
        if (out.tags.size() < limits::kTags)
            out.tags.push_back(excerpt(tag, limits::kTagBytes - 4));
    if (const json::value* title = front.if_contains("title"); title && title->is_string()) {
        out.title = excerpt(trim(title->get_string()), kTitleBytes);
        out.metadata["title"] = out.title;
    }
    for (const char* taken : {"title", "tags", "tag"}) front.erase(taken);
    if (serialize(front).size() <= kFrontMatterBytes && !front.empty())
        out.metadata["frontMatter"] = std::move(front);
    return out;
}

std::string heading_of(const Section& section, const Document& document) {
    std::string out;
    for (const std::string& heading : section.headings) out += (out.empty() ? "" : " > ") + heading;
    return out.empty() ? document.title : excerpt(out, kTitleBytes);
}

// One memory, or several where the section is longer than a memory may be.
void add_section(const Section& section, const Document& document, const Sink& sink) {
    const std::string_view body = trim(section.body);
    if (body.empty()) return;
    StoreInput m;
    m.category = "document";
    m.source = "import:markdown";
    m.file = document.name;
    m.tags = document.tags;
    m.metadata = document.metadata;
    const std::string heading = heading_of(section, document);
    if (!heading.empty()) m.metadata["heading"] = heading;
    const std::string above = heading.empty() ? "" : heading + "\n\n";
    const auto parts = split_text(body, limits::kContentBytes - above.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        m.content = above + std::string(parts[i]);
        if (parts.size() > 1) {
            m.metadata["part_of"] = fmt::format("{}#{}", document.name, heading);
            m.metadata["part"] = i + 1;
            m.metadata["parts"] = parts.size();
        }
        sink(m);
    }
}

}  // namespace

std::vector<std::string_view> split_text(std::string_view text, std::size_t max_bytes) {
    std::vector<std::string_view> out;
    while (text.size() > max_bytes) {
        const std::string_view most = text.substr(0, max_bytes);
        std::size_t end = std::string_view::npos;
        for (const std::string_view between : {"\n\n", "\n", " "}) {
            end = most.rfind(between);
            if (end != std::string_view::npos && end > max_bytes / 4) break;
            end = std::string_view::npos;
        }
        if (end == std::string_view::npos) {
            end = max_bytes;
            while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
        }
        out.push_back(trim(text.substr(0, end)));
        text = trim(text.substr(end));
    }
    if (!text.empty()) out.push_back(text);
    return out;
}

void read_markdown_text(std::string_view text, const std::string& name, const Sink& sink) {
    Document document = take_front_matter(text, name);
    for (const Section& section : sections_of(text)) add_section(section, document, sink);
}

void read_markdown(const ImportInput& input, ingest::Notes& notes, const Sink& sink) {
    const fs::path root = *input.path;
    std::error_code error;
    if (!fs::exists(root, error))
        throw Error(Code::invalid_argument, fmt::format("path: {} does not exist", *input.path));
    const bool one = !fs::is_directory(root, error);
    for (const fs::path& file : ingest::files_below(root, {".md", input.include}, notes)) {
        std::string name = file.lexically_normal().string(), text;
        replace_unstorable(name);
        try {
            text = ingest::read_text(file, notes);
        } catch (const Error& refused) {
            if (refused.code() != Code::invalid_argument) throw;
            if (one)
                throw Error(Code::invalid_argument, fmt::format("{}: {}", name, refused.what()),
                            refused.hint());
            notes.add_skipped(name, refused.what());
            continue;
        }
        read_markdown_text(text, name, sink);
    }
}

}  // namespace stele::memory
