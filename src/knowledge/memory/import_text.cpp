// A git history and the file of the official MCP memory server: what each becomes as a memory.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/base/text.hpp"
#include "foundation/ingest/read.hpp"
#include "knowledge/memory/transfer.hpp"

namespace stele::memory {

namespace {

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

// What git hands out in another encoding than its log is said to have.
std::string as_utf8(std::string_view text, const std::string& place, ingest::Notes& notes) {
    try {
        return ingest::as_text(std::string(text), place, notes);
    } catch (const Error& error) {
        std::string out(text);
        replace_unstorable(out);
        notes.add_repaired(place, error.what());
        return out;
    }
}

std::string required_text(const json::object& entry, const char* key) {
    const json::value* member = entry.if_contains(key);
    if (member && member->is_string()) return std::string(member->get_string());
    throw Error(Code::invalid_argument, fmt::format("\"{}\" is missing", key));
}

void add_relation(const json::object& entry, StoreInput m, const std::string& place,
                  ingest::Notes& notes, const Sink& sink) {
    const std::string from = required_text(entry, "from"), to = required_text(entry, "to"),
                      kind = required_text(entry, "relationType");
    m.content = within_bounds(fmt::format("{} {} {}", from, kind, to), place, notes);
    m.metadata = {{"relation", {{"from", from}, {"to", to}, {"type", kind}}}};
    sink(std::move(m));
}

// The official MCP memory server keeps entities with observations and relations between them, one
// JSON object a line. Each observation and each relation is a memory of its own.
void add_entry(const json::object& entry, const std::string& place, ingest::Notes& notes,
               const Sink& sink) {
    StoreInput m;
    m.category = "fact";
    m.source = "import:mcp-memory";
    if (required_text(entry, "type") == "relation")
        return add_relation(entry, std::move(m), place, notes, sink);
    const std::string entity = required_text(entry, "name"),
                      entity_type = required_text(entry, "entityType");
    m.metadata = {{"entity", entity}, {"entityType", entity_type}};
    m.tags = {excerpt(entity_type, limits::kTagBytes - 4)};
    const json::value* observations = entry.if_contains("observations");
    const json::array* list = observations ? observations->if_array() : nullptr;
    if (!list || list->empty()) {
        m.content = within_bounds(fmt::format("{} is a {}", entity, entity_type), place, notes);
        sink(m);
        return;
    }
    for (const json::value& observation : *list) {
        const json::string* text = observation.if_string();
        if (!text) {
            notes.add_skipped(place, "an observation that is no text");
            continue;
        }
        m.content =
            within_bounds(fmt::format("{}: {}", entity, std::string_view(*text)), place, notes);
        sink(m);
    }
}

}  // namespace

void read_git(const std::string& path, int max_commits, ingest::Notes& notes, const Sink& sink) {
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
        const std::string place = "commit " + id;
        const std::string author = as_utf8(take_until(commit, '\x1f'), place, notes);
        const std::string message = as_utf8(trim(take_until(commit, '\x1f')), place, notes);
        std::vector<std::string> files;
        while (!commit.empty() && files.size() < 20)
            if (const auto file = trim(take_until(commit, '\n')); !file.empty())
                files.push_back(as_utf8(file, place, notes));
        if (message.empty()) continue;
        StoreInput m;
        m.content = within_bounds(message, place, notes);
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

std::string within_bounds(std::string_view text, const std::string& place, ingest::Notes& notes) {
    if (text.size() <= limits::kContentBytes) return std::string(text);
    std::size_t end = limits::kContentBytes - 4;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    notes.add_cut(place, fmt::format("{} bytes at the end", text.size() - end));
    return std::string(text.substr(0, end)) + "…";
}

void read_mcp_memory(std::istream& in, const std::string& name, ingest::Notes& notes,
                     const Sink& sink) {
    ingest::for_each_json_line(in, name, notes, [&](const ingest::Line& line) {
        try {
            add_entry(ingest::read_json_object(line.text, line.place, notes), line.place, notes,
                      sink);
        } catch (const Error& error) {
            if (error.code() != Code::invalid_argument) throw;
            throw Error(Code::invalid_argument, fmt::format("{}: {}", line.place, error.what()),
                        "expected the file of @modelcontextprotocol/server-memory");
        }
    });
}

}  // namespace stele::memory
