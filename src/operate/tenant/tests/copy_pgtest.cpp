// From one database into another.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "operate/tenant/tests/fixture.hpp"
#include "support/pooler.hpp"

namespace stele::tenant {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Copy : public ::testing::Test {
  protected:
    void SetUp() override {
        add_models(source_.url());
        add_rows(source_.url(), 1, 60, "one");
        add_rows(source_.url(), 2, 10, "two");
    }

    json::object input(const std::string& target) {
        return {{"targetUrl", target},
                {"orgId", org_of(1)},
                {"projectId", kProject},
                {"force", true},
                {"confirm", "copy-scoped-postgres"},
                {"workDir", folder_.path().string()}};
    }
    json::value copy(json::object input) { return there_.bench().run("db.scoped_copy", input); }

    TestDatabase source_, target_;
    const Folder folder_;
    Operator there_{source_.app_url()};
};

// What became of the memories.
json::object memories_of(const json::value& out) {
    for (const json::value& table : out.at("tables").as_array())
        if (table.at("table").as_string() == "memories") return table.as_object();
    ADD_FAILURE() << "no memories";
    return {};
}

TEST_F(Copy, TheSameRowsArriveAndNothingIsLeftBehind) {
    const json::value out = copy(input(target_.app_url()));
    EXPECT_EQ(out.at("written"), true);
    EXPECT_EQ(count(target_.url(), "memories"), "60");
    EXPECT_TRUE(fs::is_empty(folder_.path()));
    there_.export_to(folder_ / "a", 1);
    Operator(target_.app_url()).export_to(folder_ / "b", 1);
    EXPECT_EQ(sections_of(folder_ / "a"), sections_of(folder_ / "b"));
    EXPECT_EQ(memories_of(copy(input(target_.app_url()))).at("identical"), 60);
}

TEST_F(Copy, WithoutTheWordsNothingHappens) {
    json::object words = input(target_.app_url());
    words["confirm"] = "import-scoped-postgres";
    const Error error = refusal([&] { copy(words); });
    EXPECT_EQ(exit_code_of(error.code()), 4);
    EXPECT_THAT(error.hint(), HasSubstr("--force --confirm copy-scoped-postgres"));
    words = input(target_.app_url());
    words.erase("force");
    words.erase("confirm");
    words["dryRun"] = true;
    EXPECT_EQ(memories_of(copy(words)).at("inserted"), 60);
    EXPECT_EQ(count(target_.url(), "memories"), "0");
}

TEST_F(Copy, ATenantIsNotCopiedOntoItself) {
    const std::string before = state(source_.url());
    // By another role, by no URL at all; and where the server does not say who it is.
    for (const bool told : {true, false}) {
        if (!told)
            query(source_.url(), "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        for (const std::string& url : {source_.url(), source_.app_url(),
                                       source_.url() + "&connect_timeout=7", std::string()}) {
            const Error error = refusal([&] { copy(input(url)); });
            EXPECT_EQ(error.code(), Code::refused) << url;
            EXPECT_THAT(error.what(), HasSubstr("the same tenant of the same database"));
        }
    }
    EXPECT_EQ(state(source_.url()), before);
    EXPECT_EQ(copy(input(target_.app_url())).at("written"), true);
}

TEST_F(Copy, IntoAnotherTenantOfTheSameDatabase) {
    json::object to_nine = input("");
    to_nine["mapOrg"] = json::array{org_of(1) + "=" + org_of(9)};
    EXPECT_EQ(copy(to_nine).at("written"), true);
    EXPECT_EQ(query(source_.url(),
                    fmt::format("SELECT count(*) FROM memories WHERE org_id = '{}'", org_of(9))),
              "60");
}

TEST_F(Copy, ThroughATransactionPooler) {
    testing::Pooler pooler(testing::Pooler::Mode::transaction);
    Operator there(pooler.url(source_.app_url())), here(pooler.url(target_.app_url()));
    there.export_to(folder_ / "a", 1);
    EXPECT_EQ(here.import(folder_ / "a", {{"resume", true}, {"batchRows", 10}}).at("written"),
              true);
    EXPECT_EQ(memories_of(here.import(folder_ / "a")).at("identical"), 60);
    here.export_to(folder_ / "b", 1);
    EXPECT_EQ(sections_of(folder_ / "a"), sections_of(folder_ / "b"));
}

TEST_F(Copy, SecretsOfTheConnectionAreNowhere) {
    const std::string url = source_.app_url() + "&password=hunter2222&passfile=/dev/null";
    Operator there(url);
    const json::value out = there.export_to(folder_ / "a", 1);
    EXPECT_THAT(serialize(out), Not(HasSubstr("hunter2222")));
    EXPECT_THAT(read(folder_ / "a"), Not(HasSubstr("hunter2222")));
    EXPECT_THAT(read(folder_ / "a"), Not(HasSubstr("postgresql://")));
    const json::value done = copy(input(target_.app_url() + "&password=hunter2222"));
    EXPECT_THAT(serialize(done), Not(HasSubstr("hunter2222")));
    const Error error =
        refusal([&] { copy(input("postgresql://me:hunter2222@127.0.0.1:1/nothing")); });
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_THAT(std::string(error.what()) + error.hint(), Not(HasSubstr("hunter2222")));
}

TEST_F(Copy, AWorkDirectoryThatIsNotThereIsNamed) {
    json::object words = input(target_.app_url());
    words["workDir"] = "/proc/none";
    EXPECT_THAT(refusal([&] { copy(words); }).what(), HasSubstr("/proc/none"));
}

}  // namespace
}  // namespace stele::tenant
