// What the readers of transcripts hand their messages to, and how they read files.
#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "foundation/ingest/read.hpp"
#include "knowledge/conversations/insert.hpp"
#include "knowledge/conversations/transfer.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

// One file of an import, or the text that was sent.
struct Source {
    std::string name;            // as it is shown in notes
    std::filesystem::path path;  // empty: the text
};

// A message of an import: where a fork can begin.
struct Place {
    std::string thread, key;
};

// Collects messages and logs them a batch at a time.
class Importer {
  public:
    Importer(runtime::Context& context, const ImportInput& input)
        : out{}, context_(context), input_(input), lenient_(input.lenient) {}

    // A message of a source: its thread, speaker, content and dedup key are set. What is longer
    // than a message may be is cut, what is empty counted and left out. One without a time gets
    // that of the message before it in its thread.
    void add(LogInput message);
    // The same with a place and an instance of its own: an export's.
    void add(NewMessage message);
    // Counts messages that are known to be there.
    void add_duplicates(std::int64_t count);
    // Makes `thread` a fork of `origin` at its message. Nothing happens when that message is not
    // there: the thread then stands alone.
    void fork(const std::string& thread, const Place& origin);
    // Names a thread that has no name yet.
    void title(const std::string& thread, const std::string& title);
    // Logs what was collected.
    void flush();
    // Reads one piece of a source; what cannot be read is counted or, unless lenient, thrown on.
    void piece(const std::string& where, const std::function<void()>& read);
    // Reads one source. In a folder one that cannot be read is counted, and the others go on.
    void file(const Source& source, const std::function<void(std::istream&)>& read);
    // From now on pieces that cannot be read are counted: each is a file, or a row, of its own.
    void pass_over() { lenient_ = true; }
    // After the last one. Throws Error(invalid_argument) when no file of a folder could be read.
    void finish();

    runtime::Context& context() { return context_; }
    const ImportInput& input() const { return input_; }
    Timestamp at() const { return at_; }
    ImportOutput out;

  private:
    void read_source(const Source& source, const std::function<void(std::istream&)>& read);

    runtime::Context& context_;
    const ImportInput& input_;
    bool lenient_;
    const Timestamp at_ = now();
    std::vector<NewMessage> pending_;
    std::unordered_map<std::string, Timestamp> last_time_;  // of each thread
    std::int64_t files_ = 0, files_refused_ = 0;
};

// At most `max_bytes` of a text, cut between characters; how much was cut away.
std::size_t cut(std::string& text, std::size_t max_bytes);

// Calls read(object, line) for each line of JSON Lines, within Importer::piece.
void for_each_object(std::istream& in, const std::string& name, Importer& importer,
                     const std::function<void(const json::object&, const ingest::Line&)>& read);

// The elements of a JSON array (or the one object there is), one text after another, so that a file
// of any size is read in little memory.
class JsonElements {
  public:
    explicit JsonElements(std::istream& in) : in_(in) {}
    // False at the end. Throws Error(invalid_argument) when this is no array of objects.
    bool next(std::string& element);
    std::size_t line() const { return line_; }  // where the last element began

  private:
    int get();
    std::istream& in_;
    std::size_t now_ = 1, line_ = 1;
    bool begun_ = false;
};

// Calls read(object) for each element, within Importer::piece; problems name the element by its
// number and by its member `title`.
void for_each_element(std::istream& in, const std::string& name, std::string_view title,
                      Importer& importer, const std::function<void(const json::object&)>& read);

// A member of an object when it is of that type; else nothing.
std::string text_at(const json::object& object, std::string_view key);
const json::object* object_at(const json::object& object, std::string_view key);
const json::array* array_at(const json::object& object, std::string_view key);
bool is_true(const json::object& object, std::string_view key);
// A number of seconds, or of thousandths of them (per_second 1000), since 1970; nothing when it is
// none, or no time of the years 1970 to 9999.
std::optional<Timestamp> time_at(const json::object& object, std::string_view key, int per_second);

// Whether a text begins with one of these.
bool begins_with(std::string_view text, std::span<const std::string_view> beginnings);
// A content that is a text or an array of blocks with texts, as one text; "[image]" for others.
std::string text_of_blocks(const json::value& content);
// "project:<folder>"; the current project when the source names none.
std::string project_scope(const std::string& folder);
// Content, kind and metadata of a call and its result; small inputs are kept in metadata, too.
LogInput tool_call(const std::string& name, const std::string& id, const json::value& input);
LogInput tool_result(const std::string& id, std::string content, bool is_error);
// Thread, channel, scope and time of `common` with the rest of `tool`.
LogInput tool_message(const LogInput& common, LogInput tool, const std::string& key);

void read_claude_code(std::vector<Source> sources, Importer& importer);
void read_claude_ai(const std::vector<Source>& sources, Importer& importer);
void read_chatgpt(const std::vector<Source>& sources, Importer& importer);
void read_codex(const std::vector<Source>& sources, Importer& importer);
void read_gemini(const std::vector<Source>& sources, Importer& importer);
void read_transcript(const std::vector<Source>& sources, Importer& importer);
// A storage folder, the folder it lies in, opencode.db, or what `opencode export` wrote.
void read_opencode(const Source& source, Importer& importer);

}  // namespace stele::conversations
