// What the readers of transcripts hand their messages to, and how they read files.
#pragma once

#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/conversations/insert.hpp"
#include "knowledge/conversations/transfer.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

// Collects messages and logs them a batch at a time.
class Importer {
  public:
    Importer(runtime::Context& context, const ImportInput& input)
        : out{}, context_(context), input_(input) {}

    // A message of a source: its thread, speaker, content and dedup key are set. What is longer
    // than a message may be is cut, what is empty left out.
    void add(LogInput message);
    // The same with a place and an instance of its own: an export's.
    void add(NewMessage message);
    // Makes `thread` a fork of `origin` at the message that has this dedup key there. Nothing
    // happens when that message is not there: the thread then stands alone.
    void fork(const std::string& thread, const std::string& origin, const std::string& dedup_key);
    // Names a thread that has no name yet.
    void title(const std::string& thread, const std::string& title);
    // Logs what was collected.
    void flush();
    // Reads one piece of a source; what cannot be read is counted or, unless lenient, thrown on.
    void piece(const std::string& where, const std::function<void()>& read);

    runtime::Context& context() { return context_; }
    const ImportInput& input() const { return input_; }
    Timestamp at() const { return at_; }
    ImportOutput out;

  private:
    runtime::Context& context_;
    const ImportInput& input_;
    const Timestamp at_ = now();
    std::vector<NewMessage> pending_;
};

// At most `max_bytes` of a text, cut between characters; how much was cut away. PostgreSQL's text
// holds no zero bytes: they become U+FFFD first.
std::size_t cut(std::string& text, std::size_t max_bytes);

// Calls read(line, number) for each line that is not blank, within Importer::piece.
void for_each_line(std::istream& in, const std::string& name, Importer& importer,
                   const std::function<void(std::string_view, std::size_t)>& read);

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

// A member of an object when it is of that type; else nothing.
std::string text_at(const json::object& object, std::string_view key);
const json::object* object_at(const json::object& object, std::string_view key);
const json::array* array_at(const json::object& object, std::string_view key);

void read_claude_code(std::istream& in, const std::string& name, Importer& importer);
void read_chatgpt(std::istream& in, const std::string& name, Importer& importer);
void read_transcript(std::istream& in, const std::string& name, Importer& importer);
void read_opencode(const std::string& folder, Importer& importer);

}  // namespace stele::conversations
