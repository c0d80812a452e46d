// Memories in and out: git history, Markdown, JSON Lines, the official MCP memory server's file.
#pragma once

#include <functional>
#include <string>

#include "knowledge/memory/requests.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

enum class ImportFormat { git, markdown, jsonl, mcp };

struct ImportInput {
    ImportFormat format = ImportFormat::jsonl;
    std::optional<std::string> path;
    std::optional<std::string> data;
    std::optional<std::string> scope;
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
            field("maxCommits", &S::max_commits, "Newest commits of a git history")
                .range(1, 100000));
    }
};

struct ImportOutput {
    std::int64_t read = 0, stored = 0, duplicates = 0, vectors = 0;
    template <class S = ImportOutput>
    static auto describe() {
        return fields(
            field("read", &S::read, "Memories read"),
            field("stored", &S::stored, "New in the database"),
            field("duplicates", &S::duplicates, "There already"),
            field("vectors", &S::vectors, "Vectors made; the rest come in the background"));
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

// Each reader calls `sink` with one memory after another; `name` is shown in errors.
using Sink = std::function<void(StoreInput)>;
void read_git(const std::string& path, int max_commits, const Sink& sink);
void read_markdown(const std::string& path,
                   const Sink& sink);  // a file, or every .md below a folder
void read_markdown_text(std::string_view text, const std::string& name, const Sink& sink);
void read_mcp_memory(std::string_view text, const std::string& name, const Sink& sink);

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
