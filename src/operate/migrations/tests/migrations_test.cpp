#include "operate/migrations/migrations.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/migrations/migration_files.hpp"
#include "operate/migrations/sql_script.hpp"

namespace stele::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> texts(std::string_view script) {
    std::vector<std::string> out;
    for (const auto& statement : split_script(script)) out.emplace_back(statement.text);
    return out;
}

TEST(SqlScript, CutsWhereTheServerWould) {
    EXPECT_THAT(texts("SELECT 1; SELECT 2"), ElementsAre("SELECT 1", "SELECT 2"));
    EXPECT_THAT(texts(" ;; \n-- nothing; here\n/* ; /* nested; */ ; */"), ElementsAre());
    EXPECT_THAT(texts("SELECT ';', \"a;b\", E'\\';', 'it''s;';"),
                ElementsAre("SELECT ';', \"a;b\", E'\\';', 'it''s;'"));
    EXPECT_THAT(texts("DO $$ BEGIN; $x$; END $$; SELECT $1;"),
                ElementsAre("DO $$ BEGIN; $x$; END $$", "SELECT $1"));
    EXPECT_THAT(texts("DO $a$ ; $b$ ; $a$;"), ElementsAre("DO $a$ ; $b$ ; $a$"));
    EXPECT_THAT(texts("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3"),
                ElementsAre("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"));
    EXPECT_THAT(
        texts("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; "
              "SELECT 2; END; SELECT 3;"),
        ElementsAre("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN "
                    "1 END; SELECT 2; END",
                    "SELECT 3"));
    EXPECT_THAT(texts("SELECT a$b$; SELECT 1 -- the end"), ElementsAre("SELECT a$b$", "SELECT 1"));
}

TEST(SqlScript, KnowsLinesAndWords) {
    const auto statements =
        split_script("-- top\n\nSELECT 1;\nCREATE INDEX CONCURRENTLY \"My \"\"Index\" ON T (a);");
    ASSERT_EQ(statements.size(), 2u);
    EXPECT_EQ(statements[0].line, 3);
    EXPECT_EQ(statements[1].line, 4);
    EXPECT_THAT(statements[1].words,
                ElementsAre("create", "index", "concurrently", "My \"Index", "on", "t", "a"));
}

TEST(SqlScript, RefusesWhatIsNeverClosed) {
    for (const char* script : {"SELECT 'a", "SELECT \"a", "/* a /* b */", "DO $x$ $$"}) {
        try {
            split_script(script);
            ADD_FAILURE() << script;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("line 1: "));
            EXPECT_THAT(error.what(), HasSubstr("never closed"));
        }
    }
}

std::string refusal(std::vector<MigrationFile> files) {
    try {
        assemble(files, "here");
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        return error.what();
    }
}

TEST(MigrationFiles, ArePairedAndOrdered) {
    const Migrations found = assemble(std::vector<MigrationFile>{{"0002_b.up.sql", "SELECT 2"},
                                                                 {"0001_a.down.sql", "SELECT -1"},
                                                                 {"0002_b.down.sql", "SELECT -2"},
                                                                 {"0001_a.up.sql", "SELECT 1"}},
                                      "here");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id(), "0001_a");
    EXPECT_EQ(found[0].down, "SELECT -1");
    EXPECT_EQ(found[1].checksum, sha256_hex("SELECT 2"));
    EXPECT_TRUE(found[1].in_transaction);
    EXPECT_FALSE(found[1].contract);
}

TEST(MigrationFiles, HeadersAreReadFromTheTopOnly) {
    const auto marked = [](std::string_view up) {
        return assemble(std::vector<MigrationFile>{{"0001_a.up.sql", up}, {"0001_a.down.sql", "x"}},
                        "here")
            .front();
    };
    EXPECT_FALSE(marked("-- why\n-- stele:no-transaction\nSELECT 1").in_transaction);
    EXPECT_TRUE(marked("SELECT 1;\n-- stele:no-transaction\n").in_transaction);
    EXPECT_TRUE(marked("-- stele:phase contract\nDROP TABLE t").contract);
}

