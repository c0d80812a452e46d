// Definitions: what jobs of a name are made of, in versions that never change. A submission that
// does not pin one takes the newest, and its job stays with it: retried, resumed and forked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/context.hpp"
#include "work/jobs/queue/requests.hpp"

namespace stele::jobs {

struct DefinedStep {
    std::string name;
    std::optional<std::string> title;
    template <class S = DefinedStep>
    static auto describe() {
        return fields(
            field("name", &S::name, "As workers report it with job.step")
                .required()
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("title", &S::title, "What it does, in words").max_bytes(limits::kScopeBytes));
    }
};

// What a submission takes that does not say it itself.
struct JobDefaults {
    std::optional<std::string> queue;
    std::optional<int> priority, max_attempts, lease_seconds, backoff_seconds;
    std::optional<Retention> retention;
    template <class S = JobDefaults>
    static auto describe() {
        constexpr double day = limits::kLeaseSecondsMost;
        return fields(
            queue_field(&S::queue, "Where its jobs wait for a worker"),
            field("priority", &S::priority, "The lowest goes first")
                .range(-limits::kPriorityMost, limits::kPriorityMost),
            field("maxAttempts", &S::max_attempts, "How often a job is tried").range(1, 1000),
            field("leaseSeconds", &S::lease_seconds, "How long a worker has it without a word")
                .range(1, day),
            field("backoffSeconds", &S::backoff_seconds, "Between the first two attempts")
                .range(1, day),
            field("retention", &S::retention, "How long to keep its jobs"));
    }
};

struct DefineInput {
    std::string name;
    std::string description;
    std::vector<DefinedStep> steps;
    JobDefaults defaults;
    template <class S = DefineInput>
    static auto describe() {
        return fields(
            field("name", &S::name, "What its jobs are submitted as")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kNameBytes),
            field("description", &S::description, "What it is for").max_bytes(limits::kQueryBytes),
            field("steps", &S::steps, "What it does, in order: the plan of its jobs")
                .max_items(limits::kDefinitionSteps),
            field("defaults", &S::defaults, "What its jobs have that do not say it themselves"));
    }
};

struct Definition {
    std::string name;
    int version = 0;
    std::string description;
    std::vector<DefinedStep> steps;
    JobDefaults defaults;
    std::string hash;
    Timestamp created_at;
    template <class S = Definition>
    static auto describe() {
        return fields(field("name", &S::name, "What its jobs are submitted as"),
                      field("version", &S::version, "From 1; another content is another version"),
                      field("description", &S::description, "What it is for"),
                      field("steps", &S::steps, "The plan of its jobs"),
                      field("defaults", &S::defaults, "What its jobs have unless they say more"),
                      field("hash", &S::hash, "SHA-256 of its content"),
                      field("createdAt", &S::created_at, "When it was defined"));
    }
};

struct DefineOutput {
    std::string name;
    int version = 0;
    bool made = false;
    template <class S = DefineOutput>
    static auto describe() {
        return fields(field("name", &S::name, "The definition"),
                      field("version", &S::version, "The newest now"),
                      field("made", &S::made, "false: it was the newest already"));
    }
};

struct DefinitionsInput {
    std::optional<std::string> name;
    int limit = 20;
    std::optional<std::string> cursor;
    template <class S = DefinitionsInput>
    static auto describe() {
        return fields(field("name", &S::name, "The versions of this one, the newest first")
                          .positional()
                          .max_bytes(limits::kNameBytes),
                      field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n"),
                      field("cursor", &S::cursor, "nextCursor of the page before")
                          .max_bytes(limits::kNameBytes));
    }
};

struct DefinitionsOutput {
    std::vector<Definition> definitions;
    std::optional<std::string> next_cursor;
    template <class S = DefinitionsOutput>
    static auto describe() {
        return fields(
            field("definitions", &S::definitions, "By name, the newest version of each; or of one"),
            field("nextCursor", &S::next_cursor, "Absent on the last page"));
    }
};

struct PlanOutput {
    std::vector<PlannedStep> plan;
    static auto describe() {
        return fields(field("plan", &PlanOutput::plan, "Its steps, in order"));
    }
};

// The same content as the newest version is that version; anything else is a new one, also what was
// a version before: the newest is what was defined last.
DefineOutput define(runtime::Context& context, const DefineInput& input);
// Throws Error(not_found) for a name without versions, Error(invalid_argument) for a wrong cursor.
DefinitionsOutput definitions(runtime::Context& context, const DefinitionsInput& input);

// The steps that a job's definition names, and those it did beyond. Throws Error(not_found).
PlanOutput plan(runtime::Context& context, const IdInput& input);

}  // namespace stele::jobs
