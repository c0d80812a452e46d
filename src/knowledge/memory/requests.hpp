// What the operations of the memory domain take and give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/memory/types.hpp"

namespace stele::memory {

template <class S>
auto relevant_field() {
    return field("relevant", &S::relevant,
                 "false: nothing that was found seems to answer the question");
}

// What every search takes, spliced into each input; S must have the members.
template <class S>
auto search_fields() {
    return fields(
        field("query", &S::query, "What to look for: a question, words, a name")
            .required()
            .positional()
            .max_bytes(limits::kQueryBytes),
        field("limit", &S::limit, "How many results").clamp(1, limits::kPage).alias("n"),
        field("minScore", &S::min_score,
              "Leave out what scores less; scores are of one search alone"),
        field("mode", &S::mode, "hybrid, or words (lexical) or meanings (semantic) alone"),
        field("signals", &S::signals, "Show what each score is made of"),
        field("why", &S::why, "Say in words why each was found"));
}

struct SearchInput : Filter {
    std::string query;
    int limit = 10;
    std::optional<double> min_score;
    SearchMode mode = SearchMode::hybrid;
    bool signals = false;
    bool why = false;
    template <class S = SearchInput>
    static auto describe() {
        return joined(search_fields<S>(), filter_fields<S>());
    }
};

struct ResultsOutput {
    std::vector<Memory> results;
    std::optional<bool> relevant;  // of a search
    std::vector<std::string> degraded;
    std::optional<std::string> message;
    template <class S = ResultsOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Best first"), relevant_field<S>(),
                      field("degraded", &S::degraded, "Arms that could not run: vector"),
                      field("message", &S::message, "What to do about it"));
    }
};

struct RecentInput : Filter {
    int limit = 10;
    template <class S = RecentInput>
    static auto describe() {
        return joined(fields(field("limit", &S::limit, "How many")
                                 .clamp(1, limits::kPage)
                                 .alias("n")
                                 .positional()),
                      filter_fields<S>());
    }
};

struct ListInput : Filter {
    int limit = 50;
    std::optional<std::string> cursor;
    template <class S = ListInput>
    static auto describe() {
        return joined(
            fields(field("limit", &S::limit, "How many a page").clamp(1, limits::kPage).alias("n"),
                   field("cursor", &S::cursor, "nextCursor of the page before").max_bytes(128)),
            filter_fields<S>());
    }
};

struct ListOutput {
    std::vector<Memory> results;
    std::optional<std::string> next_cursor;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Newest first"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct StoreInput {
    std::string content;
    std::string category;
    std::string source = "self";
    std::optional<std::string> scope;
    std::string type = "learning";
    std::vector<std::string> tags;
    json::object metadata;
    bool pinned = false;
    Trust trust = Trust::unverified;
    Retention retention = Retention::standard;
    std::optional<std::int64_t> ttl_seconds;
    std::optional<Timestamp> expires_at, valid_from, valid_until, timestamp;
    std::optional<std::string> source_uri, commit, file, job_id, message_id, id;
    template <class S = StoreInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("content", &S::content, "What to remember, complete in itself")
                .required()
                .positional()
                .max_bytes(limits::kContentBytes),
            field("category", &S::category,
                  "preference, pattern, fact, lesson, escalation, skill-outcome, …")
                .required()
                .max_bytes(name)
                .alias("c"),
            field("source", &S::source, "self, agent:<name> or human").min_bytes(1).max_bytes(name),
            field("scope", &S::scope,
                  "global, project:<path>, project, instance, posse; absent: global for preference "
                  "and fact, else the current project")
                .max_bytes(limits::kScopeBytes),
            field("type", &S::type, "learning, snapshot or context").min_bytes(1).max_bytes(name),
            field("tags", &S::tags, "Tags").max_items(limits::kTags).max_bytes(limits::kTagBytes),
            field("metadata", &S::metadata, "Anything else").max_bytes(limits::kMetadataBytes),
            field("pinned", &S::pinned, "Pin it"),
            field("trust", &S::trust, "How far it may be believed"),
            field("retention", &S::retention,
                  "How long to keep it: ephemeral, standard, audit; legal-hold: it cannot be "
                  "forgotten"),
            field("ttlSeconds", &S::ttl_seconds, "Forget it after so many seconds").range(1, 3.2e9),
            field("expiresAt", &S::expires_at, "Forget it then"),
            field("validFrom", &S::valid_from, "It is true from then on"),
            field("validUntil", &S::valid_until, "It is true until then"),
            field("timestamp", &S::timestamp, "When it was learned; absent: now"),
            field("sourceUri", &S::source_uri, "Where it came from").max_bytes(limits::kUriBytes),
            field("commit", &S::commit, "The commit it came from").max_bytes(name),
            field("file", &S::file, "The file it came from").max_bytes(limits::kUriBytes),
            field("jobId", &S::job_id, "The job it came from").max_bytes(name),
            field("messageId", &S::message_id, "The message it came from").max_bytes(name),
            field("id", &S::id, "Its id, a UUID; absent: a new one").format("uuid"));
    }
};

