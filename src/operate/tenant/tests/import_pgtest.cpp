// What an import does to what is there already.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "operate/tenant/stage_sql.hpp"
#include "operate/tenant/tests/fixture.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::tenant {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kOtherProject = "0b000000-0000-4000-8000-000000000002";

class Import : public ::testing::Test {
  protected:
    void SetUp() override {
        add_models(source_.url());
        add_rows(source_.url(), 1, 90, "one");
        Operator(source_.app_url()).export_to(file_, 1);
    }

    TestDatabase source_, target_;
    const Folder folder_;
    const std::string file_ = folder_ / "a";
    Operator here_{target_.app_url()};
};

TEST_F(Import, WithoutTheWordsNothingHappens) {
    const std::string before = state(target_.url());
    for (const json::object& words :
         {json::object{}, json::object{{"force", true}},
          json::object{{"confirm", "import-scoped-postgres"}},
          json::object{{"force", true}, {"confirm", "copy-scoped-postgres"}}}) {
        json::object input = words;
        input["file"] = file_;
        const Error error = refusal([&] { here_.bench().run("db.scoped_import", input); });
        EXPECT_EQ(exit_code_of(error.code()), 4);
        EXPECT_THAT(error.hint(), HasSubstr("--force --confirm import-scoped-postgres"));
    }
    EXPECT_EQ(state(target_.url()), before);
}

TEST_F(Import, ADryRunTellsAndChangesNothing) {
    const std::string before = state(target_.url());
    const json::object input{{"file", file_}, {"dryRun", true}};
    const json::value out = here_.bench().run("db.scoped_import", input);
    EXPECT_EQ(out.at("exitCode"), 0);
    EXPECT_EQ(out.at("written"), false);
    EXPECT_EQ(table_of(out, "memories").at("inserted"), 90);
    EXPECT_EQ(out.at("modelsRegistered"), (json::array{"small", "tiny"}));
    EXPECT_THAT(here_.bench().print("db.scoped_import", input),
                AllOf(HasSubstr("90 would be inserted, 0 identical"),
                      HasSubstr("embedding model tiny would be registered")));
    EXPECT_EQ(state(target_.url()), before);
}

TEST_F(Import, TheSameIdWithOtherContentIsAConflictWithBothHashes) {
    here_.import(file_);
    query(target_.url(),
          "UPDATE memories SET trust = 'other' WHERE id = "
          "'01890a5d-0000-7000-8000-000000000003'; DELETE FROM memories WHERE id = "
          "'01890a5d-0000-7000-8000-000000000005'; "
          "SET session_replication_role = replica; UPDATE memory_versions SET replaced_by = 'me'");
    const std::string before = state(target_.url());
    for (const bool resume : {false, true}) {
        const json::value out = here_.import(file_, {{"resume", resume}, {"batchRows", 20}});
        EXPECT_EQ(out.at("exitCode"), 1);
        EXPECT_EQ(out.at("written"), false);
        EXPECT_EQ(out.at("conflictCount").to_number<int>(), 1 + 59);
        const json::value& first = out.at("conflicts").at(0);
        EXPECT_EQ(first.at("table"), "memories");
        EXPECT_EQ(first.at("kind"), "content");
        EXPECT_EQ(first.at("id"), "01890a5d-0000-7000-8000-000000000003");
        EXPECT_EQ(first.at("fileHash"),
                  json::string(query(source_.url(),
                                     "SELECT encode(sha256(convert_to(regexp_replace(m::text, "
                                     "',f(,[^,]*,[^,]*\\))$', '\\1'), 'UTF8')), 'hex') "
                                     "FROM memories m WHERE id = "
                                     "'01890a5d-0000-7000-8000-000000000003'")));
        EXPECT_NE(first.at("fileHash"), first.at("targetHash"));
        EXPECT_EQ(out.at("conflicts").at(1).at("table"), "memory_versions");
        EXPECT_EQ(state(target_.url()), before);
    }
    EXPECT_THAT(here_.bench().print("db.scoped_import", {{"file", file_}, {"dryRun", true}}),
                AllOf(HasSubstr("is there with other content"), HasSubstr("1 in conflict")));
}

