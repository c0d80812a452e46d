// What is listed as not distributed is so, and nothing else is: triggers and tables by the catalog,
// named statements by their text.
#include "operate/lint/distribution.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "support/test_database.hpp"

namespace stele::lint {
namespace {

namespace fs = std::filesystem;
using testing::query;
using testing::TestDatabase;
using Names = std::set<std::string>;

Names words(const std::string& list) {
    Names out;
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(' ', at), list.size());
        if (end > at) out.insert(list.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

Names names(std::span<const Undistributed> list) {
    const auto all = names_of(list);
    Names out(all.begin(), all.end());
    EXPECT_EQ(out.size(), all.size()) << "something is listed twice";
    return out;
}

Names tenant_tables(const TestDatabase& database) {
    return words(
        query(database.url(),
              "SELECT string_agg(relname, ' ') FROM pg_class c WHERE relkind IN ('r', 'p') "
              "AND relnamespace = 'public'::regnamespace AND relname <> 'due_work' AND "
              "EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = "
              "'org_id')"));
}

// They run as their owner, and none takes a tenant.
Names definer_functions(const TestDatabase& database) {
    return words(query(database.url(),
                       "SELECT string_agg(proname, ' ') FROM pg_proc WHERE prosecdef AND "
                       "pronamespace = 'public'::regnamespace"));
}

std::string without_comments(const std::string& sql) {
    static const std::regex kComment("--[^\n]*");
    return std::regex_replace(sql, kComment, " ");
}

bool any_match(const std::string& sql, const std::regex& expression, const Names& names) {
    for (std::sregex_iterator at(sql.begin(), sql.end(), expression), end; at != end; ++at)
        if (names.contains((*at)[1].str())) return true;
    return false;
}

// Tables behind FROM, JOIN, INTO, UPDATE and USING, also the second of a list with commas.
bool names_a_table(const std::string& sql, const Names& tables) {
    static const std::regex kReference(
        R"(\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+(?:ONLY\s+)?([a-z_]+))");
    static const std::regex kListed(R"(\bFROM\s[^()]*?,\s*([a-z_]+))");
    return any_match(sql, kReference, tables) || any_match(sql, kListed, tables);
}

bool calls(const std::string& sql, const Names& functions) {
    static const std::regex kCall(R"(\b(?:SELECT|FROM|JOIN)\s+([a-z_]+)\()");
    return any_match(sql, kCall, functions);
}

// The org is a parameter or the transaction's own: compared with the column, put into it, or named
// once in a CTE that the rest joins.
bool binds_one_org(const std::string& sql) {
    static const std::regex kBinds(
        R"(\borg_id\s*=\s*(\$\d|\(?\s*SELECT\s|stele_org)|)"
        R"(\(\s*(\w+\.)?org_id\s*,\s*(\w+\.)?project_id[^)]*\)\s*(=|IN)\s*\(\s*\(?\$|)"
        R"(\$\d(::uuid)? AS org\b|)"
        R"(\(\s*org_id[^)]*\)\s*(VALUES\s*\(|SELECT\s+)\s*(\$\d|stele_org))");
    return std::regex_search(sql, kBinds);
}

// "src/operate/retention/sql/plan.sql" → "retention.plan", as the statement is called.
std::string statement_name(const fs::path& path) {
    return path.parent_path().parent_path().filename().string() + "." + path.stem().string();
}

TEST(Distribution, EveryNamedStatementOnTenantTablesBindsOneOrgOrIsListed) {
    const TestDatabase database;
    const Names tables = tenant_tables(database);
    const Names definers = definer_functions(database);
    ASSERT_GT(tables.size(), 40u);
    ASSERT_GT(definers.size(), 1u);
    Names over_tenants;
    int on_tenant_tables = 0;
    for (const auto& entry : fs::recursive_directory_iterator("src")) {
        if (entry.path().extension() != ".sql") continue;
        const std::string sql = without_comments(ops::read_file(entry.path()).value());
        const bool definer = calls(sql, definers);
        if (!definer && !names_a_table(sql, tables)) continue;
        ++on_tenant_tables;
        if (definer || !binds_one_org(sql)) over_tenants.insert(statement_name(entry.path()));
    }
    EXPECT_GT(on_tenant_tables, 300);
    EXPECT_EQ(over_tenants, names(statements_over_tenants()));
}

TEST(Distribution, AStatementThatBindsNoOrgIsFound) {
    const Names tables{"memories"};
    for (const char* sql : {"SELECT count(*) FROM memories", "SELECT 1 FROM a x, memories m",
                            "UPDATE memories SET pinned = true WHERE id = $1",
                            "INSERT INTO memories (org_id, id) SELECT org_id, id FROM queue"}) {
        EXPECT_TRUE(names_a_table(sql, tables)) << sql;
        EXPECT_FALSE(binds_one_org(sql)) << sql;
    }
    EXPECT_TRUE(binds_one_org("SELECT 1 FROM memories m WHERE m.org_id = $1"));
    EXPECT_TRUE(binds_one_org("INSERT INTO memories (org_id, id) VALUES ($1, $2)"));
    EXPECT_FALSE(names_a_table("SELECT 1 FROM embedding_models", tables));
    EXPECT_TRUE(calls("SELECT a FROM find_it($1)", {"find_it"}));
    EXPECT_FALSE(calls("SELECT has_function_privilege('find_it(text)')", {"find_it"}));
}

TEST(Distribution, ListedTablesAndTriggersAreThere) {
    const TestDatabase database;
    for (const std::string& table : names(untenanted_tables()))
        EXPECT_EQ(query(database.url(), "SELECT to_regclass('" + table + "') IS NOT NULL"), "t")
            << table;
    const Names there =
        words(query(database.url(),
                    "SELECT string_agg(tgrelid::regclass || '.' || tgname, ' ') FROM pg_trigger"));
    for (const std::string& trigger : names(unsafe_triggers()))
        EXPECT_TRUE(there.contains(trigger)) << trigger;
}

}  // namespace
}  // namespace stele::lint
