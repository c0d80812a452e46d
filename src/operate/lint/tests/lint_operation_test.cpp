// `db lint` as an operation: which files it reads, and its three formats.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"
#include "operate/lint/operations.hpp"
#include "operate/lint/rules.hpp"
#include "operate/setup/tests/context.hpp"

namespace stele::lint {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// No database is asked: nobody listens at this address.
class LintOperation : public ::testing::Test {
  protected:
    LintOperation() {
        char name[] = "/tmp/stele-lint.XXXXXX";
        folder_ = ::mkdtemp(name);
    }
    ~LintOperation() override { fs::remove_all(folder_); }

    void write(const std::string& name, std::string_view text) {
        std::ofstream(folder_ / name) << text;
    }
    json::object files(const std::string& name = "") const {
        return {{"files", json::array{json::string((folder_ / name).string())}}};
    }

    fs::path folder_;
    ops::Bench bench_{"postgresql://nobody@127.0.0.1:1/none", "", register_operations};
};

constexpr std::string_view kGood = "SET LOCAL lock_timeout = '5s';\nCREATE TABLE a ();\n";
constexpr std::string_view kBad = "SET LOCAL lock_timeout = '5s';\nDROP TABLE a;\n";

TEST_F(LintOperation, ReadsTheEmbeddedMigrationsWithoutFiles) {
    const json::value output = bench_.run("db.lint");
    EXPECT_EQ(output.at("exitCode"), 0);
    EXPECT_GE(output.at("files").to_number<int>(), 2);
    EXPECT_THAT(bench_.print("db.lint"), ::testing::MatchesRegex("no findings in [0-9]+ files\n"));
}

TEST_F(LintOperation, ReadsAFolderInTheOrderOfItsNames) {
    write("0002_b.up.sql", kBad);
    write("0001_a.up.sql", kGood);
    write("README.md", "DROP TABLE a;");
    const json::value output = bench_.run("db.lint", files());
    EXPECT_EQ(output.at("exitCode"), 1);
    EXPECT_EQ(output.at("files"), 2);
    ASSERT_EQ(output.at("findings").as_array().size(), 1u);
    const json::value& finding = output.at("findings").at(0);
    EXPECT_EQ(finding.at("rule"), "drop-table");
    EXPECT_EQ(finding.at("line"), 2);
    EXPECT_THAT(std::string(finding.at("message").as_string()),
                HasSubstr("a, which 0001_a.up.sql made"));
}

TEST_F(LintOperation, TextHasThePlaceTheRuleTheReasonAndTheWay) {
    write("a.sql", kBad);
    const std::string file = (folder_ / "a.sql").string();
    const std::string text = bench_.print("db.lint", files("a.sql"));
    EXPECT_THAT(text, HasSubstr(file + ":2:1: drop-table: drops a\n    why:  "));
    EXPECT_THAT(text, HasSubstr("\n    safe: "));
    EXPECT_THAT(text, HasSubstr("\n1 finding in 1 file\n"));
}

TEST_F(LintOperation, JsonIsTheOutputItself) {
    write("a.sql", kBad);
    json::object input = files("a.sql");
    input["format"] = "json";
    EXPECT_EQ(json::value(parse_json(bench_.print("db.lint", input), "output")),
              bench_.run("db.lint", input));
}

// The members that SARIF 2.1.0 requires, and the ones that code hosts do.
TEST_F(LintOperation, SarifIsWhole) {
    write("a b%.sql", kBad);
    json::object input = files("a b%.sql");
    input["format"] = "sarif";
    const json::value sarif = parse_json(bench_.print("db.lint", input), "output");
    EXPECT_EQ(sarif.at("version"), "2.1.0");
    ASSERT_EQ(sarif.at("runs").as_array().size(), 1u);
    const json::value& driver = sarif.at("runs").at(0).at("tool").at("driver");
    EXPECT_FALSE(driver.at("name").as_string().empty());
    ASSERT_EQ(driver.at("rules").as_array().size(), rules().size());
    ASSERT_EQ(sarif.at("runs").at(0).at("results").as_array().size(), 1u);
    const json::value& result = sarif.at("runs").at(0).at("results").at(0);
    EXPECT_EQ(result.at("message").at("text"), "drops a.");
    EXPECT_EQ(result.at("level"), "error");
    const auto index = result.at("ruleIndex").to_number<std::size_t>();
    EXPECT_EQ(driver.at("rules").at(index).at("id"), result.at("ruleId"));
    const json::value& place = result.at("locations").at(0).at("physicalLocation");
    EXPECT_EQ(place.at("region").at("startLine"), 2);
    EXPECT_EQ(place.at("region").at("startColumn"), 1);
    EXPECT_EQ(std::string(place.at("artifactLocation").at("uri").as_string()),
              "file://" + folder_.string() + "/a%20b%25.sql");
}

TEST_F(LintOperation, FoldersAreReadWithTheFoldersInThem) {
    std::filesystem::create_directories(folder_ / "sub");
    write("sub/a.SQL", kBad);
    const json::value output = bench_.run("db.lint", files("."));
    EXPECT_EQ(output.at("files"), 1);
    EXPECT_EQ(output.at("findings").as_array().size(), 1u);
}

TEST_F(LintOperation, AFolderWithoutSqlIsAnError) {
    write("README.md", "nothing to lint");
    try {
        bench_.run("db.lint", files("."));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::not_found);
        EXPECT_THAT(error.what(), HasSubstr("there is no .sql file in"));
    }
}

TEST_F(LintOperation, AFileThatIsNotThereIsAnError) {
    try {
        bench_.run("db.lint", files("none.sql"));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::not_found);
        EXPECT_THAT(error.what(), HasSubstr("none.sql"));
    }
}

}  // namespace
}  // namespace stele::lint
