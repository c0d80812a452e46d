// A database of its own and a caller, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/reembed.hpp"
#include "knowledge/memory/store.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"
#include "support/code_of.hpp"
#include "support/test_database.hpp"

namespace stele::memory {

struct World {
    testing::TestDatabase database;
    std::unique_ptr<pg::Database> db = database.open();
    runtime::Settings settings;
    embed::Embedder* embedder = nullptr;

    runtime::Context context(const std::string& scope = "project:/repo") {
        runtime::Caller caller;
        caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
        caller.project = caller.org;
        caller.instance = "tester";
        caller.posse = "crew";
        caller.scope = scope;
        return {caller, settings, *db,  embedder, deadline_in(std::chrono::seconds(20)),
                {},     "test",   true, {}};
    }

    // Another process: which model is active is cached per process.
    void restart() { db = database.open(); }
    // What an operator's login sees.
    ListTenants tenants() {
        return [this](runtime::Context&) {
            std::vector<pg::Tenant> out;
            const auto oper = database.connect();
            for (const pg::Row row :
                 oper->script("SELECT org_id, project_id FROM memories UNION SELECT org_id, "
                              "project_id FROM chat_threads",
                              deadline_in(std::chrono::seconds(10))))
                out.push_back({*Uuid::parse(row.raw(0)), *Uuid::parse(row.raw(1))});
            return out;
        };
    }

    // Another tenant of the same database.
    runtime::Context stranger() {
        runtime::Context out = context();
        out.caller.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
        return out;
    }
};

inline StoreInput note(std::string content, std::string category = "lesson") {
    StoreInput in;
    in.content = std::move(content);
    in.category = std::move(category);
    return in;
}

using testing::code_of;

inline std::vector<std::string> contents(const std::vector<Memory>& memories) {
    std::vector<std::string> out;
    for (const Memory& m : memories) out.push_back(m.content);
    return out;
}

inline SearchInput question(std::string query) {
    SearchInput in;
    in.query = std::move(query);
    return in;
}

}  // namespace stele::memory
