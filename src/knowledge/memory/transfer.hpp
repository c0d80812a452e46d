// Memories in and out: git history, Markdown, JSON Lines, the official MCP memory server's file.
#pragma once

#include <functional>
#include <istream>
#include <string>

#include "foundation/ingest/notes.hpp"
#include "knowledge/memory/requests.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

enum class ImportFormat { git, markdown, jsonl, mcp };

struct ImportInput {
    ImportFormat format = ImportFormat::jsonl;
    std::optional<std::string> path;
    std::optional<std::string> data;
    std::optional<std::string> scope;
    std::vector<std::string> include;
    int max_commits = 2000;
    template <class S = ImportInput>
    static auto describe() {
        return fields(
            field(
                "format", &S::format,
                "git (a repository's history), markdown (a file or folder), jsonl (an export), mcp "
                "(the JSON Lines of the official MCP memory server)")
                .required()
                .positional(),
            field("path", &S::path, "What to read, on this machine (shell only)").positional(),
            field("data", &S::data, "The text itself instead of a path: markdown, jsonl, mcp")
                .max_bytes(limits::kBatchBodyBytes),
            field("scope", &S::scope,
                  "Where to store; absent: the current project; an export's own "
                  "scopes are kept")
                .max_bytes(limits::kScopeBytes),
            field("include", &S::include,
                  "Folders of notes to read all the same: hidden ones, node_modules, what git "
                  "ignores; a name, or a path below the one that is read")
                .max_items(limits::kBatch)
                .max_bytes(limits::kUriBytes),
            field("maxCommits", &S::max_commits, "Newest commits of a git history")
                .range(1, 100000));
    }
};

struct ImportOutput : ingest::Notes {
    std::int64_t read = 0, stored = 0, duplicates = 0, vectors = 0;
    template <class S = ImportOutput>
    static auto describe() {
        return joined(
            fields(field("read", &S::read, "Memories read"),
                   field("stored", &S::stored, "New in the database"),
                   field("duplicates", &S::duplicates, "There already"),
                   field("vectors", &S::vectors, "Vectors made; the rest come in the background")),
            ingest::note_fields<S>());
    }
};

struct ExportInput : Filter {
    std::optional<std::string> file;
    std::optional<std::string> cursor;
    int limit = 1000;
    template <class S = ExportInput>
    static auto describe() {
        return joined(
            fields(
                field("file", &S::file, "Write everything to this file (shell only)").positional(),
                field("cursor", &S::cursor, "nextCursor of the part before").max_bytes(128),
                field("limit", &S::limit, "Memories a part").clamp(1, 10000)),
            filter_fields<S>());
    }
};

struct ExportOutput {
    std::int64_t count = 0;
    std::optional<std::string> data, next_cursor, file;
    template <class S = ExportOutput>
    static auto describe() {
        return fields(field("count", &S::count, "Memories in this part"),
                      field("data", &S::data, "JSON Lines, one memory a line"),
                      field("nextCursor", &S::next_cursor, "Absent on the last part"),
                      field("file", &S::file, "Where they were written"));
    }
};

ImportOutput import_memories(runtime::Context& context, const ImportInput& input);
ExportOutput export_memories(runtime::Context& context, const ExportInput& input);

// Each reader calls `sink` with one memory after another; `name` is shown in errors and notes.
using Sink = std::function<void(StoreInput)>;
void read_git(const std::string& path, int max_commits, ingest::Notes& notes, const Sink& sink);
// A file, or every .md below a folder but for those that ingest::files_below leaves out. A file
// that is no text goes into the notes.
void read_markdown(const ImportInput& input, ingest::Notes& notes, const Sink& sink);
void read_markdown_text(std::string_view text, const std::string& name, const Sink& sink);
void read_mcp_memory(std::istream& in, const std::string& name, ingest::Notes& notes,
                     const Sink& sink);

// A text in pieces of at most `max_bytes`, taken apart between paragraphs; where one is longer,
// between lines, words, characters.
std::vector<std::string_view> split_text(std::string_view text, std::size_t max_bytes);
// At most limits::kContentBytes of a text, cut between characters; said in the notes.
std::string within_bounds(std::string_view text, const std::string& place, ingest::Notes& notes);

}  // namespace stele::memory

namespace stele::reflect {

template <>
struct EnumNames<memory::ImportFormat> {
    static constexpr std::array<std::pair<memory::ImportFormat, std::string_view>, 4> values{
        {{memory::ImportFormat::git, "git"},
         {memory::ImportFormat::markdown, "markdown"},
         {memory::ImportFormat::jsonl, "jsonl"},
         {memory::ImportFormat::mcp, "mcp"}}};
};

}  // namespace stele::reflect
