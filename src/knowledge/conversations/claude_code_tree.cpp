#include "knowledge/conversations/claude_code_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/text.hpp"

namespace stele::conversations {

std::string ClaudeTree::key_of(const std::string& uuid, int block) {
    return block == 0 ? uuid : fmt::format("{}#{}", uuid, block);
}

void ClaudeTree::begin_file(const AgentFile& agent) {
    file_ = agent;
    nodes_.clear();
    answered_.clear();
}

const ClaudeTree::Node* ClaudeTree::parent_of(const ClaudeRecord& record) const {
    const auto found = nodes_.find(record.parent);
    return found == nodes_.end() ? nullptr : &found->second;
}

bool ClaudeTree::is_copy(const ClaudeRecord& record) {
    const auto found = known_.find(record.uuid);
    if (found == known_.end() || *found->second.session == record.session) return false;
    const Known& known = found->second;
    Node node{*known.session, {*known.thread, ""}, record.uuid, "", known.side, false};
    if (known.last_block >= 0) node.place.key = key_of(record.uuid, known.last_block);
    if (const Node* parent = parent_of(record); parent && node.place.key.empty())
        node.place = parent->place;
    nodes_[record.uuid] = std::move(node);
    return true;
}

std::string ClaudeTree::thread_of(const ClaudeRecord& record) {
    const Node* parent = parent_of(record);
    if (record.side) return side_thread(record, parent);
    return main_thread(record, parent && !parent->side ? parent : nullptr);
}

std::string ClaudeTree::side_thread(const ClaudeRecord& record, const Node* parent) {
    if (parent && parent->side) return parent->place.thread;
    const std::string agent = record.session + "/" + record.agent;
    if (!record.agent.empty())
        if (const auto known = agent_threads_.find(agent); known != agent_threads_.end())
            return known->second;
    const std::string thread = fmt::format("{}/{}", record.session, record.uuid);
    if (!record.agent.empty()) agent_threads_[agent] = thread;
    if (const auto origin = origin_of(record)) importer_.fork(thread, *origin);
    return thread;
}

std::string ClaudeTree::main_thread(const ClaudeRecord& record, const Node* parent) {
    if (!parent) return record.session;
    // What goes on behind copies of another session's messages is a fork of that session.
    if (parent->session != record.session) {
        if (!last_.contains(record.session) && !parent->place.key.empty())
            importer_.fork(record.session, parent->place);
        return record.session;
    }
    // A rewind: the place has had another prompt, and that was answered.
    if (record.prompt && answered_.contains(parent->message) && !parent->place.key.empty()) {
        const std::string thread = fmt::format("{}/{}", record.session, record.uuid);
        importer_.fork(thread, parent->place);
        return thread;
    }
    return parent->place.thread;
}

// The call that something names: its .meta.json, the result, the folder of a workflow's run.
const Place* ClaudeTree::named_call(const std::string& session, const AgentFile& file,
                                    const std::string& agent) const {
    std::string call = file.tool_use;
    for (const std::string& name : {agent, file.run})
        if (const auto known = agent_calls_.find(session + "/" + name);
            call.empty() && !name.empty() && known != agent_calls_.end())
            call = known->second;
    const auto place = calls_.find(call);
    return place == calls_.end() ? nullptr : &place->second;
}

// Where a sub-agent was sent off: by what names the call, by the same prompt, by the time.
std::optional<Place> ClaudeTree::origin_of(const ClaudeRecord& record) const {
    if (const Place* place = named_call(record.session, file_, record.agent)) return *place;
    const auto sent = sent_.find(record.session);
    if (sent != sent_.end())
        for (const ClaudeCall& one : sent->second)
            if (!one.prompt.empty() && trim(one.prompt) == trim(record.text)) return one.place;
    if (!file_.is_agent) {
        const auto last = last_.find(record.session);
        if (last != last_.end()) return last->second;
        return std::nullopt;
    }
    std::optional<Place> out;
    if (sent != sent_.end())
        for (const ClaudeCall& one : sent->second)
            if (one.time <= record.time) out = one.place;
    return out;
}

void ClaudeTree::note(const ClaudeRecord& record, const std::string& thread, int last_block) {
    const Node* parent = parent_of(record);
    Node node{record.session, {thread, ""}, record.uuid, "", record.side, record.prompt};
    if (parent) {
        if (parent->place.thread == thread) node.place.key = parent->place.key;
        if (record.prompt) {
            node.asked_at = parent->message;
        } else if (parent->is_asked && record.answer) {
            if (!parent->asked_at.empty()) answered_.insert(parent->asked_at);
        } else if (parent->is_asked) {
            node.is_asked = true;
            node.asked_at = parent->asked_at;
        }
    }
    if (last_block >= 0) {
        node.place.key = key_of(record.uuid, last_block);
        if (!record.side) last_[record.session] = node.place;
    }
    known_.try_emplace(record.uuid,
                       Known{name(record.session), name(thread), last_block, record.side});
    nodes_[record.uuid] = std::move(node);
}

void ClaudeTree::note_link(const ClaudeRecord& record) {
    if (record.uuid.empty()) return;
    const Node* parent = parent_of(record);
    if (!parent) return;
    Node node = *parent;
    node.side = parent->side || record.side;
    known_.try_emplace(record.uuid,
                       Known{name(record.session), name(node.place.thread), -1, record.side});
    nodes_[record.uuid] = std::move(node);
}

void ClaudeTree::note_call(const std::string& session, const std::string& tool_use,
                           ClaudeCall call) {
    if (!tool_use.empty()) calls_[tool_use] = call.place;
    if (!call.prompt.empty()) sent_[session].push_back(std::move(call));
}

void ClaudeTree::note_agent(const std::string& session, const std::string& agent,
                            const std::string& tool_use) {
    agent_calls_[session + "/" + agent] = tool_use;
}

std::string ClaudeTree::session_of(const std::string& uuid) const {
    const auto found = known_.find(uuid);
    return found == known_.end() ? "" : *found->second.session;
}

}  // namespace stele::conversations
