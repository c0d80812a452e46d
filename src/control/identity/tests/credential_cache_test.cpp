#include "control/identity/credential_cache.hpp"

#include <gtest/gtest.h>

namespace stele::identity {
namespace {

using namespace std::chrono_literals;
using State = CredentialCache::State;

struct Clocked : ::testing::Test {
    CredentialCache::Time now{1000s};
    CredentialCache cache{{.entries = 4}, [this] { return now; }};

    static CredentialCache::Entry entry(const Uuid& credential = Uuid::v7()) {
        CredentialCache::Entry out;
        out.caller.credential = credential;
        out.tenant = {credential, credential};
        return out;
    }
    State state(const std::string& key) const { return cache.find(key).first; }
    void pass(std::chrono::seconds time) {
        now += time;
        cache.confirmed(now);
    }
};

TEST_F(Clocked, ACallerIsKnownForAMinute) {
    EXPECT_EQ(state("a"), State::unknown);
    const auto kept = entry();
    cache.keep("a", kept);
    EXPECT_EQ(cache.find("a").second->caller.credential, kept.caller.credential);
    pass(59s);
    EXPECT_EQ(state("a"), State::known);
    EXPECT_EQ(cache.tenants(), std::set{kept.tenant});
    pass(1s);
    EXPECT_EQ(state("a"), State::unknown);
    EXPECT_TRUE(cache.tenants().empty());
}

TEST_F(Clocked, ARefusalForTenSeconds) {
    cache.refuse("a");
    pass(9s);
    EXPECT_EQ(state("a"), State::refused);
    pass(1s);
    EXPECT_EQ(state("a"), State::unknown);
    cache.refuse("a");
    cache.forget_refusals();
    EXPECT_EQ(state("a"), State::unknown);
}

TEST_F(Clocked, WithoutNewsOfRevocationsNobodyIsBelieved) {
    cache.keep("a", entry());
    now += 30s;
    EXPECT_EQ(state("a"), State::known);
    now += 1s;
    EXPECT_EQ(state("a"), State::unknown);
    cache.confirmed(now);
    EXPECT_EQ(state("a"), State::known);
    cache.confirmed(now - 60s);
    EXPECT_EQ(state("a"), State::known) << "older news change nothing";
}

TEST_F(Clocked, WhatIsRevokedIsUnknownAndNotKeptAgain) {
    const auto kept = entry(), other = entry();
    cache.keep("a", kept);
    cache.keep("b", other);
    cache.revoke({kept.caller.credential});
    EXPECT_EQ(state("a"), State::unknown);
    EXPECT_EQ(state("b"), State::known);
    EXPECT_TRUE(cache.is_revoked(kept.caller.credential));
    // A look-up that had read the row before it was revoked.
    cache.keep("c", kept);
    EXPECT_EQ(state("c"), State::unknown);
}

TEST_F(Clocked, HoldsSoMany) {
    for (const char* key : {"a", "b", "c", "d", "e"}) {
        cache.keep(key, entry());
        cache.refuse(std::string(key) + "!");
    }
    EXPECT_EQ(state("a"), State::unknown);
    EXPECT_EQ(state("a!"), State::unknown);
    EXPECT_EQ(state("b"), State::known) << "refusals take no caller's place";
    EXPECT_EQ(state("e"), State::known);
    EXPECT_EQ(state("e!"), State::refused);
    // Kept again, it goes with its newer time.
    pass(50s);
    cache.keep("b", entry());
    pass(20s);
    EXPECT_EQ(state("b"), State::known);
    EXPECT_EQ(state("c"), State::unknown);
    cache.keep("f", entry());
    EXPECT_EQ(state("b"), State::known);
}

}  // namespace
}  // namespace stele::identity
