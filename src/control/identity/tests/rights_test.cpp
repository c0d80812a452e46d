#include "control/identity/rights.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::identity {
namespace {

using runtime::CallerKind;
using runtime::ScopeSet;

bool may(const ScopeSet& scopes, const char* name) {
    return scopes.includes(ScopeSet::of({name}));
}

TEST(Rights, OfEachCapability) {
    const ScopeSet read = scopes_of(Capability::read, true);
    for (const std::string& name : read.names()) EXPECT_TRUE(name.ends_with(":read")) << name;
    EXPECT_TRUE(may(read, "memory:read"));
    for (const bool global : {true, false}) {
        const ScopeSet write = scopes_of(Capability::write, global);
        EXPECT_TRUE(may(write, "memory:write"));
        EXPECT_TRUE(may(write, "identity:admin"));
        EXPECT_FALSE(may(write, "authority:approve"));
        EXPECT_FALSE(may(write, "delegate:broad"));
        EXPECT_EQ(may(write, "ops:admin"), global);
    }
    EXPECT_EQ(scopes_of(Capability::approve, true), ScopeSet::of({"authority:approve"}));
    EXPECT_TRUE(scopes_of(Capability::all, true).is_everything());
    EXPECT_FALSE(may(service_ceiling(), "authority:approve"));
    EXPECT_TRUE(may(service_ceiling(), "user:act"));
    EXPECT_EQ(known_scopes({"memory:read", "of:tomorrow", "*"}), ScopeSet::of({"memory:read"}));
}

bool issues(const runtime::Caller& caller, const Rights& rights) {
    try {
        require_may_issue(caller, rights);
        return true;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::forbidden);
        return false;
    }
}

TEST(Rights, NobodyGivesWhatHeDoesNotHave) {
    runtime::Caller local;
    for (const Capability one : {Capability::read, Capability::write, Capability::approve})
        EXPECT_TRUE(issues(local, {TokenKind::admin, scopes_of(one, true), true, true}));

    runtime::Caller admin;
    admin.kind = CallerKind::admin;
    admin.any_tenant = false;
    admin.scopes = scopes_of(Capability::write, false);
    admin.viewer.kind = runtime::Viewer::Kind::everybody;
    EXPECT_TRUE(issues(admin, {TokenKind::admin, scopes_of(Capability::write, false)}));
    EXPECT_TRUE(issues(admin, {TokenKind::admin, scopes_of(Capability::read, false)}));
    EXPECT_FALSE(issues(admin, {TokenKind::admin, scopes_of(Capability::approve, false)}));
    EXPECT_FALSE(issues(admin, {TokenKind::admin, scopes_of(Capability::read, false), true}));
    EXPECT_FALSE(issues(admin, {TokenKind::admin, scopes_of(Capability::read, true), false, true}));
    EXPECT_FALSE(issues(admin, {TokenKind::service, ScopeSet::of({"ops:admin"})}));

    runtime::Caller service = admin;
    service.kind = CallerKind::service;
    service.scopes = ScopeSet::of({"identity:admin", "memory:read"});
    EXPECT_TRUE(issues(service, {TokenKind::service, ScopeSet::of({"memory:read"})}));
    EXPECT_FALSE(issues(service, {TokenKind::service, ScopeSet::of({"memory:write"})}));
    EXPECT_FALSE(issues(service, {TokenKind::admin, ScopeSet::of({"memory:read"})}));
}

}  // namespace
}  // namespace stele::identity
