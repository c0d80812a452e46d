// A database of its own and callers, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "control/identity/store.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/settings.hpp"
#include "support/code_of.hpp"
#include "support/test_database.hpp"

namespace stele::identity {

struct World {
    testing::TestDatabase database;
    std::unique_ptr<pg::Database> db = database.open();
    runtime::Settings settings;

    runtime::Context context() {
        runtime::Caller caller;
        caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
        caller.project = caller.org;
        caller.instance = "tester";
        return {caller, settings, *db, nullptr, deadline_in(std::chrono::seconds(20))};
    }
    runtime::Context stranger() {
        runtime::Context out = context();
        out.caller.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
        return out;
    }
};

using testing::code_of;

inline CreateInput service(const std::string& name,
                           std::vector<std::string> scopes = {"memory:read"}) {
    CreateInput out;
    out.name = name;
    out.scopes = std::move(scopes);
    return out;
}
inline CreateInput admin(const std::string& name, bool global,
                         std::optional<Capability> capability = std::nullopt) {
    CreateInput out;
    out.name = name;
    out.kind = TokenKind::admin;
    out.global = global;
    out.capability = capability;
    return out;
}

}  // namespace stele::identity
