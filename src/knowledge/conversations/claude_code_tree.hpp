// Which thread a record of Claude Code belongs to: sessions, resumed copies, rewinds, sub-agents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "foundation/base/clock.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

// What a record says of its place, whatever its type.
struct ClaudeRecord {
    std::string uuid, parent, session, agent;
    bool side = false;    // said by or to a sub-agent
    bool prompt = false;  // what the user said, not what a tool or the program did
    bool answer = false;  // what the model said
    std::string text;     // of a prompt, or of what a sub-agent is asked
    std::optional<Timestamp> time;
};

// A tool's call that may have sent a sub-agent off.
struct ClaudeCall {
    Place place;
    std::string prompt;
    std::optional<Timestamp> time;
};

// What the name and the place of a file say of a sub-agent.
struct AgentFile {
    bool is_agent = false;
    std::string session, id;
    std::string run;       // the folder it lies in: of a workflow
    std::string tool_use;  // the call that made it, when its .meta.json says so
};

// Remembers records while files are read, sessions before their sub-agents.
class ClaudeTree {
  public:
    explicit ClaudeTree(Importer& importer) : importer_(importer) {}

    // Records know their parents within a file.
    void begin_file(const AgentFile& agent);
    // Whether the call that made a sub-agent's file was read, so that it is known where to fork.
    bool is_sent(const AgentFile& agent) const {
        return named_call(agent.session, agent, agent.id);
    }
    // Whether an earlier file of another session has this record: a resumed session begins with
    // copies.
    bool is_copy(const ClaudeRecord& record);
    // The thread of a message; makes it a fork where it is one.
    std::string thread_of(const ClaudeRecord& record);
    // After the messages of a record's blocks were added: the last block that was one; -1: none
    // was.
    void note(const ClaudeRecord& record, const std::string& thread, int last_block);
    // A record that is no message: those behind it are found through it.
    void note_link(const ClaudeRecord& record);
    // The dedup key of a block's message.
    static std::string key_of(const std::string& uuid, int block);
    void note_call(const std::string& session, const std::string& tool_use, ClaudeCall call);
    // The result of this call is what the sub-agent, or the run of a workflow, gave.
    void note_agent(const std::string& session, const std::string& agent,
                    const std::string& tool_use);
    // The session that has a record; "" when no file had it.
    std::string session_of(const std::string& uuid) const;

  private:
    struct Node {
        std::string session;
        Place place;           // the last message at or above this record, in its thread
        std::string message;   // the message's record at or above this one
        std::string asked_at;  // the message that the prompt above was said behind
        bool side = false;
        bool is_asked = false;  // a prompt stands above, and no answer between
    };

    // A record of any file, in little memory.
    struct Known {
        const std::string* session;
        const std::string* thread;
        int last_block;
        bool side;
    };

    const std::string* name(const std::string& text) { return &*names_.insert(text).first; }
    const Node* parent_of(const ClaudeRecord& record) const;
    std::string side_thread(const ClaudeRecord& record, const Node* parent);
    std::string main_thread(const ClaudeRecord& record, const Node* parent);
    const Place* named_call(const std::string& session, const AgentFile& file,
                            const std::string& agent) const;
    std::optional<Place> origin_of(const ClaudeRecord& record) const;

    Importer& importer_;
    AgentFile file_;
    std::unordered_map<std::string, Node> nodes_;   // of this file, by uuid
    std::unordered_set<std::string> answered_;      // whose prompt had an answer
    std::unordered_map<std::string, Known> known_;  // of all files, by uuid
    std::unordered_set<std::string> names_;         // of sessions and threads, once
    std::unordered_map<std::string, Place> last_;   // of each session's own messages
    std::unordered_map<std::string, Place> calls_;  // by tool_use id
    std::unordered_map<std::string, std::vector<ClaudeCall>> sent_;  // by session
    std::unordered_map<std::string, std::string> agent_calls_;       // "session/agent" → tool_use
    std::unordered_map<std::string, std::string> agent_threads_;     // "session/agent" → thread
};

}  // namespace stele::conversations
