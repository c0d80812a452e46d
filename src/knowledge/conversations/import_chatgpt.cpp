// ChatGPT's export: conversations.json, an array of trees of messages.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/json.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

namespace {

// A branch that is to be read: where it begins, the thread it becomes, and what it branches off.
struct Branch {
    std::string node;
    std::string thread;
    Place origin;                   // empty: it stands alone
    std::optional<Timestamp> time;  // of the message before it
};

std::string plain_text(const json::object& content) {
    std::string out;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) out += (out.empty() ? "" : "\n") + text;
    };
    if (const json::array* parts = array_at(content, "parts"))
        for (const json::value& part : *parts) {
            if (const json::string* text = part.if_string()) add(std::string(*text));
            if (const json::object* object = part.if_object()) {
                const std::string text = text_at(*object, "text");
                add(text.empty() ? "[" + text_at(*object, "content_type") + "]" : text);
            }
        }
    if (out.empty()) add(text_at(content, "text"));  // code and what it printed
    return out;
}

class Conversation {
  public:
    Conversation(const json::object& tree, Importer& importer)
        : tree_(tree), importer_(importer), mapping_(object_at(tree, "mapping")) {
        if (tree.contains("chat_messages"))
            throw Error(Code::invalid_argument,
                        "this is a Claude.ai export: import it with the format claude-ai");
        if (!mapping_)
            throw Error(Code::invalid_argument, "it has no mapping: is it a conversation?");
        id_ = text_at(tree, "conversation_id");
        if (id_.empty()) id_ = text_at(tree, "id");
        if (id_.empty()) id_ = "chatgpt:" + made_id();
        // The way from the message shown last back to the root.
        for (std::string at = text_at(tree, "current_node");
             !at.empty() && current_.insert(at).second;)
            at = parent_of(at);
    }

    void read() {
        std::vector<Branch> branches;
        for (const auto& [node, value] : *mapping_)
            if (parent_of(std::string(node)).empty())
                branches.push_back(
                    {std::string(node), branches.empty() ? id_ : own_name(node), {}, {}});
        // Branches are found while others are read; the list grows.
        for (std::size_t i = 0; i < branches.size(); ++i) follow(Branch(branches[i]), branches);
        importer_.title(id_, text_at(tree_, "title"));
    }

  private:
    // Old exports have no ids: a conversation is known by when it began and what it is called.
    std::string made_id() const {
        const json::value* time = tree_.if_contains("create_time");
        return sha256_hex(text_at(tree_, "title") + (time ? serialize(*time) : "")).substr(0, 32);
    }

    std::string own_name(std::string_view node) const { return fmt::format("{}/{}", id_, node); }

    const json::object* node(const std::string& id) const { return object_at(*mapping_, id); }

    std::string parent_of(const std::string& id) const {
        const json::object* n = node(id);
        const std::string parent = n ? text_at(*n, "parent") : "";
        return node(parent) ? parent : "";
    }

    // Reads a branch to its end: at each fork of the way the child that is shown, else the last
    // one, belongs to it; the others are branches of their own.
    void follow(const Branch& branch, std::vector<Branch>& branches) {
        if (!branch.origin.key.empty()) importer_.fork(branch.thread, branch.origin);
        Place origin = branch.origin;
        std::optional<Timestamp> time =
            branch.time ? branch.time : time_at(tree_, "create_time", 1);
        for (std::string at = branch.node; !at.empty() && seen_.insert(at).second;) {
            const json::object* n = node(at);
            if (!n) return;
            if (add(at, *n, branch.thread, time)) origin = {branch.thread, at};
            std::vector<std::string> children;
            if (const json::array* list = array_at(*n, "children"))
                for (const json::value& child : *list)
                    if (child.is_string() && node(std::string(child.get_string())))
                        children.emplace_back(child.get_string());
            if (children.empty()) return;
            const auto shown = std::ranges::find_if(
                children, [&](const std::string& c) { return current_.contains(c); });
            const std::string next = shown != children.end() ? *shown : children.back();
            for (const std::string& child : children)
                if (child != next) branches.push_back({child, own_name(child), origin, time});
            at = next;
        }
    }

    // Whether the node held something that was said. One without a time was said at `time`, that of
    // the message before it.
    bool add(const std::string& id, const json::object& n, const std::string& thread,
             std::optional<Timestamp>& time) {
        const json::object* message = object_at(n, "message");
        const json::object* content = message ? object_at(*message, "content") : nullptr;
        const json::object* author = message ? object_at(*message, "author") : nullptr;
        if (!content || !author) return false;
        LogInput out;
        out.content = plain_text(*content);
        const std::string role = text_at(*author, "role");
        if (out.content.empty() || role.empty()) return false;
        out.thread_id = thread;
        out.speaker = role;
        out.channel = "chatgpt";
        out.dedup_key = id;
        if (role == "tool") {
            out.kind = Kind::tool_result;
            out.metadata["name"] = text_at(*author, "name");
        } else if (const std::string tool = text_at(*message, "recipient");
                   !tool.empty() && tool != "all") {
            out.kind = Kind::tool_call;
            out.metadata["name"] = tool;
        }
        if (const auto own = time_at(*message, "create_time", 1)) time = own;
        out.timestamp = time;
        importer_.add(std::move(out));
        return true;
    }

    const json::object& tree_;
    Importer& importer_;
    const json::object* mapping_;
    std::string id_;
    std::set<std::string> current_, seen_;
};

}  // namespace

void read_chatgpt(const std::vector<Source>& sources, Importer& importer) {
    for (const Source& source : sources)
        importer.file(source, [&](std::istream& in) {
            for_each_element(in, source.name, "title", importer, [&](const json::object& tree) {
                Conversation(tree, importer).read();
            });
        });
}

}  // namespace stele::conversations
