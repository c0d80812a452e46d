// The readers of foreign formats: what each of them becomes as a memory.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/memory/transfer.hpp"

namespace stele::memory {

namespace {

namespace fs = std::filesystem;

// Runs a program without a shell and hands out its standard output.
std::string output_of_program(const std::vector<std::string>& argv) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(Code::internal, "no pipe left");
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        std::vector<char*> args;
        for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
        args.push_back(nullptr);
        ::execvp(args[0], args.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string out;
    char buffer[65536];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        out.append(buffer, std::size_t(n));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Error(Code::failed,
                    fmt::format("`{} {}` failed", argv[0], argv.size() > 3 ? argv[3] : ""),
                    "is the path a git repository, and git installed?");
    return out;
}

std::string_view take_until(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

// Cuts what is too long for a memory, between characters.
std::string within_bounds(std::string_view text) {
    if (text.size() <= limits::kContentBytes) return std::string(text);
    std::size_t end = limits::kContentBytes - 4;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
}

std::string utf8_or_replaced(std::string_view text) {
    std::string out;
    while (const auto bad = invalid_utf8_at(text)) {
        out += text.substr(0, *bad);
        out += "\xEF\xBF\xBD";
        text.remove_prefix(*bad + 1);
    }
    return out += text;
}

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
        const std::string_view line = take_until(text, '\n');
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

}  // namespace

void read_git(const std::string& path, int max_commits, const Sink& sink) {
    // Fields end with US, commits with RS: neither occurs in names or messages people write.
    const std::string log = output_of_program(
        {"git", "-C", path, "log", fmt::format("--max-count={}", max_commits), "--no-color",
         "--date=iso-strict", "--name-only", "--pretty=format:%x1e%H%x1f%aI%x1f%an%x1f%B%x1f"});
    const std::string root(
        trim(output_of_program({"git", "-C", path, "rev-parse", "--show-toplevel"})));
    std::string_view rest = log;
    take_until(rest, '\x1e');
    while (!rest.empty()) {
        std::string_view commit = take_until(rest, '\x1e');
        const std::string id(take_until(commit, '\x1f'));
        const auto time = parse_timestamp(take_until(commit, '\x1f'));
        const std::string author = utf8_or_replaced(take_until(commit, '\x1f'));
        const std::string message = utf8_or_replaced(trim(take_until(commit, '\x1f')));
        std::vector<std::string> files;
        while (!commit.empty() && files.size() < 20)
            if (const auto file = trim(take_until(commit, '\n')); !file.empty())
                files.push_back(utf8_or_replaced(file));
        if (message.empty()) continue;
        StoreInput m;
        m.content = within_bounds(message);
        m.category = "commit";
        m.source = "import:git";
        m.timestamp = time;
        m.commit = id;
        m.source_uri = fmt::format("git:{}", root.substr(root.rfind('/') + 1));
        if (!files.empty()) m.file = files.front();
        m.metadata = json::object{{"author", author}, {"files", reflect::write(files)}};
        sink(std::move(m));
    }
}

void read_markdown_text(std::string_view text, const std::string& name, const Sink& sink) {
    for (const Section& section : sections_of(text)) {
        if (trim(section.body).empty()) continue;
        std::string title;
        for (const std::string& heading : section.headings)
            title += (title.empty() ? "" : " > ") + heading;
        StoreInput m;
        m.content = within_bounds(
            utf8_or_replaced(title.empty() ? std::string(trim(section.body))
                                           : fmt::format("{}\n\n{}", title, trim(section.body))));
        m.category = "document";
        m.source = "import:markdown";
        m.file = name;
        if (!section.headings.empty()) m.metadata = {{"heading", utf8_or_replaced(title)}};
        sink(std::move(m));
    }
}

void read_markdown(const std::string& path, const Sink& sink) {
    std::error_code error;
    if (!fs::exists(path, error))
        throw Error(Code::invalid_argument, fmt::format("path: {} does not exist", path));
    std::vector<fs::path> files;
    if (fs::is_directory(path)) {
        for (const auto& entry :
             fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied))
            if (entry.is_regular_file() && entry.path().extension() == ".md")
                files.push_back(entry.path());
    } else {
        files.emplace_back(path);
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        std::ifstream in(file, std::ios::binary);
        if (!in)
            throw Error(Code::invalid_argument,
                        fmt::format("path: {} cannot be read", file.string()));
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        read_markdown_text(text, file.lexically_normal().string(), sink);
    }
}

// The official MCP memory server keeps entities with observations and relations between them, one
// JSON object a line. Each observation and each relation is a memory of its own.
void read_mcp_memory(std::string_view text, const std::string& name, const Sink& sink) {
    std::size_t number = 0;
    while (!text.empty()) {
        const std::string_view line = trim(take_until(text, '\n'));
        ++number;
        if (line.empty()) continue;
        const json::value value = parse_json(line, fmt::format("line {} of {}", number, name));
        const auto text_of = [&](const char* key) -> std::string {
            const json::value* member =
                value.is_object() ? value.get_object().if_contains(key) : nullptr;
            if (member && member->is_string()) return std::string(member->get_string());
            throw Error(Code::invalid_argument,
                        fmt::format("line {} of {}: \"{}\" is missing", number, name, key),
                        "expected the file of @modelcontextprotocol/server-memory");
        };
        StoreInput m;
        m.category = "fact";
        m.source = "import:mcp-memory";
        const std::string type = text_of("type");
        if (type == "relation") {
            const std::string from = text_of("from"), to = text_of("to"),
                              kind = text_of("relationType");
            m.content = fmt::format("{} {} {}", from, kind, to);
            m.metadata = {{"relation", {{"from", from}, {"to", to}, {"type", kind}}}};
            sink(std::move(m));
            continue;
        }
        const std::string entity = text_of("name"), entity_type = text_of("entityType");
        m.metadata = {{"entity", entity}, {"entityType", entity_type}};
        m.tags = {excerpt(entity_type, limits::kTagBytes - 4)};
        const json::value* observations = value.get_object().if_contains("observations");
        if (!observations || !observations->is_array() || observations->get_array().empty()) {
            m.content = fmt::format("{} is a {}", entity, entity_type);
            sink(m);
            continue;
        }
        for (const json::value& observation : observations->get_array()) {
            if (!observation.is_string()) continue;
            m.content = within_bounds(
                fmt::format("{}: {}", entity, std::string_view(observation.get_string())));
            sink(m);
        }
    }
}

}  // namespace stele::memory