TEST_F(Import, TheSameContentUnderAnotherIdIsAConflict) {
    query(
        target_.url(),
        fmt::format(
            "INSERT INTO memories SELECT '{}', '{}', gen_random_uuid(), 'project:/one', 'i', 't', "
            "'c', 's', 't', 'shared', sha256(convert_to(i::text, 'UTF8')), "
            "'{{}}/1000000000', '{{}}', '{{}}', false, NULL, NULL, NULL, NULL, NULL, NULL, "
            "NULL, NULL, NULL, 1, now(), now() FROM generate_series(2, 6) i",
            org_of(1), kProject));
    const std::string before = state(target_.url());
    const json::value out = here_.import(file_);
    // The fifth is superseded in the file: its text may be known twice.
    EXPECT_EQ(out.at("conflictCount").to_number<int>(), 4);
    const json::value& first = out.at("conflicts").at(0);
    EXPECT_EQ(first.at("kind"), "unique");
    EXPECT_EQ(first.at("id"), "01890a5d-0000-7000-8000-000000000002");
    EXPECT_EQ(first.at("otherId").as_string().size(), 36u);
    EXPECT_EQ(first.at("targetHash").as_string().size(), 64u);
    EXPECT_EQ(state(target_.url()), before);
}

TEST_F(Import, ConflictsBeyondAHundredAreCounted) {
    const TestDatabase many;
    add_models(many.url());
    add_rows(many.url(), 3, 700, "three");
    Operator(many.app_url()).export_to(folder_ / "many", 3);
    query(many.url(), "UPDATE memories SET trust = 'other'");
    const json::value out = Operator(many.app_url()).import(folder_ / "many", {{"batchRows", 64}});
    EXPECT_EQ(out.at("conflictCount"), 700);
    EXPECT_EQ(out.at("conflicts").as_array().size(), 100u);
}

TEST_F(Import, AnIdThatAnotherProjectHasIsNoConflict) {
    add_models(target_.url());
    add_rows(target_.url(), 1, 3, "one", kOtherProject);
    const auto rows_of = [&](const std::string& project) {
        return query(target_.url(), fmt::format("SELECT count(*) || ' ' || md5(string_agg(m::text, "
                                                "'|' ORDER BY id)) FROM memories m "
                                                "WHERE project_id = '{}'",
                                                project));
    };
    const std::string before = rows_of(kOtherProject);
    const json::value out = here_.import(file_);
    EXPECT_EQ(out.at("conflictCount").to_number<int>(), 0);
    EXPECT_EQ(table_of(out, "memories").at("inserted"), 90);
    EXPECT_EQ(rows_of(kOtherProject), before);
    EXPECT_THAT(rows_of(kProject), ::testing::StartsWith("90 "));
}

// A unique index that an operator has added across tenants keeps rows out which the tenant cannot
// see the reason of.
TEST_F(Import, WhatARowOfAnotherProjectKeepsOutIsAConflictThatTellsNothing) {
    add_models(target_.url());
    add_rows(target_.url(), 1, 3, "one", kOtherProject);
    query(target_.url(), "CREATE UNIQUE INDEX memories_id ON memories (id)");
    const std::string before = state(target_.url());
    const json::value out = here_.import(file_);
    EXPECT_EQ(out.at("conflictCount").to_number<int>(), 3);
    EXPECT_EQ(out.at("conflicts").at(0).at("kind"), "hidden");
    EXPECT_EQ(out.at("conflicts").at(0).at("targetHash"), "");
    EXPECT_EQ(state(target_.url()), before);
}

TEST_F(Import, RowsBecomeAnotherTenants) {
    const std::string project = "0b000000-0000-4000-8000-000000000009";
    const json::object maps{{"mapOrg", json::array{org_of(1) + "=" + org_of(8)}},
                            {"mapProject", json::array{kProject + ("=" + project)}}};
    Operator beside(source_.app_url());
    EXPECT_EQ(beside.import(file_, maps).at("org"), json::string(org_of(8)));
    EXPECT_EQ(
        query(source_.url(), fmt::format("SELECT count(*) FROM memories WHERE org_id = '{}' AND "
                                         "project_id = '{}'",
                                         org_of(8), project)),
        "90");
    EXPECT_EQ(count(source_.url(), "memories"), "180");
    for (const char* map :
         {"x=y", "0b000000-0000-4000-8000-000000000001", "=",
          "0a000000-0000-4000-8000-000000000009=0a000000-0000-4000-8000-000000000008"})
        EXPECT_EQ(refusal([&] {
                      beside.import(file_, {{"mapOrg", json::array{map}}});
                  }).code(),
                  Code::invalid_argument);
}

TEST_F(Import, ModelsAreFoundByNameAndHash) {
    add_models(target_.url(), "first");
    here_.import(file_);
    EXPECT_EQ(count(target_.url(), "embedding_models"), "3");
    const TestDatabase other;
    query(other.url(),
          "INSERT INTO embedding_models (name, dimensions, weights_hash, active) VALUES "
          "('tiny', 4, 'w1', true)");
    const Error error = refusal([&] { Operator(other.app_url()).import(file_); });
    EXPECT_EQ(error.code(), Code::conflict);
    EXPECT_THAT(error.what(), HasSubstr("tiny has 3 dimensions in the file and 4 in the database"));
    EXPECT_EQ(count(other.url(), "memories"), "0");
}

