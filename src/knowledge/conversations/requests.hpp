// What the operations of the chat domain take and give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/conversations/types.hpp"

namespace stele::conversations {

// One message on its way in. The fields of log, and of each message of log_batch.
struct LogInput {
    std::string content;
    std::string speaker = "assistant";
    std::optional<std::string> thread_id, scope;
    std::string channel = "opencode";
    std::optional<std::string> pending_action, job_id, dedup_key, id;
    Kind kind = Kind::message;
    json::object metadata;
    Retention retention = Retention::standard;
    std::optional<Timestamp> timestamp;
    template <class S = LogInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("content", &S::content, "What was said")
                .required()
                .positional()
                .max_bytes(limits::kMessageBytes),
            field("speaker", &S::speaker, "user, assistant, agent:<name>, system, tool or a name")
                .min_bytes(1)
                .max_bytes(name),
            field("threadId", &S::thread_id,
                  "The conversation, by any name of yours (a session id); absent: a new one")
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes)
                .alias("t"),
            field("scope", &S::scope,
                  "global, project:<path>, project, instance, posse; absent: the thread's, which a "
                  "new one has from the current project")
                .max_bytes(limits::kScopeBytes),
            field("channel", &S::channel, "Where it was said").min_bytes(1).max_bytes(name),
            field("pendingAction", &S::pending_action,
                  "What somebody has to do about it; it stays open until resolved")
                .min_bytes(1)
                .max_bytes(limits::kPendingBytes),
            field("jobId", &S::job_id, "The job it belongs to").min_bytes(1).max_bytes(name),
            field("dedupKey", &S::dedup_key,
                  "The source's own name for the message: a thread takes each once")
                .min_bytes(1)
                .max_bytes(limits::kDedupKeyBytes),
            field("kind", &S::kind, "message, tool_call or tool_result"),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("retention", &S::retention,
                  "How long to keep it: ephemeral, standard, audit; legal-hold: it cannot be "
                  "forgotten"),
            field("timestamp", &S::timestamp, "When it was said; absent: now"),
            field("id", &S::id, "Its id, a UUID; absent: a new one").format("uuid"));
    }
};

struct LogOutput {
    bool logged = false;
    std::string id;
    std::string thread_id;
    int seq = 0;
    std::string scope;
    std::string message;
    std::optional<bool> duplicate;
    template <class S = LogOutput>
    static auto describe() {
        return fields(field("logged", &S::logged, "true: it is in the database"),
                      field("id", &S::id, "The message's id; of the existing one when duplicate"),
                      field("threadId", &S::thread_id, "The conversation: say it again next time"),
                      field("seq", &S::seq, "Its place in the thread, from 1"),
                      field("scope", &S::scope, "The scope it is in"),
                      field("message", &S::message, "In words"),
                      field("duplicate", &S::duplicate, "true when the thread had it already"));
    }
};

struct LogBatchInput {
    std::vector<LogInput> messages;
    static auto describe() {
        return fields(field("messages", &LogBatchInput::messages,
                            "Messages of any threads, each thread's in their order")
                          .required()
                          .max_items(limits::kBatch));
    }
};

struct LogBatchOutput {
    int logged = 0;
    int duplicates = 0;
    std::vector<LogOutput> messages;
    template <class S = LogBatchOutput>
    static auto describe() {
        return fields(field("logged", &S::logged, "New messages"),
                      field("duplicates", &S::duplicates, "Messages their thread had already"),
                      field("messages", &S::messages, "One for each, in the order given"));
    }
};

struct ThreadInput {
    std::string thread_id;
    int limit = 50;
    std::optional<int> before, after;
    bool newest = false;
    template <class S = ThreadInput>
    static auto describe() {
        return fields(
            field("threadId", &S::thread_id, "The conversation")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes),
            field("limit", &S::limit, "How many messages").clamp(1, limits::kThreadPage).alias("n"),
            field("before", &S::before, "The last ones before this seq (nextBefore)").range(0, 2e9),
            field("after", &S::after, "The first ones after this seq (nextAfter)").range(0, 2e9),
            field("newest", &S::newest, "The last ones of all; otherwise the first"));
    }
};

