#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "chat/edges.hpp"
#include "chat/sql.hpp"
#include "chat/store.hpp"
#include "graph/store.hpp"

namespace stele::chat {

namespace {

// The threads that a fork shows, each up to a place, from the root on.
struct Line {
    std::vector<Uuid> threads;
    std::vector<std::int32_t> upto;
};

// The line of a fork of `id` at `place`: what of the origin's line lies before it.
Line line_at(const pg::Row& origin, const Uuid& id, int place) {
    auto threads = origin.get<std::vector<Uuid>>(0);
    const auto upto = origin.get<std::vector<std::int64_t>>(1);
    threads.push_back(id);
    Line out;
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

Thread fork(api::Context& context, const ForkInput& input) {
    const api::Caller& caller = context.caller;
    const Uuid origin = thread_id_of(caller, input.thread_id);
    const std::string key = input.new_thread_id ? *input.new_thread_id : Uuid::v7().text();
    const Uuid id = thread_id_of(caller, key);
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result found = tx.query(sql::fork_point, caller.org, caller.project, origin);
        if (found.empty()) no_such_thread(input.thread_id);
        const int place = place_of(input, found[0].get<std::int32_t>(2));
        const Line line = line_at(found[0], origin, place);
        if (line.threads.size() > limits::kForkDepth)
            throw Error(Code::conflict,
                        fmt::format("a fork of {} would have {} ancestors, {} are allowed",
                                    input.thread_id, line.threads.size(), limits::kForkDepth),
                        "fork one of its ancestors");
        const bool made =
            !tx.query(sql::fork, caller.org, caller.project, id, key, found[0].get<std::string>(3),
                      found[0].get<std::string>(4), input.title, caller.instance, line.threads,
                      line.upto, place, now())
                 .empty();
        if (!made) {
            const pg::Result same =
                tx.query(sql::same_fork, caller.org, caller.project, id, line.threads, line.upto);
            if (same.empty() || !same[0].get<bool>(0))
                throw Error(Code::conflict,
                            fmt::format("newThreadId: there is a thread {} already", key),
                            "choose another name, or none");
        }
        const Thread out = read_thread(tx.query(sql::thread, caller.org, caller.project, id)[0]);
        if (made) {
            const auto add = [&](const auto&... args) { tx.query(args...); };
            graph::project(add, caller, thread_edges(), {id});
        }
        return out;
    });
}

}  // namespace stele::chat
