// The nouns of the chat domain. What its operations take and give: requests.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/tenancy/retention.hpp"

namespace stele::conversations {

using reflect::field;
using reflect::fields;
using tenancy::Retention;

enum class Kind { message, tool_call, tool_result };

// What an agent asked for and somebody has to answer.
enum class ActionStatus { open, resolved, cancelled };

struct Message {
    std::string id;
    std::string thread_id;  // the thread's key
    int seq = 0;
    std::string speaker;
    std::string content;
    Timestamp timestamp;
    Kind type = Kind::message;
    std::string channel;
    std::string scope;
    json::object metadata;
    Retention retention = Retention::standard;
    std::string instance;
    std::optional<std::string> job_id, dedup_key;
    template <class S = Message>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"),
            field("threadId", &S::thread_id, "The thread it was said in; a fork shows others' too"),
            field("seq", &S::seq, "Its place in the thread, from 1"),
            field("speaker", &S::speaker, "user, assistant, agent:<name>, system, tool or a name"),
            field("content", &S::content, "What was said").max_bytes(limits::kMessageBytes),
            field("timestamp", &S::timestamp, "When it was said"),
            field("type", &S::type, "message, tool_call or tool_result"),
            field("channel", &S::channel, "Where it was said"),
            field("scope", &S::scope, "global, project:<path>, instance:<name> or posse:<name>"),
            field("metadata", &S::metadata, "Anything else"),
            field("retention", &S::retention, "How long it is kept; legal-hold: not deletable"),
            field("instance", &S::instance, "The agent instance that logged it"),
            field("jobId", &S::job_id, "The job it belongs to"),
            field("dedupKey", &S::dedup_key, "The source's own name for it"));
    }
};

struct Thread {
    std::string thread_id;
    std::string scope;
    std::string channel;
    std::optional<std::string> title;
    std::string instance;
    int last_seq = 0;
    json::object metadata;
    Timestamp created_at, last_message_at;
    std::optional<Timestamp> ended_at;
    std::optional<std::string> forked_from;
    std::optional<int> forked_at;
    template <class S = Thread>
    static auto describe() {
        return fields(
            field("threadId", &S::thread_id, "Its key: the caller's own name for it"),
            field("scope", &S::scope, "The scope it was begun in"),
            field("channel", &S::channel, "The channel it was begun in"),
            field("title", &S::title, "Its title"),
            field("instance", &S::instance, "The agent instance that began it"),
            field("lastSeq", &S::last_seq, "The place of the last message there ever was"),
            field("metadata", &S::metadata, "Anything else"),
            field("createdAt", &S::created_at, "When it began"),
            field("lastMessageAt", &S::last_message_at, "When something was last said"),
            field("endedAt", &S::ended_at, "When it was ended; a new message opens it again"),
            field("forkedFrom", &S::forked_from, "The thread it branched off; absent: none"),
            field("forkedAt", &S::forked_at, "The last place it shares with that thread"));
    }
};

struct Summary {
    std::string id;
    int from_seq = 0, to_seq = 0;
    std::string summary;
    std::vector<std::string> keywords;
    int message_count = 0;
    std::string method;
    std::string scope;
    Timestamp created_at;
    template <class S = Summary>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("fromSeq", &S::from_seq, "The first place"),
            field("toSeq", &S::to_seq, "The last place"),
            field("summary", &S::summary, "Two or three sentences"),
            field("topicKeywords", &S::keywords, "Three to seven words"),
            field("messageCount", &S::message_count, "Messages it is of"),
            field("method", &S::method, "extractive, or the name of the model that wrote it"),
            field("scope", &S::scope, "The thread's scope"),
            field("createdAt", &S::created_at, "When it was made"));
    }
};

struct PendingAction {
    std::string id;
    std::string message_id;
    std::string thread_id;
    std::string action;
    ActionStatus status = ActionStatus::open;
    std::string speaker;
    std::string content;
    Timestamp created_at;
    std::optional<std::string> resolution, resolved_by;
    std::optional<Timestamp> resolved_at;
    template <class S = PendingAction>
    static auto describe() {
        return fields(field("id", &S::id, "Its id"),
                      field("messageId", &S::message_id, "The message that asked for it"),
                      field("threadId", &S::thread_id, "The thread of that message"),
                      field("action", &S::action, "What is to be done"),
                      field("status", &S::status, "open, resolved or cancelled"),
                      field("speaker", &S::speaker, "Who asked"),
                      field("content", &S::content, "The message, shortened"),
                      field("createdAt", &S::created_at, "Since when"),
                      field("resolution", &S::resolution, "How it ended"),
                      field("resolvedBy", &S::resolved_by, "Who ended it"),
                      field("resolvedAt", &S::resolved_at, "When it ended"));
    }
};

}  // namespace stele::conversations

namespace stele::reflect {

template <>
struct EnumNames<conversations::Kind> {
    static constexpr std::array<std::pair<conversations::Kind, std::string_view>, 3> values{
        {{conversations::Kind::message, "message"},
         {conversations::Kind::tool_call, "tool_call"},
         {conversations::Kind::tool_result, "tool_result"}}};
};

template <>
struct EnumNames<conversations::ActionStatus> {
    static constexpr std::array<std::pair<conversations::ActionStatus, std::string_view>, 3> values{
        {{conversations::ActionStatus::open, "open"},
         {conversations::ActionStatus::resolved, "resolved"},
         {conversations::ActionStatus::cancelled, "cancelled"}}};
};

}  // namespace stele::reflect