// Without statistics the server once compared every row with every other.
TEST_F(Import, RowsAreLookedUpByTheIndexWhateverTheStatistics) {
    query(target_.url(), "ALTER TABLE memories SET (autovacuum_enabled = off)");
    here_.import(file_);
    runtime::Context context{{},
                             here_.bench().settings(),
                             here_.bench().db(),
                             nullptr,
                             deadline_in(std::chrono::minutes(1)),
                             {},
                             "test",
                             true,
                             {}};
    Session session(context.db, {*Uuid::parse(org_of(1)), *Uuid::parse(kProject)}, context);
    const auto plan_of = [&](const std::string& sql) {
        std::string out;
        for (const auto row : session.script("EXPLAIN " + sql))
            out += std::string(row.raw(0)) + "\n";
        return out;
    };
    for (const bool analyzed : {false, true}) {
        if (analyzed) query(target_.url(), "ANALYZE");
        session.begin_write();
        const std::vector<Table> tables = tenant_tables(session);
        const auto memories = std::find_if(tables.begin(), tables.end(),
                                           [](const Table& t) { return t.name == "memories"; });
        ASSERT_NE(memories, tables.end());
        ASSERT_EQ(memories->unique.size(), 1u);
        session.script(create_stage(*memories));
        EXPECT_THAT(plan_of(count_present(*memories, {})),
                    AllOf(HasSubstr("Index Scan using memories_pkey"), HasSubstr("(id >= "),
                          Not(HasSubstr("Join Filter"))));
        EXPECT_THAT(plan_of(not_there(*memories, {}, 1)),
                    AllOf(HasSubstr("using memories_pkey"), Not(HasSubstr("Join Filter"))));
        EXPECT_THAT(plan_of(other_key(*memories, memories->unique[0], {}, 1)),
                    AllOf(HasSubstr("Index Scan using memories_content"),
                          HasSubstr("(content_hash = stele_stage.content_hash)"),
                          HasSubstr("(audience >= "), Not(HasSubstr("Join Filter"))));
        session.rollback();
    }
}

TEST_F(Import, OneAtATime) {
    const auto rival = target_.connect();
    query(*rival,
          fmt::format("SELECT pg_advisory_lock(hashtextextended('stele scoped import {} {}', 0))",
                      org_of(1), kProject));
    const Error error = refusal([&] { here_.import(file_); });
    EXPECT_EQ(error.code(), Code::conflict);
    EXPECT_TRUE(error.retryable());
}

TEST_F(Import, WhatARoleLacksIsSaid) {
    query(target_.url(), "REVOKE INSERT ON memory_receipts FROM stele_runtime");
    EXPECT_THAT(refusal([&] { here_.import(file_); }).what(),
                HasSubstr("permission denied for table memory_receipts"));
    EXPECT_EQ(count(target_.url(), "memories"), "0");
    query(target_.url(),
          fmt::format("GRANT INSERT ON memory_receipts TO stele_runtime; REVOKE TEMP ON "
                      "DATABASE {} FROM PUBLIC",
                      target_.name()));
    EXPECT_THAT(refusal([&] { here_.import(file_); }).what(),
                HasSubstr("permission denied to create temporary tables"));
}

TEST_F(Import, ProgressIsTold) {
    std::vector<std::string> told;
    runtime::Context context{{},
                             here_.bench().settings(),
                             here_.bench().db(),
                             nullptr,
                             deadline_in(std::chrono::minutes(1)),
                             {},
                             "test",
                             true,
                             {}};
    context.progress = [&](const runtime::Progress& p) {
        told.push_back(fmt::format("{} of {} {}", p.done, p.total, p.message));
    };
    const json::object input{
        {"file", file_}, {"force", true}, {"confirm", "import-scoped-postgres"}};
    runtime::Dispatcher().call(here_.bench().registry().get("db.scoped_import"), context, input);
    EXPECT_EQ(told, std::vector<std::string>{"241 of 241 rows imported"});
    std::stop_source stop;
    stop.request_stop();
    context.cancelled = stop.get_token();
    EXPECT_EQ(refusal([&] {
                  runtime::Dispatcher().call(here_.bench().registry().get("db.scoped_import"),
                                             context, input);
              }).code(),
              Code::cancelled);
}

}  // namespace
}  // namespace stele::tenant