struct ThreadOutput {
    std::string thread_id;
    std::vector<Message> messages;
    std::optional<int> next_after, next_before;
    Thread thread;
    template <class S = ThreadOutput>
    static auto describe() {
        return fields(
            field("threadId", &S::thread_id, "The conversation"),
            field("messages", &S::messages, "Oldest first, whatever was asked for"),
            field("nextAfter", &S::next_after, "Pass it as after for the next ones; absent: none"),
            field("nextBefore", &S::next_before,
                  "Pass it as before for the earlier ones; absent: none"),
            field("thread", &S::thread, "The thread itself"));
    }
};

// A thread as lists show it, with the last message in it.
struct ThreadRow {
    std::string id;
    std::string thread_id;
    std::string speaker;
    std::string content;
    Timestamp timestamp;
    Kind type = Kind::message;
    std::string channel;
    std::string scope;
    int seq = 0;
    std::optional<std::string> title;
    std::optional<Timestamp> ended_at;
    template <class S = ThreadRow>
    static auto describe() {
        return fields(field("id", &S::id, "The last message's id"),
                      field("threadId", &S::thread_id, "The conversation"),
                      field("speaker", &S::speaker, "Who spoke last"),
                      field("content", &S::content, "What was said last"),
                      field("timestamp", &S::timestamp, "When something was last said"),
                      field("type", &S::type, "message, tool_call or tool_result"),
                      field("channel", &S::channel, "Where it was said"),
                      field("scope", &S::scope, "The thread's scope"),
                      field("seq", &S::seq, "The last message's place"),
                      field("title", &S::title, "The thread's title"),
                      field("endedAt", &S::ended_at, "When the thread was ended"));
    }
};

template <class S>
auto scope_field() {
    return field("scope", &S::scope,
                 "global, project:<path> (adds global), project, instance, posse, or all; absent: "
                 "the current project and global")
        .max_bytes(limits::kScopeBytes);
}

struct RecentInput {
    int limit = 10;
    std::optional<std::string> scope, cursor;
    template <class S = RecentInput>
    static auto describe() {
        return fields(
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n").positional(),
            scope_field<S>(),
            field("cursor", &S::cursor, "nextCursor of the page before").max_bytes(128));
    }
};

struct RecentOutput {
    std::vector<ThreadRow> results;
    std::optional<std::string> next_cursor;
    template <class S = RecentOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Threads, the one last spoken in first"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct ForkInput {
    std::string thread_id;
    std::optional<int> at_seq;
    std::optional<std::string> new_thread_id, title;
    template <class S = ForkInput>
    static auto describe() {
        constexpr auto key = limits::kThreadKeyBytes;
        return fields(field("threadId", &S::thread_id, "The conversation to branch off")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(key),
                      field("atSeq", &S::at_seq, "The last place to share; absent: the last one")
                          .range(1, 2e9),
                      field("newThreadId", &S::new_thread_id, "The fork's name; absent: a new uuid")
                          .min_bytes(1)
                          .max_bytes(key),
                      field("title", &S::title, "The fork's title").max_bytes(limits::kUriBytes));
    }
};

struct PendingInput {
    int limit = 20;
    std::optional<std::string> thread_id, scope, cursor;
    template <class S = PendingInput>
    static auto describe() {
        return fields(
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n").positional(),
            field("threadId", &S::thread_id, "Of this conversation alone")
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes),
            scope_field<S>(),
            field("cursor", &S::cursor, "nextCursor of the page before").max_bytes(128));
    }
};

