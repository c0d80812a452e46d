// Conversations in and out: transcripts of agents, exports of chats, and JSON Lines.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "foundation/ingest/notes.hpp"
#include "knowledge/conversations/requests.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

enum class ImportFormat { claude_code, claude_ai, chatgpt, codex, gemini, opencode, transcript };

struct ImportInput {
    ImportFormat format = ImportFormat::transcript;
    std::optional<std::string> path, data, scope;
    bool lenient = false;
    template <class S = ImportInput>
    static auto describe() {
        return fields(
            field(
                "format", &S::format,
                "claude-code (its .jsonl files, or a folder of them), claude-ai and chatgpt "
                "(conversations.json of an export, or its folder), codex (~/.codex/sessions), "
                "gemini (~/.gemini/tmp), opencode (its folder, opencode.db, or what `opencode "
                "export` wrote), transcript (JSON Lines: an export of Stele, or threadId, speaker "
                "and content on each line)")
                .required()
                .positional(),
            field("path", &S::path, "What to read, on this machine (shell only)").positional(),
            field("data", &S::data, "The text of one file instead of a path")
                .max_bytes(limits::kBatchBodyBytes),
            field("scope", &S::scope,
                  "Where to put the conversations; absent: the project that the source names, else "
                  "the current one")
                .max_bytes(limits::kScopeBytes),
            field("lenient", &S::lenient, "Leave out what cannot be read, and say so"));
    }
};

struct ImportOutput : ingest::Notes {
    std::int64_t read = 0, logged = 0, duplicates = 0, empty = 0;
    template <class S = ImportOutput>
    static auto describe() {
        return joined(fields(field("read", &S::read, "Messages read"),
                             field("logged", &S::logged, "New in the database"),
                             field("duplicates", &S::duplicates, "There already"),
                             field("empty", &S::empty,
                                   "Messages without a text: an image alone, a result of nothing")),
                      ingest::note_fields<S>());
    }
};

struct ExportInput {
    std::optional<std::string> file, scope;
    std::vector<std::string> thread_ids;
    template <class S = ExportInput>
    static auto describe() {
        return fields(
            field("file", &S::file, "Write to this file (shell only); absent: into the answer")
                .positional(),
            field("threadIds", &S::thread_ids, "These conversations; absent: all")
                .max_items(limits::kBatch)
                .max_bytes(limits::kThreadKeyBytes),
            field("scope", &S::scope, "Those of this scope; absent: of all")
                .max_bytes(limits::kScopeBytes));
    }
};

struct ExportOutput {
    std::int64_t threads = 0, messages = 0;
    std::optional<std::string> data, file;
    template <class S = ExportOutput>
    static auto describe() {
        return fields(field("threads", &S::threads, "Conversations"),
                      field("messages", &S::messages, "Messages in them"),
                      field("data", &S::data, "JSON Lines, one record a line"),
                      field("file", &S::file, "Where they were written"));
    }
};

// Running it again stores nothing twice. What cannot be read is named: of one file in an
// Error(invalid_argument), unless `lenient`; whole batches before it are stored then. In a folder
// the other files are read all the same.
ImportOutput import_threads(runtime::Context& context, const ImportInput& input);
ExportOutput export_threads(runtime::Context& context, const ExportInput& input);

}  // namespace stele::conversations

namespace stele::reflect {

template <>
struct EnumNames<conversations::ImportFormat> {
    static constexpr std::array<std::pair<conversations::ImportFormat, std::string_view>, 7> values{
        {{conversations::ImportFormat::claude_code, "claude-code"},
         {conversations::ImportFormat::claude_ai, "claude-ai"},
         {conversations::ImportFormat::chatgpt, "chatgpt"},
         {conversations::ImportFormat::codex, "codex"},
         {conversations::ImportFormat::gemini, "gemini"},
         {conversations::ImportFormat::opencode, "opencode"},
         {conversations::ImportFormat::transcript, "transcript"}}};
};

}  // namespace stele::reflect
