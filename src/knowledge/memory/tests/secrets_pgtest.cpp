// What storing says about texts that look like secrets, and what it refuses.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/memory/tests/fixture.hpp"

namespace stele::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHeld = "log in with password=hunter2-river";

std::vector<std::string> said(const std::optional<std::vector<SecretFound>>& secrets) {
    std::vector<std::string> out;
    for (const SecretFound& one : secrets.value_or(std::vector<SecretFound>()))
        out.push_back(one.field + ": " + one.kind);
    return out;
}

StoreBatchInput batch() {
    StoreInput tagged = note("harmless");
    tagged.tags = {"a", "token=abc123def456"};
    tagged.metadata = {{"db", json::object{{"password", "hunter2-river"}}}};
    return {{note("compass: north"), tagged}};
}

TEST(Secrets, AreStoredAsTheyAreAndNamedInTheAnswer) {
    World world;
    runtime::Context context = world.context();
    const StoreOutput out = store(context, note(kHeld));
    EXPECT_THAT(said(out.secrets), ElementsAre("content: password"));
    EXPECT_EQ(find(context, out.id)->content, kHeld);
    EXPECT_FALSE(store(context, note("make tests pass: cargo test")).secrets);

    EXPECT_THAT(said(store_batch(context, batch()).secrets),
                ElementsAre("memories[1].tags[1]: token",
                            "memories[1].metadata: value of a secret's name"));
    UpdateInput change;
    change.id = out.id;
    change.content = "the token: ghp_" + std::string(36, 'a');
    EXPECT_THAT(said(update(context, change).secrets), ElementsAre("content: GitHub token"));
    SupersedeInput next;
    static_cast<StoreInput&>(next) = note("postgresql://app:hunter2@db/app");
    next.supersedes = out.id;
    EXPECT_THAT(said(supersede(context, next).secrets), ElementsAre("content: password in a URL"));
}

TEST(Secrets, AreRefusedByFieldWhereTheSettingSaysSo) {
    World world;
    world.settings.memory.secrets = runtime::SecretPolicy::refuse;
    runtime::Context context = world.context();
    try {
        store(context, note(kHeld));
        ADD_FAILURE() << "it was stored";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid_argument);
        EXPECT_THAT(error.what(), HasSubstr("content: looks like a secret (password)"));
        EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
    }
    EXPECT_EQ(code_of([&] { store_batch(context, batch()); }), Code::invalid_argument);
    EXPECT_EQ(stats(context).total, 0);
    const std::string id = store(context, note("compass: north")).id;
    UpdateInput change;
    change.id = id;
    change.content = kHeld;
    EXPECT_EQ(code_of([&] { update(context, change); }), Code::invalid_argument);
    EXPECT_EQ(find(context, id)->content, "compass: north");
}

TEST(Secrets, AreNotLookedForWhereTheSettingIsKeep) {
    World world;
    world.settings.memory.secrets = runtime::SecretPolicy::keep;
    runtime::Context context = world.context();
    EXPECT_FALSE(store(context, note(kHeld)).secrets);
}

}  // namespace
}  // namespace stele::memory