// Where something looks like a secret.
struct SecretFound {
    std::string field;
    std::string kind;
    template <class S = SecretFound>
    static auto describe() {
        return fields(stele::reflect::field("field", &S::field, "Which field"),
                      stele::reflect::field("kind", &S::kind, "password, token, …"));
    }
};
template <class S>
auto secrets_field() {
    return field("secrets", &S::secrets,
                 "What looks like a secret, by field and kind; it is stored all the same");
}

struct StoreOutput {
    bool stored = false;
    std::string id;
    std::string content_hash;
    std::string scope;
    std::string message;
    std::optional<bool> duplicate;
    std::optional<std::vector<SecretFound>> secrets;
    template <class S = StoreOutput>
    static auto describe() {
        return fields(field("stored", &S::stored, "It is in the database"),
                      field("id", &S::id, "Its id; of the existing memory when duplicate"),
                      field("contentHash", &S::content_hash, "SHA-256 of the content, in hex"),
                      field("scope", &S::scope, "Where it was stored"),
                      field("message", &S::message, "What happened"),
                      field("duplicate", &S::duplicate, "true: the scope held it already"),
                      secrets_field<S>());
    }
};

struct StoreBatchInput {
    std::vector<StoreInput> memories;
    static auto describe() {
        return fields(field("memories", &StoreBatchInput::memories, "What to remember")
                          .required()
                          .max_items(limits::kBatch));
    }
};

struct StoreBatchOutput {
    int stored = 0;
    int duplicates = 0;
    std::vector<std::string> ids;
    std::optional<std::vector<SecretFound>> secrets;
    template <class S = StoreBatchOutput>
    static auto describe() {
        return fields(field("stored", &S::stored, "New memories"),
                      field("duplicates", &S::duplicates, "Already known in their scope"),
                      field("ids", &S::ids,
                            "One a memory, in order; of the existing one when "
                            "duplicate"),
                      secrets_field<S>());
    }
};

struct IdInput {
    std::string id;
    static auto describe() {
        return fields(
            field("id", &IdInput::id, "The memory's id").required().positional().format("uuid"));
    }
};

struct GetInput {
    std::string id;
    bool history = false;
    template <class S = GetInput>
    static auto describe() {
        return fields(field("id", &S::id, "The memory's id").required().positional().format("uuid"),
                      field("history", &S::history, "With its earlier versions"));
    }
};

struct Version {
    int version = 0;
    json::object state;
    Timestamp replaced_at;
    std::string replaced_by;
    template <class S = Version>
    static auto describe() {
        return fields(field("version", &S::version, "Which version this was"),
                      field("state", &S::state, "What it said then"),
                      field("replacedAt", &S::replaced_at, "When it was replaced"),
                      field("replacedBy", &S::replaced_by, "Who replaced it"));
    }
};

struct GetOutput {
    Memory memory;
    std::optional<std::vector<Version>> history;
    template <class S = GetOutput>
    static auto describe() {
        return fields(field("memory", &S::memory, "The memory"),
                      field("history", &S::history, "Earlier versions, newest first"));
    }
};

struct UpdateInput {
    std::string id;
    std::optional<std::string> content, category, source, type;
    std::optional<std::vector<std::string>> tags;
    std::optional<json::object> metadata;
    std::optional<Trust> trust;
    std::optional<Retention> retention;
    std::optional<Timestamp> valid_from, valid_until, expires_at;
    std::optional<int> if_version;
    template <class S = UpdateInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("id", &S::id, "The memory's id").required().positional().format("uuid"),
            field("content", &S::content, "New content")
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("category", &S::category, "New category").min_bytes(1).max_bytes(name),
            field("source", &S::source, "New source").min_bytes(1).max_bytes(name),
            field("type", &S::type, "New type").min_bytes(1).max_bytes(name),
            field("tags", &S::tags, "New tags, replacing the old")
                .max_items(limits::kTags)
                .max_bytes(limits::kTagBytes),
            field("metadata", &S::metadata, "New metadata, replacing the old")
                .max_bytes(limits::kMetadataBytes),
            field("trust", &S::trust, "New trust"),
            field("retention", &S::retention, "New class; a legal hold ends in the shell only"),
            field("validFrom", &S::valid_from, "True from then on"),
            field("validUntil", &S::valid_until, "True until then"),
            field("expiresAt", &S::expires_at, "Forget it then"),
            field("ifVersion", &S::if_version, "Refuse when the memory is at another version"));
    }
};

