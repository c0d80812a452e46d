// Tokens in the database: issued, listed, refused; whose they are, and what the finder tells.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "control/identity/tests/fixture.hpp"

namespace stele::identity {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr pg::Statement kRowsOfPrefixes{"test.prefixes", "SELECT count(*) FROM api_tokens"};
constexpr pg::Statement kFind{"test.find",
                              "SELECT count(*) FROM stele_find_api_token($1) WHERE prefix <> $1"};
TEST(Tokens, AreListedWithoutTheirSecrets) {
    World world;
    runtime::Context here = world.context();
    const Issued made = create(here, service("ci", {"memory:read", "job:work"}));
    create(here, admin("anna", false, Capability::read));
    const ListOutput all = list(here, {});
    ASSERT_THAT(all.tokens, SizeIs(2));
    EXPECT_EQ(all.tokens[0].name, "anna");
    EXPECT_EQ(all.tokens[0].capability, "read");
    EXPECT_EQ(all.tokens[1].id, made.details.id);
    EXPECT_EQ(all.tokens[1].scopes, (std::vector<std::string>{"job:work", "memory:read"}));
    EXPECT_EQ(all.tokens[1].created_by, "local");
    EXPECT_TRUE(made.token.starts_with(all.tokens[1].prefix));
    EXPECT_EQ(serialize(reflect::write(all)).find(made.token), std::string::npos);
    ListInput page;
    page.limit = 1;
    const ListOutput first = list(here, page);
    ASSERT_TRUE(first.next);
    page.before = first.next;
    EXPECT_EQ(list(here, page).tokens.at(0).name, "ci");
    EXPECT_FALSE(list(here, page).next);
}

TEST(Tokens, BelongToTheirTenant) {
    World world;
    runtime::Context here = world.context(), stranger = world.stranger();
    const Issued mine = create(here, service("ci"));
    create(here, admin("root", true));
    EXPECT_THAT(list(stranger, {}).tokens, IsEmpty());
    EXPECT_EQ(code_of([&] { rotate(stranger, {mine.details.id}); }), Code::not_found);
    EXPECT_EQ(code_of([&] { revoke(stranger, {mine.details.id}); }), Code::not_found);
    EXPECT_THAT(list(here, {}).tokens, SizeIs(1)) << "the global one stands elsewhere";
    create(stranger, service("ci"));  // a name is a tenant's own
    here.caller.any_tenant = false;
    EXPECT_EQ(code_of([&] { list(here, {true}); }), Code::forbidden);
    EXPECT_EQ(code_of([&] { create(here, admin("more", true)); }), Code::forbidden);
}

TEST(Tokens, ThePrefixFinderTellsNothingMore) {
    World world;
    runtime::Context here = world.context();
    const Issued mine = create(here, service("ci"));
    const std::string prefix = mine.details.prefix.substr(9);
    ASSERT_TRUE(find_token(here, prefix));
    EXPECT_FALSE(find_token(here, prefix.substr(0, 21) + "%"));
    EXPECT_FALSE(find_token(here, ""));
    // Within any tenant's transaction the table shows that tenant's rows alone, also afterwards.
    const Uuid other = Uuid::v7();
    const pg::Call call{{other, other}, here.deadline};
    const auto seen = world.db->pipeline(call, [&](pg::Pipeline& p) {
        p.add(kFind, prefix);
        p.add(kRowsOfPrefixes);
    });
    EXPECT_EQ(seen[0][0].get<std::int64_t>(0), 0);
    EXPECT_EQ(seen[1][0].get<std::int64_t>(0), 0);
    // Who only reads may not look.
    const auto owner = world.database.connect();
    EXPECT_THROW(owner->script("SET ROLE stele_readonly; SELECT stele_find_api_token('x')",
                               deadline_in(std::chrono::seconds(5))),
                 Error);
}

TEST(Tokens, WhatDoesNotFitIsRefused) {
    World world;
    runtime::Context here = world.context();
    create(here, service("ci"));
    EXPECT_EQ(code_of([&] { create(here, service("ci")); }), Code::conflict);
    EXPECT_EQ(code_of([&] { create(here, service("none", {})); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { create(here, service("all", {"*"})); }), Code::invalid_argument);
    EXPECT_EQ(code_of([&] { create(here, service("x", {"no:such"})); }), Code::invalid_argument);
    CreateInput wrong = service("global");
    wrong.global = true;
    EXPECT_EQ(code_of([&] { create(here, wrong); }), Code::invalid_argument);
    wrong = service("private");
    wrong.private_data = true;
    EXPECT_EQ(code_of([&] { create(here, wrong); }), Code::invalid_argument);
    wrong = service("over");
    wrong.expires_at = Timestamp{now().micros - 1};
    EXPECT_EQ(code_of([&] { create(here, wrong); }), Code::invalid_argument);
    wrong = admin("both", false);
    wrong.scopes = {"memory:read"};
    EXPECT_EQ(code_of([&] { create(here, wrong); }), Code::invalid_argument);
    // A service that administrates makes no admin, not even by replacing one.
    const Issued anna = create(here, admin("anna", false));
    here.caller.kind = runtime::CallerKind::service;
    here.caller.scopes = service_ceiling();
    here.caller.any_tenant = false;
    EXPECT_EQ(code_of([&] { create(here, admin("mine", false)); }), Code::forbidden);
    EXPECT_EQ(code_of([&] { rotate(here, {anna.details.id}); }), Code::forbidden);
    EXPECT_EQ(code_of([&] { revoke(here, {anna.details.id}); }), Code::forbidden);
}

}  // namespace
}  // namespace stele::identity
