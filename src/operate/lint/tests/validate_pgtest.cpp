// `db validate`: this program's migrations are well, and for every check there is one that is not.
#include "operate/lint/validate.hpp"

#include "foundation/base/error.hpp"
#include "operate/lint/tests/broken.hpp"
#include "runtime/settings.hpp"
#include "support/throwaway_server.hpp"

namespace stele::lint {
namespace {

using testing::ElementsAre;

TEST(Validate, ThisProgramsMigrationsAreWell) {
    const json::value output = bench().run("db.validate");
    EXPECT_EQ(output.at("exitCode"), 0);
    std::vector<std::string> names;
    for (const json::value& check : output.at("checks").as_array()) {
        names.emplace_back(check.at("name").as_string());
        EXPECT_TRUE(check.at("passed").as_bool()) << serialize(check);
        EXPECT_FALSE(check.at("evidence").as_string().empty()) << names.back();
    }
    EXPECT_THAT(names, ElementsAre("apply", "apply-again", "runners", "up-down-up", "tables",
                                   "roles", "tenant-forced", "tenant-rows", "tenant-closed",
                                   "tenant-insert", "tenant-apart", "append-only", "read-only",
                                   "grants", "tenant-key", "partitions", "distribution"));
    const std::string text = render_validate(output);
    EXPECT_THAT(text, HasSubstr(") are well\n"));
    EXPECT_THAT(text, HasSubstr("due_work (ids and times alone"));
    EXPECT_EQ(scratch_databases(), "0");
}

std::string partitions(int months) {
    return fmt::format(
        "CREATE TABLE broken (at timestamptz NOT NULL) PARTITION BY RANGE (at); "
        "CREATE TABLE broken_default PARTITION OF broken DEFAULT; "
        "DO $$ BEGIN FOR i IN 0..{} LOOP EXECUTE format('CREATE TABLE %I PARTITION OF broken FOR "
        "VALUES FROM (%L) TO (%L)', 'broken_' || i, date_trunc('month', now()) + "
        "make_interval(months => i), date_trunc('month', now()) + make_interval(months => i + 1)); "
        "END LOOP; END $$;",
        months - 1);
}

std::vector<Broken> broken_files() {
    return {
        {"apply", {"apply"}, "SELECT 1 / 0;", "SELECT 1;", "division by zero"},
        {"apply_again",
         {"apply-again", "runners"},
         "CREATE OR REPLACE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE "
         "FROM public.schema_migrations WHERE version = NEW.version; RETURN NULL; END $$; "
         "CREATE OR REPLACE TRIGGER forget AFTER INSERT ON public.schema_migrations FOR EACH ROW "
         "WHEN (NEW.name = 'broken') EXECUTE FUNCTION forget();",
         "DROP FUNCTION forget() CASCADE;",
         "the second run applied 1"},
        {"runners",
         {"runners"},
         "SELECT pg_sleep(1); DO $$ BEGIN IF (SELECT count(*) FROM pg_stat_activity WHERE datname "
         "= current_database() AND backend_type = 'client backend') > 3 THEN CREATE TABLE broken "
         "(); END IF; END $$;",
         "DROP TABLE IF EXISTS broken;",
         "new: relation public.broken"},
        {"down_forgets", {"up-down-up"}, "CREATE TABLE broken ();", "SELECT 1;", "already exists"},
        {"down_fails", {"up-down-up"}, "SELECT 1;", "DROP TABLE nothing;", "_broken.down.sql"},
        {"down_changes",
         {"up-down-up"},
         "DO $$ BEGIN IF to_regclass('kept') IS NOT NULL THEN CREATE TABLE broken (); END IF; "
         "CREATE TABLE IF NOT EXISTS kept (); END $$;",
         "SELECT 1;",
         "new: relation public.broken"}};
}

std::vector<Broken> broken_tables() {
    return {
        {"table_missing",
         {"tables"},
         "CREATE TABLE broken (); DO $$ BEGIN EXECUTE 'DROP TABLE broken'; END $$;",
         "SELECT 1;",
         "broken is missing"},
        {"table_not_retired",
         {"tables"},
         "CREATE TABLE broken (); DROP TABLE broken; DO $$ BEGIN EXECUTE 'CREATE TABLE broken ()'; "
         "END $$;",
         "DROP TABLE broken;",
         "broken is still there"},
        {"not_forced",
         {"tenant-forced"},
         tenant_table(kWell, "NO FORCE"),
         "DROP TABLE broken;",
         "broken: row-level security is not forced"},
        {"no_policy", {"tenant-forced", "tenant-rows"}, tenant_table("SELECT 1")},
        {"shows_nothing", {"tenant-rows"}, tenant_table(policy("(false)", "(false)"))},
        {"no_row_can_be_made",
         {"tenant-rows"},
         "CREATE DOMAIN odd AS text CHECK (value = 'odd'); " +
             tenant_table(kWell, "FORCE", "o odd NOT NULL, PRIMARY KEY (org_id, project_id, id)"),
         "DROP TABLE broken; DROP DOMAIN odd;",
         "no row can be made"}};
}

std::vector<Broken> broken_isolation() {
    return {
        {"open_without_a_tenant",
         {"tenant-closed"},
         tenant_table(policy(fmt::format("({} OR stele_org() IS NULL)", kStrict), kStrict))},
        {"takes_any_row",
         {"tenant-insert"},
         tenant_table(policy(kStrict, "(true)")),
         "DROP TABLE broken;",
         "takes a row without a tenant; broken: takes another tenant's row"},
        {"shows_other_tenants",
         {"tenant-apart"},
         tenant_table(policy("(stele_org() IS NOT NULL)", kStrict))},
        {"shows_other_projects",
         {"tenant-apart"},
         tenant_table(policy("(org_id = stele_org())", kStrict)),
         "DROP TABLE broken;",
         "shows 1 rows of other tenants"},
        {"deletes_of_other_tenants",
         {"tenant-apart"},
         tenant_table(fmt::format("CREATE POLICY a ON broken FOR SELECT USING {0}; CREATE POLICY b "
                                  "ON broken FOR INSERT WITH CHECK {0}; CREATE POLICY c ON broken "
                                  "FOR DELETE USING (stele_org() IS NOT NULL)",
                                  kStrict)),
         "DROP TABLE broken;",
         "a DELETE takes rows of other tenants"}};
}

std::vector<Broken> broken_keys_and_grants() {
    return {
        {"primary_key",
         {"tenant-key"},
         tenant_table(kWell, "FORCE", "PRIMARY KEY (id, org_id)"),
         "DROP TABLE broken;",
         "broken: the unique index broken_pkey"},
        {"key_without_project",
         {"tenant-key"},
         tenant_table(kWell, "FORCE", "PRIMARY KEY (org_id, id)")},
        {"unique_key",
         {"tenant-key"},
         tenant_table(kWell, "FORCE", "PRIMARY KEY (org_id, project_id, id), UNIQUE (id)")},
        {"foreign_key",
         {"tenant-key"},
         tenant_table(kWell, "FORCE",
                      "PRIMARY KEY (org_id, project_id, id), FOREIGN KEY (id, org_id, project_id) "
                      "REFERENCES memories (id, org_id, project_id)"),
         "DROP TABLE broken;",
         "the foreign key"},
        {"probes_cannot_run",
         {"probes"},
         tenant_table(kWell) +
             "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
             "'not here'; END $$; CREATE EVENT TRIGGER no ON ddl_command_start WHEN TAG IN "
             "('CREATE VIEW') EXECUTE FUNCTION no();",
         "DROP EVENT TRIGGER no; DROP FUNCTION no(); DROP TABLE broken;",
         "not here"},
        {"history_by_name",
         {"append-only", "grants"},
         "CREATE TABLE broken_events (); GRANT DELETE ON broken_events TO stele_runtime;",
         "DROP TABLE broken_events;",
         "broken_events: stele_runtime may DELETE"},
        {"history_by_comment",
         {"append-only", "grants"},
         "CREATE TABLE broken (a int); COMMENT ON TABLE broken IS 'Append-only: x'; GRANT UPDATE "
         "(a) ON broken TO stele_runtime;"},
        {"history_of_ours",
         {"append-only"},
         "GRANT UPDATE ON memory_versions TO stele_runtime;",
         "REVOKE UPDATE ON memory_versions FROM stele_runtime;",
         "memory_versions: stele_runtime may UPDATE"},
        {"audit_role_writes",
         {"read-only"},
         "GRANT UPDATE (name) ON embedding_models TO stele_readonly;",
         "REVOKE UPDATE (name) ON embedding_models FROM stele_readonly;",
         "embedding_models: stele_readonly may UPDATE"},
        {"window_too_short",
         {"partitions"},
         partitions(3),
         "DROP TABLE broken;",
         "broken: no partition takes"},
        {"window_long_enough", {}, partitions(4)},
        {"all_is_well", {}, tenant_table(kWell)}};
}

class Checks : public testing::TestWithParam<Broken> {};

TEST_P(Checks, FindWhatIsBrokenAndNothingElse) {
    expect_only(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Files, Checks, testing::ValuesIn(broken_files()), name_of);
INSTANTIATE_TEST_SUITE_P(Tables, Checks, testing::ValuesIn(broken_tables()), name_of);
INSTANTIATE_TEST_SUITE_P(Isolation, Checks, testing::ValuesIn(broken_isolation()), name_of);
INSTANTIATE_TEST_SUITE_P(Keys, Checks, testing::ValuesIn(broken_keys_and_grants()), name_of);

TEST(Validate, SaysWhatALoginLacks) {
    const testing::TestDatabase database;  // makes stele_test_app
    try {
        bench(database.app_url()).run("db.validate");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(error.what(), HasSubstr("stele_test_app may not create databases"));
        EXPECT_THAT(error.hint(), HasSubstr("--scratch-url"));
    }
    const json::value output =
        bench(database.app_url())
            .run("db.validate", {{"scratchUrl", json::string(server_url())}, {"runners", 2}});
    EXPECT_EQ(output.at("exitCode"), 0);
}

TEST(Validate, ACancelledRunLeavesNothing) {
    runtime::Settings settings;
    settings.database.url = server_url();
    pg::Database db(pg::ConnInfo::parse(server_url()), {.size = 1});
    std::stop_source stop;
    std::string during;
    runtime::Context context{
        {},     settings, db, nullptr, deadline_in(std::chrono::minutes(1)), stop.get_token(),
        "test", true,     {}};
    context.progress = [&](const runtime::Progress& progress) {
        if (progress.message != "runners") return;
        during = scratch_databases();
        stop.request_stop();
    };
    try {
        validate(context, {});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::cancelled);
    }
    EXPECT_EQ(during, "1");
    EXPECT_EQ(scratch_databases(), "0");
}

// A server that never saw Stele: nobody made the roles.
TEST(Validate, WithoutTheRolesNothingIsClaimedOfThem) {
    testing::ThrowawayServer server;
    const Folder folder("CREATE TABLE broken ();", "DROP TABLE broken;", false);
    const json::value output =
        bench(server.url()).run("db.validate", {{"dir", folder.path()}, {"runners", 2}});
    EXPECT_THAT(failed(output),
                ElementsAre("roles", "tenant-forced", "tenant-rows", "tenant-closed",
                            "tenant-insert", "tenant-apart", "append-only", "read-only", "grants"));
    EXPECT_THAT(serialize(output), HasSubstr("stele_runtime: there is no such role"));
}

}  // namespace
}  // namespace stele::lint
