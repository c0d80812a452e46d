// Each table of the catalog belongs to one module, and is treated as that module says.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "app/modules.hpp"
#include "operate/archive/restore.hpp"
#include "operate/tenant/catalog.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

using testing::TestDatabase;

pg::Result ask(const TestDatabase& database, const std::string& sql) {
    return database.connect()->script(sql, deadline_in(std::chrono::seconds(10)));
}

std::set<std::string> names(const TestDatabase& database, const std::string& condition) {
    std::set<std::string> out;
    for (const pg::Row row :
         ask(database,
             "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT "
             "c.relispartition AND c.relnamespace = 'public'::regnamespace AND " +
                 condition))
        out.insert(std::string(row.raw(0)));
    return out;
}

std::set<std::string> names(bool (*wanted)(const runtime::Table&)) {
    std::set<std::string> out;
    for (const Module& module : modules())
        for (const runtime::Table& table : module.tables)
            if (wanted(table)) out.insert(std::string(table.name));
    return out;
}

TEST(Tables, OfTheCatalogBelongToOneModuleEach) {
    const TestDatabase database;
    std::multiset<std::string> owned;
    for (const Module& module : modules())
        for (const runtime::Table& table : module.tables) owned.insert(std::string(table.name));
    const std::set<std::string> there = names(database, "true");
    EXPECT_THAT(owned, ::testing::ElementsAreArray(there));
}

// What a fresh schema holds is seeded, and a restore takes for empty what holds nothing else.
TEST(Tables, ThatAreSeededAreWhatARestoreOverlooks) {
    for (const Module& module : modules())
        for (const runtime::Table& table : module.tables)
            EXPECT_EQ(archive::is_seeded(table.name), table.seeded) << table.name;
    const TestDatabase database;
    const std::set<std::string> seeded =
        names([](const runtime::Table& table) { return table.seeded; });
    for (const std::string& table : names(database, "true"))
        if (!seeded.contains(table))
            EXPECT_EQ(ask(database, "SELECT count(*) FROM " + table)[0].raw(0), "0") << table;
}

// A tenant's copy takes along every table with a tenant's key but those that a module keeps from
// it.
TEST(Tables, ThatAreCopiedAreThoseOfATenantsCopy) {
    const TestDatabase database;
    const std::set<std::string> copied =
        names([](const runtime::Table& table) { return table.copied; });
    std::set<std::string> wanted;
    for (const std::string& table : names(database,
                                          "EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = "
                                          "c.oid AND a.attname = 'org_id')"))
        if (copied.contains(table)) wanted.insert(table);
    std::set<std::string> moved;
    const runtime::Settings settings;
    pg::Database db(pg::ConnInfo::parse(database.app_url()), {.size = 1});
    const runtime::Context context{
        {}, settings, db, nullptr, deadline_in(std::chrono::seconds(10))};
    tenant::Session session(db, {Uuid::v7(), Uuid::v7()}, context);
    session.begin_snapshot();
    for (const tenant::Table& table : tenant::tenant_tables(session)) moved.insert(table.name);
    EXPECT_EQ(moved, wanted);
}

}  // namespace
}  // namespace stele::app
