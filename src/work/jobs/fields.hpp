// Fields that requests of several parts have, and what every batch answers.
#pragma once

#include <optional>
#include <string>

#include "work/jobs/types.hpp"

namespace stele::jobs {

inline constexpr auto kDefaultQueue = "default";
// In place of a queue's name: limits and pauses that hold for all of a tenant's queues together.
inline constexpr auto kAllQueues = "*";

// A queue's name in a request.
template <class S, class M>
auto queue_field(M S::*member, std::string_view doc) {
    return field("queue", member, doc).min_bytes(1).max_bytes(limits::kNameBytes);
}

template <class S>
auto job_id_field() {
    return field("jobId", &S::id, "The job").required().positional().format("uuid");
}

template <class S>
auto claim_id_field() {
    return field("id", &S::id, "The job").required().format("uuid");
}
template <class S>
auto generation_field() {
    return field("generation", &S::generation, "Of the lease").required().range(1, 2e9);
}
template <class S>
auto step_field() {
    return field("step", &S::step, "The step it belongs to")
        .min_bytes(1)
        .max_bytes(limits::kNameBytes);
}

template <class S>
auto items_field() {
    return field("jobs", &S::jobs, "Up to 500 jobs").required().max_items(limits::kLeaseBatch);
}
template <class S>
auto stale_field() {
    return field("stale", &S::stale, "Not yours any more, and why");
}

// An item that cannot be read; the others of its batch are done.
struct Refused {
    int index = 0;
    std::optional<std::string> id;
    std::string error;
    template <class S = Refused>
    static auto describe() {
        return fields(field("index", &S::index, "Its place in jobs, from 0"),
                      field("id", &S::id, "The job, where it can be read"),
                      field("error", &S::error, "What is wrong, by field"));
    }
};
template <class S>
auto refused_field() {
    return field("refused", &S::refused, "Items that cannot be kept: nothing was done for them");
}

}  // namespace stele::jobs
