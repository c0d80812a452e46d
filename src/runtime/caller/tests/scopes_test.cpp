#include "runtime/caller/scopes.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::runtime {
namespace {

using ::testing::ElementsAre;

TEST(Scopes, AreSortedAndSayWhatTheyMean) {
    std::string_view before;
    for (const Scope& scope : all_scopes()) {
        EXPECT_LT(before, scope.name);
        EXPECT_NE(scope.name.find(':'), std::string_view::npos);
        EXPECT_FALSE(scope.words.empty()) << scope.name;
        before = scope.name;
    }
}

TEST(Scopes, WhatIsUnknownIsNamed) {
    try {
        ScopeSet::of({"memory:read", "memory:raed"});
        FAIL() << "a scope that does not exist was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid_argument);
        EXPECT_NE(error.message().find("memory:raed"), std::string_view::npos);
        EXPECT_NE(error.message().find("memory:read"), std::string_view::npos);
    }
}

TEST(Scopes, WritingDoesNotImplyReading) {
    EXPECT_FALSE(ScopeSet::of({"memory:write"}).includes(ScopeSet::of({"memory:read"})));
    EXPECT_TRUE(ScopeSet::everything().includes(ScopeSet::of({"ops:admin", "user:act"})));
    EXPECT_TRUE(ScopeSet().includes(ScopeSet()));
    EXPECT_THAT(ScopeSet::of({"*"}).names(), ElementsAre("*"));
    EXPECT_EQ(ScopeSet::of({"job:write", "chat:read"}).text(), "chat:read job:write");
    EXPECT_EQ(ScopeSet::of({"job:write", "chat:read"}).without(ScopeSet::of({"chat:read"})).text(),
              "job:write");
}

TEST(Scopes, RolesHaveTheirCeilings) {
    const auto may = [](Role role, const char* scope) {
        return ScopeSet::ceiling(role).includes(ScopeSet::of({scope}));
    };
    for (const char* scope : {"memory:write", "chat:read", "run:read", "account:self"})
        EXPECT_TRUE(may(Role::member, scope)) << scope;
    for (const char* scope : {"job:read", "graph:write", "run:write", "ops:read", "mesh:read"})
        EXPECT_FALSE(may(Role::member, scope)) << scope;
    for (const char* scope : {"job:read", "job:work", "graph:write", "run:write", "mesh:read"})
        EXPECT_TRUE(may(Role::developer, scope)) << scope;
    for (const char* scope : {"identity:admin", "ops:read", "audit:read", "authority:write"}) {
        EXPECT_FALSE(may(Role::developer, scope)) << scope;
        EXPECT_TRUE(may(Role::admin, scope)) << scope;
    }
    for (const char* scope :
         {"ops:admin", "mesh:write", "audit:write", "audit:admin", "outbox:admin",
          "authority:approve", "agents:write", "delegate:broad", "user:act"})
        EXPECT_FALSE(may(Role::admin, scope)) << scope;
    EXPECT_TRUE(ScopeSet::ceiling(Role::admin).includes(ScopeSet::ceiling(Role::developer)));
    EXPECT_TRUE(ScopeSet::ceiling(Role::developer).includes(ScopeSet::ceiling(Role::member)));
}

}  // namespace
}  // namespace stele::runtime
