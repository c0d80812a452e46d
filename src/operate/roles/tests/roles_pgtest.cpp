// db roles against databases whose roles have what they need, less, and more. Roles belong to the
// whole server that other tests use, too, so their attributes are changed on a server of its own.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/roles/operations.hpp"
#include "operate/setup/operations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele::roles {
namespace {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

void register_all(runtime::Registry& registry) {
    ops::register_operations(registry);
    register_operations(registry);
}

struct Roles : testing::Test {
    TestDatabase database;
    ops::Bench bench{database.app_url(), database.url(), register_all};

    std::string findings() { return serialize(bench.run("db.roles").at("findings")); }
    void expect_well() {
        const json::value out = bench.run("db.roles", {{"check", true}});
        EXPECT_EQ(out.at("exitCode"), 0) << serialize(out);
        EXPECT_EQ(serialize(out.at("findings")), "[]");
    }
};

TEST_F(Roles, AMigratedDatabaseNeedsNoChange) {
    expect_well();
    EXPECT_EQ(bench.print("db.roles"), "every role has what it needs and no more\n");
}

TEST_F(Roles, WhatIsMissingAndWhatIsTooMuchIsFoundAndMended) {
    query(database.url(),
          "REVOKE INSERT ON memories FROM stele_runtime; GRANT DELETE, TRUNCATE ON memory_receipts "
          "TO stele_runtime; GRANT INSERT ON stele_backups TO stele_readonly; GRANT SELECT ON "
          "memories TO stele_audit");
    const json::value out = bench.run("db.roles", {{"check", true}});
    EXPECT_EQ(out.at("exitCode"), 1);
    EXPECT_EQ(out.at("findings").as_array().size(), 4u) << serialize(out);
    EXPECT_THAT(
        bench.print("db.roles"),
        HasSubstr("stele_runtime on table memory_receipts: does not need DELETE, TRUNCATE"));
    EXPECT_THAT(findings(), HasSubstr("REVOKE INSERT ON stele_backups FROM stele_readonly"));
    EXPECT_THAT(bench.print("db.roles_apply"), HasSubstr("table memories: granted INSERT"));
    expect_well();
    EXPECT_EQ(serialize(bench.run("db.roles_apply").at("findings")), "[]");
}

TEST_F(Roles, TheWholeScriptBringsWhatWasTakenAway) {
    const std::string script =
        std::string(bench.run("db.roles", {{"sql", true}}).at("sql").as_string());
    query(database.url(),
          "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM stele_runtime, stele_readonly, "
          "stele_operator, stele_audit");
    EXPECT_NE(findings(), "[]");
    query(database.url(), script);
    expect_well();
    query(database.url(), script);  // safe to run again
    expect_well();
}

TEST_F(Roles, AnotherToolsTableIsLeftAlone) {
    query(database.url(), "CREATE TABLE theirs (id int); GRANT ALL ON theirs TO stele_runtime");
    expect_well();
}

TEST_F(Roles, ARuntimeLoginWithMoreThanItNeedsIsNamed) {
    ops::Bench careless(database.url(), database.url(), register_all);
    const json::value out = careless.run("db.roles", {{"check", true}});
    EXPECT_EQ(out.at("exitCode"), 1);
    EXPECT_THAT(serialize(out.at("loginExcess")), HasSubstr("is a superuser"));
    EXPECT_THAT(careless.print("db.status", {{"verbose", true}}),
                HasSubstr("    is a superuser\n"));

    query(database.url(), "GRANT UPDATE (reason) ON memory_receipts TO stele_test_app");
    EXPECT_THAT(serialize(bench.run("db.roles").at("loginExcess")),
                HasSubstr("may UPDATE memory_receipts"));
    EXPECT_THAT(bench.print("db.status", {{"verbose", true}}),
                HasSubstr("    may UPDATE memory_receipts\n"));
}

TEST(RolesOfAServer, AreMadeAndStrippedOfAttributes) {
    testing::ThrowawayServer server;
    query(server.url(), "CREATE ROLE stele_runtime LOGIN CREATEDB BYPASSRLS");
    ops::Bench bench(server.url(), server.url(), register_all);
    // Before the first migration: an owner is proposed.
    EXPECT_THAT(bench.print("db.roles", {{"sql", true}}), HasSubstr("CREATE ROLE stele_owner"));
    bench.run("db.roles_apply");
    EXPECT_EQ(
        query(server.url(),
              "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles "
              "WHERE rolname ~ '^stele_'"),
        "stele_audit stele_maintenance stele_operator stele_owner stele_readonly stele_runtime");
    EXPECT_EQ(query(server.url(),
                    "SELECT rolcanlogin OR rolcreatedb OR rolbypassrls FROM pg_roles "
                    "WHERE rolname = 'stele_runtime'"),
              "f");
    query(server.url(),
          "CREATE ROLE plain LOGIN; GRANT stele_owner TO plain; GRANT ALL ON SCHEMA "
          "public TO plain; DROP OWNED BY stele_audit; DROP ROLE stele_audit");
    ops::Bench weak(server.url() + "&user=plain", server.url() + "&user=plain", register_all);
    try {
        weak.run("db.roles_apply");
        FAIL() << "plain may not create roles";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(error.hint(), HasSubstr("db roles --sql"));
    }
}

}  // namespace
}  // namespace stele::roles
