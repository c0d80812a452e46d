// The nouns of the memory domain. What its operations take and give: requests.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/retrieval/report.hpp"
#include "knowledge/tenancy/retention.hpp"
#include "knowledge/vectors/search_mode.hpp"

namespace stele::memory {

using reflect::field;
using reflect::fields;
using tenancy::Retention;
using vectors::SearchMode;

// How far a memory may be believed; whoever stores it says so.
enum class Trust { untrusted, unverified, verified };

struct Memory {
    std::string id;
    std::string type;
    std::string category;
    std::string content;
    std::string source;
    std::string scope;
    Timestamp timestamp;
    std::vector<std::string> tags;
    json::object metadata;
    bool pinned = false;
    Trust trust = Trust::unverified;
    std::string content_hash;
    int version = 1;
    Timestamp updated_at;
    std::string instance;
    std::optional<std::string> source_uri, commit, file, job_id, message_id;
    std::optional<Timestamp> valid_from, valid_until, expires_at;
    std::optional<std::string> superseded_by;
    Retention retention = Retention::standard;
    std::optional<double> score;
    std::optional<retrieval::SignalReport> signals;
    std::optional<std::string> why;
    template <class S = Memory>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("type", &S::type, "learning, snapshot or context"),
            field("category", &S::category, "preference, pattern, fact, lesson, …"),
            field("content", &S::content, "The memory itself"),
            field("source", &S::source, "self, agent:<name> or human"),
            field("scope", &S::scope, "global, project:<path>, instance:<name> or posse:<name>"),
            field("timestamp", &S::timestamp, "When it was stored"),
            field("tags", &S::tags, "Its tags"), field("metadata", &S::metadata, "Anything else"),
            field("pinned", &S::pinned, "Pinned memories rank higher"),
            field("trust", &S::trust, "How far it may be believed"),
            field("contentHash", &S::content_hash, "SHA-256 of the content, in hex"),
            field("version", &S::version, "1, and one more with each update"),
            field("updatedAt", &S::updated_at, "When it last changed"),
            field("instance", &S::instance, "The agent instance that stored it"),
            field("sourceUri", &S::source_uri, "Where it came from"),
            field("commit", &S::commit, "The commit it came from"),
            field("file", &S::file, "The file it came from"),
            field("jobId", &S::job_id, "The job it came from"),
            field("messageId", &S::message_id, "The message it came from"),
            field("validFrom", &S::valid_from, "True from then on"),
            field("validUntil", &S::valid_until, "True until then"),
            field("expiresAt", &S::expires_at, "Gone after that"),
            field("supersededBy", &S::superseded_by, "The memory that replaced it"),
            field("retention", &S::retention, "How long it is kept; legal-hold: not deletable"),
            field("score", &S::score, "Rank score: higher is better"),
            field("signals", &S::signals, "What the score is made of"),
            field("why", &S::why, "The same in words"));
    }
};

// What a search, a list or a forget is limited to. Absent fields limit nothing.
struct Filter {
    std::optional<std::string> scope, category, source, type;
    std::vector<std::string> tags, all_tags;
    std::optional<Timestamp> since, until, as_of;
    std::optional<json::object> metadata;
};

// The filter's fields, spliced into each input that has them; S must have the members of Filter.
template <class S>
auto filter_fields() {
    return fields(
        field("scope", &S::scope,
              "global, project:<path> (adds global), project, instance, posse, or all; absent: the "
              "current project and global")
            .max_bytes(limits::kScopeBytes),
        field("category", &S::category, "Only this category").max_bytes(limits::kNameBytes),
        field("source", &S::source, "Only from this source").max_bytes(limits::kNameBytes),
        field("type", &S::type, "Only this type").max_bytes(limits::kNameBytes),
        field("tags", &S::tags, "With any of these tags")
            .max_items(limits::kTags)
            .max_bytes(limits::kTagBytes),
        field("allTags", &S::all_tags, "With all of these tags")
            .max_items(limits::kTags)
            .max_bytes(limits::kTagBytes),
        field("since", &S::since, "Stored at or after this time"),
        field("until", &S::until, "Stored before this time"),
        field("asOf", &S::as_of, "What was held true at this time"),
        field("metadata", &S::metadata, "Metadata contains this object")
            .max_bytes(limits::kMetadataBytes));
}

}  // namespace stele::memory

namespace stele::reflect {

template <>
struct EnumNames<memory::Trust> {
    static constexpr std::array<std::pair<memory::Trust, std::string_view>, 3> values{
        {{memory::Trust::untrusted, "untrusted"},
         {memory::Trust::unverified, "unverified"},
         {memory::Trust::verified, "verified"}}};
};

}  // namespace stele::reflect
