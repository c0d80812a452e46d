// Statements, their trees and the blocks in them.
#include "operate/migrations/sql_script.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <pg_query.h>

#include "operate/migrations/migration_files.hpp"
#include "operate/migrations/migration_locks.hpp"

namespace stele::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> kinds(std::string_view text) {
    const Script script(text);
    std::vector<std::string> out;
    for_each_statement(
        script, [&](const Statement& statement) { out.emplace_back(statement.root().kind()); });
    return out;
}

TEST(SqlTree, AStatementIsNamedAsPostgresqlsStruct) {
    EXPECT_THAT(kinds("-- a\nDROP TABLE a; SELECT 1;; ALTER TABLE b ADD c int"),
                ElementsAre("DropStmt", "SelectStmt", "AlterTableStmt"));
}

TEST(SqlTree, NamesLeaveOutPublicAlone) {
    const Script script("DROP TABLE public.a, s.\"B\", public; DROP FUNCTION f(int), s.g()");
    EXPECT_THAT(names_of(script.statements()[0].root().list("objects")),
                ElementsAre("a", "s.B", "public"));
    EXPECT_THAT(names_of(script.statements()[1].root().list("objects")), ElementsAre("f", "s.g"));
}

// One statement that the library cannot read must not take the others with it.
TEST(SqlTree, OneUnreadableStatementLeavesTheOthers) {
    const Script script(
        "DROP TABLE a; SELECT * FROM JSON_TABLE(b, '$' COLUMNS (c int PATH '$')) x, y z w;\n"
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC; SELECT 1; SELECT 2; END; DROP TABLE c");
    ASSERT_EQ(script.statements().size(), 4u);
    EXPECT_THAT(script.statements()[1].tree.problem, HasSubstr("syntax error"));
    EXPECT_TRUE(script.statements()[1].root().empty());
    EXPECT_TRUE(script.statements()[2].root().is("CreateFunctionStmt"));
    EXPECT_TRUE(script.statements()[3].root().is("DropStmt"));
}

std::string problem(const std::string& text) {
    const Script script(text);
    return script.statements().at(0).tree.problem;
}

// The library recurses without a bound: a chain of 200,000 operators would be a crash.
TEST(SqlTree, WhatIsNestedTooDeepIsSaid) {
    const auto sum = [](int terms) {
        std::string out = "SELECT 1";
        for (int i = 0; i < terms; ++i) out += " + 1";
        return out;
    };
    EXPECT_EQ(problem(sum(1000)), "");
    EXPECT_THAT(problem(sum(4000)), HasSubstr("too deep"));
    EXPECT_THAT(problem(sum(200'000)), HasSubstr("10,000 tokens"));
    EXPECT_THAT(problem("DO $$ BEGIN PERFORM (" + sum(200'000).substr(7) + "); END $$"),
                HasSubstr("10,000 tokens"));
    EXPECT_THAT(problem("SELECT " + std::string(200'000, '(') + "1"), HasSubstr("memory"));
    std::string rows = "INSERT INTO a VALUES (1)";
    for (int i = 0; i < 20'000; ++i) rows += ", (1)";
    EXPECT_EQ(problem(rows), "");
}

TEST(SqlTree, APlanSaysWhichLocksItDoesNotKnow) {
    LockReader reader;
    const auto locks = reader.read("DROP TABLE a; ALTER TABLE a b c; TRUNCATE a");
    ASSERT_EQ(locks.size(), 3u);
    EXPECT_EQ(locks[0].problem, "");
    EXPECT_THAT(locks[1].problem, HasSubstr("syntax error"));
    EXPECT_EQ(locks[2].locks.at("a"), LockMode::access_exclusive);
}

TEST(SqlBlocks, StatementsInPlainSightAreReadWhereTheyStand) {
    constexpr std::string_view kText =
        "SELECT 1;\nDO $x$\nDECLARE n int;\nBEGIN\n"
        "  /* DROP TABLE z; */ DROP TABLE a; DROP TABLE b;\n"
        "  FOR n IN\n    SELECT c FROM d LOOP PERFORM f(n); END LOOP;\n"
        "  UPDATE e SET g = 1 RETURNING g INTO STRICT n; COMMIT;\nEND $x$";
    const Script script(kText);
    ASSERT_EQ(script.statements().size(), 2u);
    const Statement& block = script.statements()[1];
    EXPECT_FALSE(block.opaque);
    std::vector<std::string> found;
    for (const Statement& inner : block.inner)
        found.push_back(std::to_string(inner.tokens.front().line) + " " +
                        std::string(inner.tokens.front().text) + " " +
                        std::string(inner.root().kind()));
    EXPECT_THAT(found, ElementsAre("5 DROP DropStmt", "5 DROP DropStmt", "7 SELECT SelectStmt",
                                   "7 PERFORM SelectStmt", "8 UPDATE UpdateStmt",
                                   "8 COMMIT TransactionStmt"));
    EXPECT_NE(block.inner[0].tokens.front().text.data(), block.inner[1].tokens.front().text.data());
}

TEST(SqlBlocks, WhatIsNotSeenMakesABlockOpaque) {
    const auto opaque = [](std::string_view text) {
        const Script script(text);
        return script.statements().at(0).opaque;
    };
    EXPECT_TRUE(opaque("DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$"));
    EXPECT_TRUE(opaque("DO $$ BEGIN FOR r IN EXECUTE 'SELECT 1' LOOP NULL; END LOOP; END $$"));
    EXPECT_TRUE(opaque("DO LANGUAGE plpython3u $$ drop = 1 $$"));
    EXPECT_FALSE(opaque("DO $$ BEGIN DROP TABLE a; END $$ LANGUAGE plpgsql"));
    EXPECT_TRUE(opaque("DO 'BEGIN DROP TABLE a; END'"));
}

TEST(SqlBlocks, ABodyThatCannotBeReadIsAProblemOfTheBlock) {
    const Script script("DO $$ BEGIN GO HOME; END $$; DROP TABLE a");
    EXPECT_THAT(script.statements().at(0).tree.problem, HasSubstr("GO"));
    EXPECT_TRUE(script.statements().at(0).opaque);
    EXPECT_EQ(script.statements().at(1).tree.problem, "");
}

// What the library itself cuts, where it can read the whole text.
std::vector<std::string> cut_by_the_parser(const std::string& text) {
    const PgQuerySplitResult result = pg_query_split_with_parser(text.c_str());
    EXPECT_EQ(result.error, nullptr);
    std::vector<std::string> out;
    for (int i = 0; i < result.n_stmts; ++i) {
        const std::string piece = text.substr(std::size_t(result.stmts[i]->stmt_location),
                                              std::size_t(result.stmts[i]->stmt_len));
        const ScannedSql scanned = scan_sql(piece);
        const Token& last = scanned.tokens.back();
        const char* first = scanned.tokens.front().text.data();
        out.emplace_back(first, last.text.data() + last.text.size());
    }
    pg_query_free_split_result(result);
    return out;
}

TEST(SqlScript, CutsAsTheParserDoes) {
    for (const MigrationFile& file : embedded_migration_files()) {
        std::vector<std::string> ours;
        for (const ScriptStatement& one : split_script(file.text)) ours.emplace_back(one.text);
        EXPECT_EQ(ours, cut_by_the_parser(std::string(file.text))) << file.name;
        EXPECT_FALSE(ours.empty()) << file.name;
        const Script script(file.text);
        for (const Statement& statement : script.statements())
            EXPECT_EQ(statement.tree.problem, "") << file.name << ": " << statement.text;
    }
}

}  // namespace
}  // namespace stele::ops
