// Vectors of a thread's messages, of their surroundings and of its summaries.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/vectors/model.hpp"
#include "runtime/context.hpp"

namespace stele::conversations {

inline constexpr std::string_view kConversationsTask = "conversations";

// A piece of a thread's work, as it was taken: the places of messages, or the ends of ranges.
struct WorkItem {
    std::int32_t from, to;
    Timestamp queued;
    std::int32_t attempts;
};
struct Work {
    std::vector<std::int32_t> from, to;
    std::vector<std::optional<Timestamp>> queued;
    std::vector<std::int32_t> attempts;
    void add(const WorkItem& item);
    WorkItem at(std::size_t i) const { return {from[i], to[i], *queued[i], attempts[i]}; }
};

// Puts work back; it is due in `seconds`. `less`: of its attempts, those that do not count.
void postpone(pg::Pipeline& pipeline, const pg::Tenant& tenant, const Uuid& thread,
              std::string_view task, const Work& work, double seconds, int less);

// Work that was not begun.
void give_back(runtime::Context& context, const Uuid& thread, const Work& work);

struct EmbeddedThread {
    std::int64_t done = 0;  // messages of which nothing is left to do
    std::string problem;    // the endpoint serves nothing for now: the rest was put back
    std::optional<std::chrono::seconds> retry_after;
};
// A message whose own text the endpoint refuses is set aside; surroundings with such a text in them
// have no vector.
EmbeddedThread embed_thread(runtime::Context& context, const Uuid& thread, const Work& work,
                            const vectors::FillModel& model);

}  // namespace stele::conversations
