// A database of its own and a caller, for the tests of this folder.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/walk.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"
#include "support/code_of.hpp"
#include "support/test_database.hpp"

namespace stele::graph {

struct World {
    testing::TestDatabase database;
    std::unique_ptr<pg::Database> db = database.open({.size = 8});
    runtime::Settings settings;
    Domains domains;

    runtime::Context context() {
        runtime::Caller caller;
        caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
        caller.project = caller.org;
        return {caller, settings, *db,  nullptr, deadline_in(std::chrono::seconds(20)),
                {},     "test",   true, {}};
    }
    // Another tenant of the same database.
    runtime::Context stranger() {
        runtime::Context out = context();
        out.caller.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
        return out;
    }

    LinkOutput link(const std::string& from, const std::string& type, const std::string& to) {
        runtime::Context here = context();
        LinkInput in;
        in.from = from;
        in.type = type;
        in.to = to;
        return graph::link(here, domains, in);
    }
    TraceOutput trace(const std::string& node, Direction direction = Direction::up,
                      Mode mode = Mode::strict) {
        runtime::Context here = context();
        TraceInput in;
        in.node_id = node;
        in.direction = direction;
        in.mode = mode;
        return graph::trace(here, domains, in);
    }
    // Runs SQL as the superuser.
    void sql(const std::string& text) {
        auto admin = testing::connect(database.url());
        admin->script(text, deadline_in(std::chrono::seconds(60)));
    }
};

inline std::vector<std::string> names(const TraceOutput& trace) {
    std::vector<std::string> out;
    for (const Node& node : trace.nodes) out.push_back(node.ref_id);
    return out;
}

using testing::code_of;

}  // namespace stele::graph