TEST(MigrationFiles, WrongSetsAreRefusedByName) {
    const MigrationFile up{"0001_a.up.sql", "SELECT 1"}, down{"0001_a.down.sql", "SELECT 1"};
    EXPECT_THAT(refusal({{"1_a.up.sql", "x"}}), HasSubstr("1_a.up.sql"));
    EXPECT_THAT(refusal({{"0001_A.up.sql", "x"}}), HasSubstr("0001_A.up.sql"));
    EXPECT_THAT(refusal({{"0001_a.sql", "x"}}), HasSubstr("0001_a.sql"));
    EXPECT_THAT(refusal({up, down, {"0003_c.up.sql", "x"}, {"0003_c.down.sql", "x"}}),
                HasSubstr("0002 is missing before 0003_c"));
    EXPECT_THAT(refusal({up, down, {"0001_b.up.sql", "x"}}),
                HasSubstr("0001 is there twice: a and b"));
    EXPECT_THAT(refusal({up}), HasSubstr("0001_a.down.sql is missing"));
    EXPECT_THAT(refusal({down, {"0001_a.up.sql", "SELECT 1;\nCOMMIT;"}}),
                HasSubstr("0001_a.up.sql:2: commit controls the transaction"));
    EXPECT_THAT(refusal({down, {"0001_a.up.sql", "COPY t FROM STDIN;"}}), HasSubstr("copy"));
}

TEST(MigrationFiles, TheEmbeddedOnesAreTheFilesToTheByte) {
    const Migrations files = migrations_in("migrations");
    const Migrations& embedded = embedded_migrations();
    ASSERT_FALSE(files.empty());
    ASSERT_EQ(files.size(), embedded.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        EXPECT_EQ(files[i].id(), embedded[i].id());
        EXPECT_EQ(files[i].checksum, embedded[i].checksum);
        EXPECT_EQ(files[i].down, embedded[i].down);
    }
    EXPECT_EQ(checksum_of(files), checksum_of(embedded));
}

// ---- drift

const Migrations kThree = [] {
    Migrations out;
    for (int i = 0; i < 3; ++i)
        out.push_back({i + 1, std::string(1, char('a' + i)), "SELECT 1", "SELECT 1",
                       sha256_hex(std::to_string(i)), false, true});
    return out;
}();

std::vector<LedgerRow> applied(std::vector<int> versions) {
    std::vector<LedgerRow> rows;
    std::int64_t time = 0;
    for (const int v : versions) {
        const bool known = v <= int(kThree.size());
        rows.push_back({v,
                        known ? kThree[std::size_t(v - 1)].name : "future",
                        known ? kThree[std::size_t(v - 1)].checksum : "?",
                        {++time}});
    }
    return rows;
}

TEST(Drift, HealthyLedgersHaveNone) {
    EXPECT_FALSE(find_drift({}, kThree));
    EXPECT_FALSE(find_drift(applied({1}), kThree));
    EXPECT_FALSE(find_drift(applied({1, 2, 3}), kThree));
}

TEST(Drift, KindsAreToldApart) {
    const auto newer = find_drift(applied({1, 2, 3, 4}), kThree);
    ASSERT_TRUE(newer);
    EXPECT_EQ(newer->kind, "newer");
    EXPECT_THAT(newer->message,
                HasSubstr("0004_future is applied, and the last one known here is 0003"));

    auto rows = applied({1, 2});
    rows[1].checksum = sha256_hex("edited");
    EXPECT_EQ(find_drift(rows, kThree)->kind, "changed");
    EXPECT_THAT(find_drift(rows, kThree)->message, HasSubstr("0002_b"));

    EXPECT_EQ(find_drift(applied({1, 3}), kThree)->kind, "gap");
    EXPECT_THAT(find_drift(applied({1, 3}), kThree)->message,
                HasSubstr("0002_b was never applied although 0003_c was"));

    rows = applied({1, 2, 3});
    rows[2].applied_at.micros = 1;
    EXPECT_EQ(find_drift(rows, kThree)->kind, "out_of_order");
    EXPECT_THAT(find_drift(rows, kThree)->message, HasSubstr("0003_c was applied before 0002_b"));
}

}  // namespace
}  // namespace stele::ops
