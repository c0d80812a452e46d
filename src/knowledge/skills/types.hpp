// The nouns of the skills domain, and what its operations take and give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/tenancy/retention.hpp"

namespace stele::skills {

using reflect::field;
using reflect::fields;
using tenancy::Retention;

struct Skill {
    std::string id;
    std::string name;
    std::string description;
    std::optional<std::string> content;
    std::vector<std::string> tags;
    std::string source;
    int version = 1;
    std::string content_hash;
    std::string instance;
    Retention retention = Retention::standard;
    Timestamp created_at, updated_at;
    std::optional<double> score;
    std::optional<std::string> why;
    template <class S = Skill>
    static auto describe() {
        return fields(
            field("id", &S::id, "Its id"), field("name", &S::name, "What it is called"),
            field("description", &S::description, "What it is for, and when to use it"),
            field("content", &S::content, "How it is done; lists leave it out"),
            field("tags", &S::tags, "Its tags"),
            field("source", &S::source, "Where it came from: self, agent:<name>, human, a file"),
            field("version", &S::version, "1, and one more with each change"),
            field("contentHash", &S::content_hash, "SHA-256 of the content, in hex"),
            field("instance", &S::instance, "The agent instance that stored it"),
            field("retention", &S::retention, "How long it is kept"),
            field("createdAt", &S::created_at, "Since when there is such a skill"),
            field("updatedAt", &S::updated_at, "When it last changed"),
            field("score", &S::score, "How well it answers the question"),
            field("why", &S::why, "Why it was found"));
    }
};

template <class S>
auto name_field() {
    return field("name", &S::name, "The skill: lower-case letters, digits and dashes")
        .required()
        .positional()
        .min_bytes(1)
        .max_bytes(limits::kNameBytes);
}

struct StoreInput {
    std::string name, description, content;
    std::vector<std::string> tags;
    std::string source = "self";
    std::optional<int> if_version;
    std::optional<Retention> retention;
    template <class S = StoreInput>
    static auto describe() {
        return fields(
            name_field<S>(),
            field("description", &S::description,
                  "What it is for and when to use it: searches look here first")
                .required()
                .min_bytes(1)
                .max_bytes(limits::kSkillDescriptionBytes),
            field("content", &S::content, "How it is done, in Markdown")
                .required()
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("tags", &S::tags, "Tags").max_items(limits::kTags).max_bytes(limits::kTagBytes),
            field("source", &S::source, "Where it came from: self, agent:<name>, human, a file")
                .min_bytes(1)
                .max_bytes(limits::kUriBytes),
            field("ifVersion", &S::if_version,
                  "Only when it is this version now; 0: when there is none")
                .range(0, 2e9),
            field("retention", &S::retention,
                  "How long to keep it; absent: as before, or standard"));
    }
};

struct StoreOutput {
    bool stored = true;
    std::string id, name;
    int version = 1;
    bool created = false, unchanged = false;
    template <class S = StoreOutput>
    static auto describe() {
        return fields(field("stored", &S::stored, "It is kept"), field("id", &S::id, "Its id"),
                      field("name", &S::name, "What it is called"),
                      field("version", &S::version, "Its version now"),
                      field("created", &S::created, "There was none of this name"),
                      field("unchanged", &S::unchanged, "It was like this already"));
    }
};

struct NameInput {
    std::string name;
    static auto describe() { return fields(name_field<NameInput>()); }
};

struct DeleteOutput {
    std::string name;
    bool deleted = false;
    template <class S = DeleteOutput>
    static auto describe() {
        return fields(field("name", &S::name, "The skill"),
                      field("deleted", &S::deleted, "false: there was none"));
    }
};

struct ListInput {
    std::optional<std::string> tag;
    int limit = 50;
    std::optional<std::string> cursor;
    template <class S = ListInput>
    static auto describe() {
        return fields(
            field("tag", &S::tag, "Those with this tag").max_bytes(limits::kTagBytes),
            field("limit", &S::limit, "How many a page").clamp(1, limits::kPage).alias("n"),
            field("cursor", &S::cursor, "nextCursor of the page before")
                .max_bytes(limits::kNameBytes));
    }
};

struct ListOutput {
    std::vector<Skill> skills;
    std::optional<std::string> next_cursor;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("skills", &S::skills, "By name, without their content"),
                      field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct SearchInput {
    std::string query;
    int limit = 5;
    template <class S = SearchInput>
    static auto describe() {
        return fields(field("query", &S::query, "What is to be done, in plain words")
                          .required()
                          .positional()
                          .max_bytes(limits::kQueryBytes),
                      field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n"));
    }
};

struct SearchOutput {
    std::vector<Skill> results;
    std::vector<std::string> degraded;
    std::optional<std::string> message;
    template <class S = SearchOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Best first, without their content"),
                      field("degraded", &S::degraded, "What could not be used: vector"),
                      field("message", &S::message, "What to do about it"));
    }
};

struct ImportInput {
    std::string path;
    bool dry_run = false;
    template <class S = ImportInput>
    static auto describe() {
        return fields(field("path", &S::path, "A SKILL.md, or a folder with such files below it")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kUriBytes),
                      field("dryRun", &S::dry_run, "Read them and store nothing"));
    }
};

struct Imported {
    std::string file;
    std::optional<std::string> name, outcome, change, problem;
    template <class S = Imported>
    static auto describe() {
        return fields(field("file", &S::file, "The file"),
                      field("name", &S::name, "The skill in it"),
                      field("outcome", &S::outcome, "created, changed, unchanged or read"),
                      field("change", &S::change, "What was repaired when it was read"),
                      field("problem", &S::problem, "Why it was left out"));
    }
};

struct ImportOutput {
    int stored = 0, unchanged = 0, refused = 0;
    std::vector<Imported> files;
    template <class S = ImportOutput>
    static auto describe() {
        return fields(field("stored", &S::stored, "New or changed skills"),
                      field("unchanged", &S::unchanged, "Those that were like this already"),
                      field("refused", &S::refused, "Files that are no skills, or too large"),
                      field("files", &S::files, "Each of them"));
    }
};

}  // namespace stele::skills