struct UpdateOutput : Memory {
    std::optional<std::vector<SecretFound>> secrets;
    template <class S = UpdateOutput>
    static auto describe() {
        return joined(Memory::describe(), fields(secrets_field<S>()));
    }
};

struct SupersedeInput : StoreInput {
    std::string supersedes;
    static auto describe() {
        return joined(fields(field("supersedes", &SupersedeInput::supersedes,
                                   "Id of the memory that is no longer true")
                                 .required()
                                 .format("uuid")),
                      StoreInput::describe());
    }
};

struct ForgetInput : Filter {
    std::vector<std::string> ids;
    std::optional<std::string> id;
    bool dry_run = false;
    std::string reason;
    template <class S = ForgetInput>
    static auto describe() {
        return joined(
            fields(field("id", &S::id, "One memory's id").positional().format("uuid"),
                   field("ids", &S::ids, "Several ids").format("uuid").max_items(limits::kBatch),
                   field("dryRun", &S::dry_run, "Show what would be forgotten, forget nothing"),
                   field("reason", &S::reason, "Why, for the receipt").max_bytes(1024)),
            filter_fields<S>());
    }
};

struct ForgetOutput {
    int forgotten = 0;
    bool dry_run = false;
    std::optional<std::string> receipt;
    std::vector<std::string> ids;
    std::vector<std::string> missing;
    std::optional<int> held;
    template <class S = ForgetOutput>
    static auto describe() {
        return fields(
            field("forgotten", &S::forgotten, "How many are gone (or would be)"),
            field("dryRun", &S::dry_run, "true: nothing was changed"),
            field("receipt", &S::receipt, "Id of the kept proof: ids, hashes, time, reason"),
            field("ids", &S::ids, "Which"),
            field("missing", &S::missing, "Ids that name no memory of this tenant"),
            field("held", &S::held, "Matched by the filter and kept: they are under legal hold"));
    }
};

struct PinInput {
    std::string id;
    bool pinned = true;
    template <class S = PinInput>
    static auto describe() {
        return fields(field("id", &S::id, "The memory's id").required().positional().format("uuid"),
                      field("pinned", &S::pinned, "false takes the pin out"));
    }
};

struct Count {
    std::string name;
    std::int64_t count = 0;
    static auto describe() {
        return fields(field("name", &Count::name, "Which"),
                      field("count", &Count::count, "How many"));
    }
};

struct StatsInput {
    static auto describe() { return fields(); }
};

struct StatsOutput {
    std::int64_t total = 0, live = 0, superseded = 0, expired = 0, pinned = 0, bytes = 0;
    std::int64_t with_vector = 0, waiting_for_vector = 0, dead_letters = 0;
    std::vector<Count> by_category, by_scope, by_source;
    std::optional<Timestamp> oldest, newest;
    Timestamp counted_at;
    std::string embedder;
    template <class S = StatsOutput>
    static auto describe() {
        return fields(field("total", &S::total, "Memories of this tenant"),
                      field("live", &S::live, "Neither superseded nor expired"),
                      field("superseded", &S::superseded, "Replaced, kept for asOf"),
                      field("expired", &S::expired, "Past their expiry or validity"),
                      field("pinned", &S::pinned, "Pinned"),
                      field("bytes", &S::bytes, "Bytes of content"),
                      field("withVector", &S::with_vector, "Found by meaning too"),
                      field("waitingForVector", &S::waiting_for_vector,
                            "In the queue of the embedding backfill"),
                      field("deadLetters", &S::dead_letters,
                            "No vector could be made of: background.list says why"),
                      field("byCategory", &S::by_category, "Most first, at most 50"),
                      field("byScope", &S::by_scope, "Most first, at most 50"),
                      field("bySource", &S::by_source, "Most first, at most 50"),
                      field("oldest", &S::oldest, "Time of the oldest"),
                      field("newest", &S::newest, "Time of the newest"),
                      field("countedAt", &S::counted_at,
                            "When: the numbers of more than 10,000 memories are kept for a minute"),
                      field("embedder", &S::embedder, "The model in use, or none"));
    }
};

}  // namespace stele::memory
