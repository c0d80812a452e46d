// A database of its own and a caller, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "knowledge/conversations/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"

namespace stele::conversations {

using memory::code_of;

struct World : memory::World {
    // The first column of the first row of a query by the owner, as text.
    std::string ask(const std::string& query) {
        return std::string(
            database.connect()->script(query, deadline_in(std::chrono::seconds(10)))[0].raw(0));
    }
};

inline LogInput said(std::string content, std::string thread = "t", std::string speaker = "user") {
    LogInput in;
    in.content = std::move(content);
    in.thread_id = std::move(thread);
    in.speaker = std::move(speaker);
    return in;
}

inline ThreadOutput read(runtime::Context& context, const std::string& thread_id, int limit = 500) {
    ThreadInput in;
    in.thread_id = thread_id;
    in.limit = limit;
    return thread(context, in);
}

inline std::vector<std::string> contents(const std::vector<Message>& messages) {
    std::vector<std::string> out;
    for (const Message& m : messages) out.push_back(m.content);
    return out;
}

inline std::vector<int> places(const std::vector<Message>& messages) {
    std::vector<int> out;
    for (const Message& m : messages) out.push_back(m.seq);
    return out;
}

}  // namespace stele::conversations
