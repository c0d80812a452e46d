// The lines of an export, beside messages: what import_transcript.cpp reads and export.cpp writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "knowledge/conversations/types.hpp"

namespace stele::conversations {

struct Ancestor {
    std::string thread_id;
    int upto = 0;
    static auto describe() {
        return fields(field("threadId", &Ancestor::thread_id, "A thread that a fork shows"),
                      field("upto", &Ancestor::upto, "Up to this place"));
    }
};

struct ThreadRecord {
    std::string record = "thread";
    std::string thread_id, scope, channel, instance;
    std::optional<std::string> title;
    int last_seq = 0, summarized_seq = 0;
    json::object metadata;
    Timestamp created_at, last_message_at;
    std::optional<Timestamp> ended_at;
    std::vector<Ancestor> line;
    template <class S = ThreadRecord>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("record", &S::record, "thread"),
            field("threadId", &S::thread_id, "Its key")
                .required()
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes),
            field("scope", &S::scope, "Its scope").required().max_bytes(limits::kScopeBytes),
            field("channel", &S::channel, "Its channel").required().max_bytes(name),
            field("instance", &S::instance, "Who began it").max_bytes(name),
            field("title", &S::title, "Its title").max_bytes(limits::kUriBytes),
            field("lastSeq", &S::last_seq, "Its last place").range(0, 2e9),
            field("summarizedSeq", &S::summarized_seq, "Its last place summarized").range(0, 2e9),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("createdAt", &S::created_at, "When it began").required(),
            field("lastMessageAt", &S::last_message_at, "When something was last said").required(),
            field("endedAt", &S::ended_at, "When it was ended"),
            field("line", &S::line, "A fork's ancestors").max_items(limits::kForkDepth));
    }
};

struct ActionRecord {
    std::string record = "action";
    std::string id, message_id, action;
    ActionStatus status = ActionStatus::open;
    std::optional<std::string> resolution, resolved_by;
    std::optional<Timestamp> resolved_at;
    Timestamp created_at;
    template <class S = ActionRecord>
    static auto describe() {
        return fields(
            field("record", &S::record, "action"),
            field("id", &S::id, "Its id").required().format("uuid"),
            field("messageId", &S::message_id, "Whose").required().format("uuid"),
            field("action", &S::action, "What").required().max_bytes(limits::kPendingBytes),
            field("status", &S::status, "open, resolved or cancelled"),
            field("resolution", &S::resolution, "How it ended").max_bytes(limits::kPendingBytes),
            field("resolvedBy", &S::resolved_by, "Who ended it"),
            field("resolvedAt", &S::resolved_at, "When it ended"),
            field("createdAt", &S::created_at, "Since when").required());
    }
};

struct SummaryRecord : Summary {
    std::string record = "summary";
    std::string thread_id;
    template <class S = SummaryRecord>
    static auto describe() {
        return joined(fields(field("record", &S::record, "summary"),
                             field("threadId", &S::thread_id, "Whose").required()),
                      Summary::describe());
    }
};

struct MessageRecord : Message {
    std::string record = "message";
    static auto describe() {
        return joined(fields(field("record", &MessageRecord::record, "message")),
                      Message::describe());
    }
};

}  // namespace stele::conversations