struct PendingOutput {
    std::vector<PendingAction> results;
    std::optional<std::string> next_cursor;
    template <class S = PendingOutput>
    static auto describe() {
        return fields(field("results", &S::results, "What is open, oldest first"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct ResolveInput {
    std::string message_id;
    std::string resolution;
    bool cancel = false;
    template <class S = ResolveInput>
    static auto describe() {
        return fields(field("messageId", &S::message_id, "The message that asked for it")
                          .required()
                          .positional()
                          .format("uuid"),
                      field("resolution", &S::resolution, "How it ended, in words")
                          .max_bytes(limits::kPendingBytes),
                      field("cancel", &S::cancel, "It will not be done"));
    }
};

struct ResolveOutput {
    bool ok = false;
    std::string id;
    PendingAction action;
    template <class S = ResolveOutput>
    static auto describe() {
        return fields(field("ok", &S::ok, "true: it is closed"),
                      field("id", &S::id, "The message that asked for it"),
                      field("action", &S::action, "The action as it is now"));
    }
};

struct ThreadIdInput {
    std::string thread_id;
    static auto describe() {
        return fields(field("threadId", &ThreadIdInput::thread_id, "The conversation")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kThreadKeyBytes));
    }
};

struct EndOutput {
    std::string thread_id;
    Timestamp ended_at;
    std::optional<int> from_seq, to_seq;
    std::string message;
    template <class S = EndOutput>
    static auto describe() {
        return fields(
            field("threadId", &S::thread_id, "The conversation"),
            field("endedAt", &S::ended_at, "When it was ended"),
            field("fromSeq", &S::from_seq, "The first place of the summary that was asked for"),
            field("toSeq", &S::to_seq, "The last place"),
            field("message", &S::message, "In words"));
    }
};

struct SummariesOutput {
    std::string thread_id;
    std::vector<Summary> summaries;
    int waiting = 0;
    template <class S = SummariesOutput>
    static auto describe() {
        return fields(field("threadId", &S::thread_id, "The conversation"),
                      field("summaries", &S::summaries, "In the order of the conversation"),
                      field("waiting", &S::waiting, "How many are still to be made"));
    }
};

struct ForgetInput {
    std::vector<std::string> message_ids;
    std::optional<std::string> thread_id;
    std::string reason;
    bool dry_run = false;
    template <class S = ForgetInput>
    static auto describe() {
        return fields(field("messageIds", &S::message_ids, "Messages by their ids")
                          .format("uuid")
                          .max_items(limits::kBatch),
                      field("threadId", &S::thread_id, "A whole conversation")
                          .min_bytes(1)
                          .max_bytes(limits::kThreadKeyBytes),
                      field("reason", &S::reason, "Why, for the receipt").max_bytes(1024),
                      field("dryRun", &S::dry_run, "Show what would be forgotten, forget nothing"));
    }
};

struct ForgetOutput {
    int forgotten = 0;
    bool dry_run = false;
    std::vector<std::string> receipts;
    std::vector<std::string> ids;
    std::vector<std::string> missing;
    template <class S = ForgetOutput>
    static auto describe() {
        return fields(field("forgotten", &S::forgotten, "How many messages are gone (or would be)"),
                      field("dryRun", &S::dry_run, "true: nothing was changed"),
                      field("receipts", &S::receipts, "Ids of the kept proofs, one a thread"),
                      field("ids", &S::ids, "The messages, the first 1,000 of them"),
                      field("missing", &S::missing, "Ids that name no message of this tenant"));
    }
};

struct StatsInput {
    static auto describe() { return fields(); }
};

struct StatsOutput {
    std::int64_t threads = 0, messages = 0, bytes = 0, indexed = 0, summaries = 0, open_actions = 0;
    std::int64_t with_vector = 0, waiting_for_vector = 0, waiting_for_summary = 0, dead_letters = 0;
    std::optional<Timestamp> oldest, newest;
    template <class S = StatsOutput>
    static auto describe() {
        return fields(
            field("threads", &S::threads, "Conversations of this tenant"),
            field("messages", &S::messages, "Messages in them"),
            field("bytes", &S::bytes, "Bytes of what was said"),
            field("folded", &S::indexed, "Messages in search segments"),
            field("summaries", &S::summaries, "Summaries"),
            field("openActions", &S::open_actions, "Pending actions that are open"),
            field("withVector", &S::with_vector, "Messages found by meaning too"),
            field("waitingForVector", &S::waiting_for_vector, "In the worker's queue"),
            field("waitingForSummary", &S::waiting_for_summary, "Summaries in the worker's queue"),
            field("deadLetters", &S::dead_letters,
                  "No vector or summary could be made of: background.list says why"),
            field("oldest", &S::oldest, "Time of the oldest message"),
            field("newest", &S::newest, "Time of the newest"));
    }
};

}  // namespace stele::conversations
