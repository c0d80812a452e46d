// The nouns of the relay domain: a conversation with agents, and what a relay asks of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "knowledge/events/types.hpp"
#include "work/jobs/types.hpp"

namespace stele::relay {

using reflect::field;
using reflect::fields;

template <class S>
auto session_id_field() {
    return field("sessionId", &S::id, "The session, by any name of yours")
        .required()
        .positional()
        .min_bytes(1)
        .max_bytes(limits::kThreadKeyBytes);
}

struct SessionJob {
    std::string id;
    jobs::Status status = jobs::Status::queued;
    template <class S = SessionJob>
    static auto describe() {
        return fields(field("id", &S::id, "The job"), field("status", &S::status, "How it stands"));
    }
};

struct Session {
    std::string id;
    std::optional<std::string> title;
    std::string channel;
    json::object options;
    std::vector<SessionJob> jobs;
    Timestamp created_at, updated_at;
    template <class S = Session>
    static auto describe() {
        return fields(field("id", &S::id, "Its name, and that of its thread of messages"),
                      field("title", &S::title, "What it is about"),
                      field("channel", &S::channel, "Where it is held"),
                      field("options", &S::options, "What its jobs are submitted with"),
                      field("jobs", &S::jobs, "The last that answer in it, the newest first"),
                      field("createdAt", &S::created_at, "When it began"),
                      field("updatedAt", &S::updated_at, "When it was last spoken in"));
    }
};

struct CreateInput {
    std::optional<std::string> id, title, channel, agent, model, workdir, queue;
    std::optional<int> max_iterations;
    template <class S = CreateInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("id", &S::id, "A name of yours: the same name again is the same session")
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kThreadKeyBytes),
            field("title", &S::title, "What it is about").min_bytes(1).max_bytes(name),
            field("channel", &S::channel, "Where it is held; absent: api")
                .min_bytes(1)
                .max_bytes(name),
            field("agent", &S::agent, "Which agent is to answer").min_bytes(1).max_bytes(name),
            field("model", &S::model, "With which model").min_bytes(1).max_bytes(name),
            field("workdir", &S::workdir, "Where").min_bytes(1).max_bytes(limits::kUriBytes),
            field("queue", &S::queue, "The queue its jobs wait in; absent: default")
                .min_bytes(1)
                .max_bytes(name),
            field("maxIterations", &S::max_iterations, "How often the agent goes on at most")
                .range(1, 100));
    }
};

struct CreateOutput {
    std::string id;
    bool created = false;
    template <class S = CreateOutput>
    static auto describe() {
        return fields(field("id", &S::id, "Its name"),
                      field("created", &S::created, "false: it was there already"));
    }
};

struct IdInput {
    std::string id;
    static auto describe() { return fields(session_id_field<IdInput>()); }
};

struct SayInput {
    std::string id, text;
    std::optional<std::string> key;
    template <class S = SayInput>
    static auto describe() {
        return fields(session_id_field<S>(),
                      field("text", &S::text, "What the user says")
                          .required()
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kContentBytes),
                      field("key", &S::key,
                            "Your own name for the message: sent again with it, it is said once")
                          .min_bytes(1)
                          .max_bytes(limits::kDedupKeyBytes));
    }
};

struct SayOutput {
    std::string message_id, job_id;
    bool duplicate = false;
    template <class S = SayOutput>
    static auto describe() {
        return fields(field("messageId", &S::message_id, "The message in the thread"),
                      field("jobId", &S::job_id, "The job that answers it"),
                      field("duplicate", &S::duplicate, "true: it was said already"));
    }
};

struct ContextInput {
    std::string id, text;
    template <class S = ContextInput>
    static auto describe() {
        return fields(session_id_field<S>(), field("text", &S::text, "What the agent should know")
                                                 .required()
                                                 .positional()
                                                 .min_bytes(1)
                                                 .max_bytes(limits::kContentBytes / 2));
    }
};

struct ContextOutput {
    bool ok = true;
    std::string job_id;
    template <class S = ContextOutput>
    static auto describe() {
        return fields(field("ok", &S::ok, "It was put on record"),
                      field("jobId", &S::job_id, "The job that was told"));
    }
};

struct StopOutput {
    std::string id;
    std::vector<std::string> stopped;
    template <class S = StopOutput>
    static auto describe() {
        return fields(field("id", &S::id, "The session"),
                      field("stopped", &S::stopped, "The jobs that were stopped"));
    }
};

struct EventsInput {
    std::string id;
    std::optional<std::int64_t> after_id;
    std::vector<std::string> types;
    int limit = 100;
    int wait_ms = 0;
    template <class S = EventsInput>
    static auto describe() {
        return fields(
            session_id_field<S>(),
            field("afterId", &S::after_id, "What comes after this one; absent: the last ones")
                .range(0, 9e15),
            field("types", &S::types, "Only of these types; \"job.\" means all that begin so")
                .min_bytes(1)
                .max_bytes(limits::kNameBytes)
                .max_items(32),
            field("limit", &S::limit, "How many").clamp(1, limits::kEventPage).alias("n"),
            field("waitMs", &S::wait_ms, "How long to wait when there is none")
                .clamp(0, limits::kWaitMs));
    }
};

}  // namespace stele::relay
