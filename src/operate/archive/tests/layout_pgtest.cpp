// Dumps of databases whose extensions and tables are not in `public`, and what a database keeps
// when it is replaced.
#include "archive_fixture.hpp"
#include "operate/migrations/migrations.hpp"
#include "runtime/settings.hpp"

namespace stele::archive {
namespace {

class Layout : public Archive {
  protected:
    // A migrated database; the schemas of pgvector and of Stele's tables.
    void make(const TestDatabase& database, const std::string& vector, const std::string& tables) {
        query(database.url(),
              fmt::format("CREATE SCHEMA IF NOT EXISTS {0}; CREATE EXTENSION vector SCHEMA {0}; "
                          "GRANT USAGE ON SCHEMA {0} TO PUBLIC; CREATE SCHEMA IF NOT EXISTS {1}; "
                          "ALTER DATABASE {2} SET search_path = {1}, public, {0}",
                          vector, tables, database.name()));
        ops::migrate(pg::ConnInfo::parse(database.url()));
        const TestDatabase any;  // with the first of them the runtime login is there
    }
    void goes_round(const TestDatabase& database, const std::string& home) {
        query(database.url(), insert_sql(1, 50));
        const std::string before = contents(database.url()), file = dumped(database);
        EXPECT_EQ(verify(file).at("ok"), true);
        const json::value drill = verify(file, true);
        EXPECT_EQ(drill.at("ok"), true) << serialize(drill);
        const TestDatabase empty(TestDatabase::Schema::none), copied(TestDatabase::Schema::none);
        run(empty.url(), "db.restore", words("restore-postgres", {{"file", file}}));
        EXPECT_EQ(contents(empty.url()), before);
        run(database.url(), "db.copy", words("copy-postgres", {{"targetUrl", copied.url()}}));
        EXPECT_EQ(contents(copied.url()), before);
        // Onto itself, and the runtime role still finds and may use everything.
        run(database.url(), "db.restore",
            words("restore-postgres", {{"file", file}, {"replace", true}}));
        EXPECT_EQ(contents(database.url()), before);
        for (const TestDatabase* one : {&database, &empty, &copied}) {
            EXPECT_EQ(query(one->url(), "SELECT current_schema()"), home);
            Bench runtime(one->app_url());
            const json::value status = runtime.run("db.status", {{"writeCheck", true}});
            EXPECT_EQ(status.at("healthy"), true) << serialize(status);
        }
        run(database.url(), "db.reset", words("reset-postgres", {}));
        EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memories"), "0");
        EXPECT_EQ(query(database.url(), "SELECT current_schema()"), home);
    }
};

TEST_F(Layout, VectorInASchemaOfExtensions) {
    const TestDatabase database(TestDatabase::Schema::none);
    make(database, "extensions", "public");
    goes_round(database, "public");
}

TEST_F(Layout, VectorInASchemaWhoseNameIsQuoted) {
    const TestDatabase database(TestDatabase::Schema::none);
    make(database, "\"Ext 1\"", "public");
    goes_round(database, "public");
}

TEST_F(Layout, TablesInASchemaOfTheirOwn) {
    const TestDatabase database(TestDatabase::Schema::none);
    make(database, "public", "stele");
    goes_round(database, "stele");
}

TEST_F(Layout, ADumpThatStandsOnWhatItDoesNotHoldIsRefused) {
    const TestDatabase database;
    fill(database, 20);
    query(database.url(),
          "CREATE SCHEMA shop; CREATE TYPE shop.colour AS ENUM ('red'); "
          "ALTER TABLE memories ADD COLUMN colour shop.colour");
    const Error error = refusal([&] { dumped(database); });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_THAT(error.what(), HasSubstr("type shop.colour"));
}

TEST_F(Layout, TablesOfOthersInPublicAreStrangersToASchemaOfItsOwn) {
    const TestDatabase database(TestDatabase::Schema::none);
    make(database, "public", "stele");
    query(database.url(), "CREATE TABLE public.orders AS SELECT 1 AS id");
    const Error error =
        refusal([&] { run(database.url(), "db.reset", words("reset-postgres", {})); });
    EXPECT_THAT(error.what(), HasSubstr("public.orders, which is not Stele's"));
}

// What pg_database and its neighbours say of a database, in a line.
std::string attributes(const TestDatabase& database) {
    return query(
        testing::server_url(),
        fmt::format("SELECT concat_ws(' | ', (SELECT string_agg(a, ',' ORDER BY a) FROM "
                    "unnest(datacl::text[]) a), datconnlimit, datcollate, "
                    "shobj_description(oid, 'pg_database'), (SELECT string_agg(concat(setrole::"
                    "regrole, ' ', setconfig), ',' ORDER BY setrole) FROM pg_db_role_setting "
                    "WHERE setdatabase = d.oid)) FROM pg_database d WHERE datname = '{}'",
                    database.name()));
}

TEST_F(Layout, ARestoreKeepsTheDatabasesOwnAttributes) {
    const TestDatabase database;
    fill(database, 20);
    const std::string role = "role_" + database.name();
    query(database.url(),
          fmt::format(
              "CREATE ROLE {1}; REVOKE CONNECT ON DATABASE {0} FROM PUBLIC; "
              "GRANT CONNECT ON DATABASE {0} TO {1} WITH GRANT OPTION; "
              "ALTER DATABASE {0} CONNECTION LIMIT 50; COMMENT ON DATABASE {0} IS 'ours, %s'; "
              "ALTER DATABASE {0} SET work_mem = '7MB'; "
              "ALTER DATABASE {0} SET search_path = \"$user\", public; "
              "ALTER DATABASE {0} SET \"stele.colour\" = 'it''s red, blue'; "
              "ALTER ROLE {1} IN DATABASE {0} SET work_mem = '8MB'; CREATE SCHEMA monitoring; "
              "CREATE EXTENSION pg_stat_statements SCHEMA monitoring",
              database.name(), role));
    const std::string file = dumped(database), before = attributes(database);
    const std::string functions =
        "SELECT string_agg(concat(proname, ARRAY(SELECT a::text FROM unnest(proacl) a ORDER BY "
        "1)), "
        "' ' ORDER BY proname) FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prosecdef";
    const std::string callers = query(database.url(), functions);
    const auto restored = run(database.url(), "db.restore",
                              words("restore-postgres", {{"file", file}, {"replace", true}}));
    EXPECT_TRUE(restored.at("notes").as_array().empty()) << serialize(restored);
    EXPECT_EQ(attributes(database), before);
    EXPECT_EQ(query(database.url(),
                    "SELECT extnamespace::regnamespace FROM pg_extension "
                    "WHERE extname = 'pg_stat_statements'"),
              "monitoring");
    // What only the runtime role may call, PUBLIC may not call afterwards either.
    EXPECT_EQ(query(database.url(), functions), callers);
    run(database.url(), "db.reset", words("reset-postgres", {}));
    EXPECT_EQ(attributes(database), before);
    query(database.url(), fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", role));
}

TEST_F(Layout, TheServersOwnDatabasesAreNoTargets) {
    const TestDatabase source;
    fill(source, 20);
    const std::string file = dumped(source);
    for (const char* name : {"template1", "postgres"}) {
        const std::string url = testing::url_for(name);
        for (const Error& error :
             {refusal([&] {
                  run(url, "db.restore",
                      words("restore-postgres", {{"file", file}, {"replace", true}}));
              }),
              refusal([&] {
                  run(source.url(), "db.copy",
                      words("copy-postgres", {{"targetUrl", url}, {"replace", true}}));
              }),
              refusal([&] { run(url, "db.reset", words("reset-postgres", {})); })}) {
            EXPECT_EQ(error.code(), Code::refused) << name;
            EXPECT_THAT(error.what(), HasSubstr("not to be replaced"));
        }
    }
    EXPECT_EQ(query(testing::url_for("template1"), "SELECT to_regclass('memories') IS NULL"), "t");
}

TEST_F(Layout, AConfiguredSchemaGoesTheWholeWay) {
    const TestDatabase other, database(TestDatabase::Schema::none),
        copied(TestDatabase::Schema::none);
    const auto with_schema = [&](const TestDatabase& where, const std::string& name,
                                 const json::object& input) {
        Bench bench(where.url(), where.url(),
                    [](runtime::Registry& registry) { register_operations(registry, {}); });
        ops::register_operations(const_cast<runtime::Registry&>(bench.registry()));
        bench.settings().database.schema = "My Stele";
        return bench.run(name, input);
    };
    with_schema(database, "db.migrate", {});
    query(database.url(), insert_sql(1, 20));
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM \"My Stele\".memories"), "20");
    EXPECT_EQ(query(database.url(), "SELECT to_regclass('public.schema_migrations') IS NULL"), "t");
    const std::string before = contents(database.url());
    const std::string file = (dir / "mine.dump").string();
    with_schema(database, "db.dump", {{"file", file}});
    with_schema(database, "db.verify_dump", {{"file", file}, {"deep", true}});
    with_schema(database, "db.restore",
                words("restore-postgres", {{"file", file}, {"replace", true}}));
    EXPECT_EQ(contents(database.url()), before);
    with_schema(database, "db.copy", words("copy-postgres", {{"targetUrl", copied.url()}}));
    EXPECT_EQ(contents(copied.url()), before);
    Bench runtime(copied.app_url());
    EXPECT_EQ(runtime.run("db.status", {{"writeCheck", true}}).at("healthy"), true);
    with_schema(database, "db.reset", words("reset-postgres", {}));
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM \"My Stele\".memories"), "0");
    // A dump of another schema would not be found afterwards.
    fill(other, 20);
    const std::string others = dumped(other);
    EXPECT_THAT(
        refusal([&] {
            with_schema(database, "db.restore", words("restore-postgres", {{"file", others}}));
        }).what(),
        HasSubstr("database.schema is \"My Stele\""));
}

}  // namespace
}  // namespace stele::archive
