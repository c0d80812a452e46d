#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/graph/store.hpp"

namespace stele::conversations {

namespace {

// The threads that a fork shows, each up to a place, from the root on.
struct Lineage {
    std::vector<Uuid> threads;
    std::vector<std::int32_t> upto;
};

// The lineage of a fork of `origin` at `place`: what of the origin's own lies before it.
Lineage lineage_at(const pg::Row& origin, int place) {
    auto threads = origin.get<std::vector<Uuid>>(1);
    const auto upto = origin.get<std::vector<std::int64_t>>(2);
    threads.push_back(origin.get<Uuid>(0));
    Lineage out;
    int begin = 0;
    for (std::size_t i = 0; i < threads.size() && begin < place; ++i) {
        const int end = i < upto.size() ? int(upto[i]) : place;
        out.threads.push_back(threads[i]);
        out.upto.push_back(std::min(end, place));
        begin = end;
    }
    return out;
}

int place_of(const ForkInput& input, int last_seq) {
    const int place = input.at_seq.value_or(last_seq);
    if (place < 1 || place > last_seq)
        throw Error(Code::invalid_argument,
                    fmt::format("atSeq: {} has the places 1 to {}", input.thread_id, last_seq),
                    "leave it out to share everything said so far");
    return place;
}

}  // namespace

Thread fork(runtime::Context& context, const ForkInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::string key = input.new_thread_id ? *input.new_thread_id : Uuid::v7().text();
    const Uuid id = Uuid::v7();
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result found =
            tx.query(sql::fork_point, caller.org, caller.project, input.thread_id);
        if (found.empty()) no_such_thread(input.thread_id);
        const int place = place_of(input, found[0].get<std::int32_t>(3));
        const Lineage lineage = lineage_at(found[0], place);
        if (lineage.threads.size() > limits::kForkDepth)
            throw Error(Code::conflict,
                        fmt::format("a fork of {} would have {} ancestors, {} are allowed",
                                    input.thread_id, lineage.threads.size(), limits::kForkDepth),
                        "fork one of its ancestors");
        const bool made =
            !tx.query(sql::fork, caller.org, caller.project, id, key, found[0].get<std::string>(4),
                      found[0].get<std::string>(5), input.title, caller.instance, lineage.threads,
                      lineage.upto, place, now())
                 .empty();
        if (!made) {
            const pg::Result same = tx.query(sql::same_fork, caller.org, caller.project, key,
                                             lineage.threads, lineage.upto);
            if (same.empty() || !same[0].get<bool>(0))
                throw Error(Code::conflict,
                            fmt::format("newThreadId: there is a thread {} already", key),
                            "choose another name, or none");
        }
        const Thread out = read_thread(tx.query(sql::thread, caller.org, caller.project, key)[0]);
        if (made) {
            const auto add = [&](const auto&... args) { tx.query(args...); };
            graph::project(add, caller, thread_edges(), {id});
        }
        return out;
    });
}

}  // namespace stele::conversations
