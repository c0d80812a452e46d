// What `db validate` asks of the catalog beside tenancy: grants past row-level security, and what
// could not be distributed.
#include "operate/lint/tests/broken.hpp"

namespace stele::lint {
namespace {

std::vector<Broken> broken_grants() {
    const std::string down = "DROP MATERIALIZED VIEW broken;";
    return {
        {"materialized_view",
         {"grants"},
         "CREATE MATERIALIZED VIEW broken AS SELECT org_id, content FROM memories; "
         "GRANT SELECT ON broken TO stele_runtime;",
         down,
         "broken: stele_runtime may reach rows of every tenant in a materialized view"},
        {"materialized_view_of_a_view",
         {"grants"},
         "CREATE VIEW between AS SELECT content FROM memories; CREATE MATERIALIZED VIEW broken AS "
         "SELECT * FROM between; GRANT SELECT (content) ON broken TO stele_readonly;",
         down + " DROP VIEW between;",
         "broken: stele_readonly may reach rows of every tenant"},
        {"materialized_view_of_none",
         {},
         "CREATE MATERIALIZED VIEW broken AS SELECT * FROM embedding_models; "
         "GRANT SELECT ON broken TO stele_runtime;",
         down},
        {"materialized_view_kept", {}, "CREATE MATERIALIZED VIEW broken AS TABLE memories;", down},
        {"table_without_tenant",
         {"grants"},
         "CREATE TABLE broken (content text); GRANT SELECT ON broken TO stele_runtime;",
         "DROP TABLE broken;",
         "broken: stele_runtime may reach a table without org_id"},
        {"granted_to_public",
         {"grants"},
         tenant_table(kWell) + "GRANT SELECT ON broken TO PUBLIC;",
         "DROP TABLE broken;",
         "broken: SELECT is granted to PUBLIC"},
        {"view_of_its_owner",
         {"grants"},
         "CREATE VIEW broken AS SELECT content FROM memories; "
         "GRANT SELECT ON broken TO stele_runtime;",
         "DROP VIEW broken;",
         "it needs security_invoker"},
        {"view_of_who_asks",
         {},
         "CREATE VIEW broken WITH (security_invoker = true) AS SELECT content FROM memories; "
         "GRANT SELECT ON broken TO stele_runtime;",
         "DROP VIEW broken;"},
        {"definer_for_anybody",
         {"grants"},
         "CREATE FUNCTION broken() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
         "DROP FUNCTION broken();",
         "broken(): anybody may call a function that runs as its owner"}};
}

std::vector<Broken> broken_distribution() {
    const std::string trigger =
        tenant_table(kWell) +
        "CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NEW; END "
        "$$; CREATE {} ON broken {} FOR EACH ROW EXECUTE FUNCTION fired();";
    const auto fires = [&](std::string_view does, std::string_view when, std::string_view how) {
        return fmt::format(fmt::runtime(trigger), does, when, how);
    };
    const std::string down = "DROP TABLE broken; DROP FUNCTION fired();";
    const std::string table = "DROP TABLE broken;";
    return {
        {"deferrable_trigger",
         {"distribution"},
         fires("", "CONSTRAINT TRIGGER late AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED"),
         down,
         "broken: the trigger broken.late is deferrable"},
        {"trigger_on_other_rows",
         {"distribution"},
         fires("DELETE FROM memories;", "TRIGGER far AFTER INSERT", ""),
         down,
         "broken: the trigger broken.far reaches other rows"},
        {"trigger_that_tells",
         {"distribution"},
         fires("PERFORM pg_notify('a', 'b');", "TRIGGER far AFTER INSERT", ""),
         down,
         "reaches other rows"},
        {"trigger_on_its_own_row",
         {},
         fires("IF TG_OP = 'DELETE' THEN RAISE 'no'; END IF;", "TRIGGER near BEFORE INSERT", ""),
         down},
        {"deferrable_key",
         {"distribution"},
         tenant_table(kWell, "FORCE", "PRIMARY KEY (org_id, project_id, id) DEFERRABLE"),
         table,
         "the constraint broken_pkey is deferrable"},
        {"refers_to_no_tenant",
         {"distribution"},
         "CREATE TABLE local (id uuid PRIMARY KEY);" +
             tenant_table(
                 kWell, "FORCE",
                 "PRIMARY KEY (org_id, project_id, id), FOREIGN KEY (id) REFERENCES local"),
         table + "DROP TABLE local;",
         "refers to local, which has no tenant"},
        {"refers_to_a_registry",
         {},
         tenant_table(kWell, "FORCE",
                      "PRIMARY KEY (org_id, project_id, id), model integer REFERENCES "
                      "embedding_models"),
         table},
        {"no_tenant_refers",
         {"distribution"},
         tenant_table(kWell) + "CREATE TABLE local (a uuid, b uuid, c uuid, FOREIGN KEY (a, b, c) "
                               "REFERENCES broken);",
         "DROP TABLE local;" + table,
         "of a table without tenant refers to broken"},
        {"short_identity",
         {"distribution"},
         tenant_table(kWell, "FORCE",
                      "PRIMARY KEY (org_id, project_id, id), "
                      "n2 integer GENERATED ALWAYS AS IDENTITY"),
         table,
         "the identity column n2 is no bigint"}};
}

class CatalogCheck : public testing::TestWithParam<Broken> {};

TEST_P(CatalogCheck, IsFoundBrokenWhereItIs) {
    expect_only(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Grants, CatalogCheck, testing::ValuesIn(broken_grants()), name_of);
INSTANTIATE_TEST_SUITE_P(Distribution, CatalogCheck, testing::ValuesIn(broken_distribution()),
                         name_of);

}  // namespace
}  // namespace stele::lint
