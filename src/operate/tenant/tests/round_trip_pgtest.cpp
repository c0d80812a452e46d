// Export, import, export: what comes out is what went in, and nobody else's.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "foundation/os/process.hpp"
#include "operate/tenant/tests/fixture.hpp"

namespace stele::tenant {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RoundTrip, SectionsAreByteIdentical) {
    const TestDatabase source, target;
    add_models(source.url());
    add_models(target.url(), "an older one, so that ids differ");
    add_rows(source.url(), 1, 300, "one");
    const Folder folder;
    Operator there(source.app_url()), here(target.app_url());
    const json::value first = there.export_to(folder / "a", 1);
    EXPECT_EQ(first.at("rows").to_number<int>(), 300 + 200 + 200 + 1 + 100);
    const json::value done = here.import(folder / "a");
    EXPECT_EQ(done.at("written"), true);
    EXPECT_EQ(done.at("sha256"), first.at("sha256"));
    here.export_to(folder / "b", 1);
    EXPECT_EQ(sections_of(folder / "a"), sections_of(folder / "b"));
    EXPECT_EQ(
        query(source.url(), "SELECT md5(string_agg(m::text, '' ORDER BY id)) FROM memories m"),
        query(target.url(), "SELECT md5(string_agg(m::text, '' ORDER BY id)) FROM memories m"));
    const char* named =
        "SELECT string_agg(m.name || v.memory_id || embedding, ',' ORDER BY memory_id) "
        "FROM memory_vectors v JOIN embedding_models m ON m.id = v.model";
    EXPECT_EQ(query(source.url(), named), query(target.url(), named));
    // Again, whatever the session's own settings: the text does not depend on them.
    Operator strange(target.app_url() +
                     "&options=-cTimeZone%3DAsia/Tokyo%20-cDateStyle%3DSQL%20-cbytea_output%3D"
                     "escape%20-cextra_float_digits%3D-5");
    strange.export_to(folder / "c", 1);
    EXPECT_EQ(sections_of(folder / "a"), sections_of(folder / "c"));
}

TEST(RoundTrip, ASecondImportChangesNothing) {
    const TestDatabase source, target;
    add_models(source.url());
    add_rows(source.url(), 1, 120, "one");
    const Folder folder;
    Operator(source.app_url()).export_to(folder / "a", 1);
    Operator here(target.app_url());
    const json::value first = here.import(folder / "a");
    EXPECT_EQ(first.at("modelsRegistered").as_array().size(), 2u);
    EXPECT_EQ(query(target.url(), "SELECT count(*) FROM embedding_models WHERE active"), "1");
    const std::string before = state(target.url());
    const json::value again = here.import(folder / "a");
    EXPECT_EQ(again.at("exitCode"), 0);
    for (const json::value& table : again.at("tables").as_array()) {
        EXPECT_EQ(table.at("inserted"), 0);
        EXPECT_EQ(table.at("identical"), table.at("rows"));
    }
    EXPECT_EQ(state(target.url()), before);
    // The filler has been at work in between: that is not a conflict.
    query(target.url(), "UPDATE embedding_queue SET attempts = 3");
    EXPECT_EQ(here.import(folder / "a").at("exitCode"), 0);
    EXPECT_EQ(query(target.url(), "SELECT min(attempts) FROM embedding_queue"), "3");
}

// Which rows are in segments is a database's own matter: what arrives is in none, what is there
// stays where it is.
TEST(RoundTrip, SegmentsOfSearchStayAtHome) {
    const TestDatabase source, target;
    add_models(source.url());
    add_rows(source.url(), 1, 50, "one");
    const Folder folder;
    Operator there(source.app_url()), here(target.app_url());
    there.export_to(folder / "plain", 1);
    query(source.url(), "UPDATE memories SET indexed = true");
    query(source.url(),
          "INSERT INTO search_segments (org_id, project_id, kind, segment, "
          "documents, buckets, bytes, first_id, last_id) SELECT org_id, project_id, "
          "'memory', id, 1, 1, 1, id, id FROM memories");
    there.export_to(folder / "folded", 1);
    EXPECT_EQ(sections_of(folder / "folded"), sections_of(folder / "plain"));
    here.import(folder / "folded");
    EXPECT_EQ(query(target.url(), "SELECT count(*) FROM memories WHERE indexed"), "0");
    EXPECT_EQ(count(target.url(), "search_segments"), "0");
    // Onto the rows it was made from: the same, though these are folded.
    const json::value again = there.import(folder / "plain");
    EXPECT_EQ(again.at("exitCode"), 0);
    EXPECT_EQ(query(source.url(), "SELECT count(*) FROM memories WHERE indexed"), "50");
}

TEST(RoundTrip, AnEmptyTenantIsAFileToo) {
    const TestDatabase database;
    const Folder folder;
    Operator there(database.app_url());
    EXPECT_EQ(there.export_to(folder / "a", 7).at("rows"), 0);
    EXPECT_EQ(there.import(folder / "a").at("written"), true);
    struct stat about {};
    ASSERT_EQ(::stat((folder / "a").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    EXPECT_EQ(refusal([&] { there.export_to(folder / "a", 7); }).code(), Code::conflict);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

std::string shell(const std::string& line) {
    const ops::ProcessResult outcome =
        ops::run({.argv = {"/bin/sh", "-c", line}}, deadline_in(std::chrono::seconds(20)));
    EXPECT_EQ(outcome.status, 0) << line;
    return outcome.output;
}

// As docs/reference/scoped-format.md says.
TEST(RoundTrip, ChecksumsCanBeRecomputedByHand) {
    const TestDatabase source;
    add_models(source.url());
    add_rows(source.url(), 1, 40, "one");
    const Folder folder;
    const std::string file = folder / "a";
    const json::value out = Operator(source.app_url()).export_to(file, 1);
    EXPECT_EQ(shell(fmt::format(R"(sed -n '/^{{"section":"memories"}}/,/^{{"end"/p' {} )"
                                R"(| grep '^\[' | sha256sum)",
                                file)),
              std::string(table_of(out, "memories").at("sha256").as_string()) + "  -\n");
    EXPECT_EQ(shell(fmt::format("grep '^{{' {} | head -n -1 | sha256sum", file)),
              std::string(out.at("sha256").as_string()) + "  -\n");
}

// The kernel refuses to let a file grow: as good as a full disk.
class NoRoom {
  public:
    explicit NoRoom(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~NoRoom() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int);
    rlimit before_{};
};

TEST(RoundTrip, AFullDiskLeavesNoFile) {
    const TestDatabase source;
    add_models(source.url());
    add_rows(source.url(), 1, 300, "one");
    const Folder folder;
    Operator there(source.app_url());
    {
        const NoRoom here(100'000);
        const Error error = refusal([&] { there.export_to(folder / "a", 1); });
        EXPECT_EQ(error.code(), Code::failed);
        EXPECT_THAT(error.what(), HasSubstr("cannot write"));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
    EXPECT_EQ(there.export_to(folder / "a", 1).at("rows"), 801);
}

TEST(RoundTrip, FiftyTenantsAndNoByteOfAnother) {
    const TestDatabase database;
    add_models(database.url());
    constexpr int kTenants = 50;
    for (int i = 1; i <= kTenants; ++i) add_rows(database.url(), i, 12, fmt::format("mark{}x", i));
    const Folder folder;
    Operator there(database.app_url());
    for (int i = 1; i <= kTenants; ++i) {
        const std::string file = folder / fmt::format("t{}", i);
        EXPECT_EQ(there.export_to(file, i).at("rows"), 12 + 8 + 8 + 1 + 4);
        const std::string text = read(file);
        EXPECT_THAT(text, HasSubstr(fmt::format("mark{}x", i)));
        for (int other = 1; other <= kTenants; ++other) {
            if (other == i) continue;
            EXPECT_THAT(text, Not(HasSubstr(fmt::format("mark{}x", other)))) << i;
            EXPECT_THAT(text, Not(HasSubstr(org_of(other)))) << i;
        }
    }
}

TEST(RoundTrip, ASuperuserExportsOneTenantAllTheSame) {
    const TestDatabase database, target;
    add_models(database.url());
    add_rows(database.url(), 1, 20, "mark1x");
    add_rows(database.url(), 2, 30, "mark2x");
    const Folder folder;
    Operator(database.app_url()).export_to(folder / "app", 1);
    Operator(database.url()).export_to(folder / "super", 1);
    EXPECT_EQ(sections_of(folder / "app"), sections_of(folder / "super"));
    EXPECT_EQ(Operator(target.url()).import(folder / "super").at("written"), true);
    EXPECT_EQ(count(target.url(), "memories"), "20");
}

// Policies that let somebody see every tenant's rows are for other work than this.
TEST(RoundTrip, AnOperatorExportsOneTenantAllTheSame) {
    const TestDatabase database;
    add_models(database.url());
    add_rows(database.url(), 1, 20, "mark1x");
    add_rows(database.url(), 2, 30, "mark2x");
    const std::string role = "stele_both_" + std::to_string(::getpid());
    query(database.url(),
          fmt::format("CREATE ROLE {} LOGIN IN ROLE stele_runtime, stele_operator", role));
    const std::string url =
        testing::url_for(database.name(), role) + "&options=-cstele.operator%3Don";
    EXPECT_EQ(count(url, "memories"), "50");
    const Folder folder;
    Operator(url).export_to(folder / "a", 1);
    EXPECT_THAT(read(folder / "a"), Not(HasSubstr("mark2x")));
    query(database.url(), "DROP ROLE " + role);
}

TEST(RoundTrip, ALoginThatRowSecurityDoesNotBindIsRefused) {
    const TestDatabase database;
    add_models(database.url());
    add_rows(database.url(), 1, 5, "one");
    const std::string role = "stele_bypass_" + std::to_string(::getpid());
    query(database.url(),
          fmt::format("CREATE ROLE {0} LOGIN BYPASSRLS; GRANT SELECT ON ALL TABLES IN "
                      "SCHEMA public TO {0}",
                      role));
    const Folder folder;
    {
        Operator bypass(testing::url_for(database.name(), role));
        const Error error = refusal([&] { bypass.export_to(folder / "a", 1); });
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(error.what(), HasSubstr("row-level security does not bind"));
        query(database.url(),
              fmt::format("ALTER ROLE {0} NOBYPASSRLS; REVOKE SELECT ON memories FROM {0}", role));
        EXPECT_THAT(refusal([&] { bypass.export_to(folder / "a", 1); }).what(),
                    HasSubstr("may not read memories"));
    }
    query(database.url(), fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", role));
    query(database.url(), "ALTER TABLE memory_receipts DISABLE ROW LEVEL SECURITY");
    EXPECT_THAT(refusal([&] { Operator(database.app_url()).export_to(folder / "a", 1); }).what(),
                HasSubstr("row-level security does not bind this login on memory_receipts"));
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

// What a later migration adds is moved without a line of code: org-wide tables, keys of text, rows
// that refer to their own table in any order, columns that are computed.
TEST(RoundTrip, TablesOfLaterMigrationsAreMovedToo) {
    const TestDatabase source, target;
    const char* const later = R"sql(
CREATE TABLE "Threads" (org_id uuid, project_id uuid, name text, "the parent" text, about json,
    size int GENERATED ALWAYS AS (length(name)) STORED, PRIMARY KEY (org_id, name),
    FOREIGN KEY (org_id, "the parent") REFERENCES "Threads" (org_id, name));
CREATE TABLE agents (org_id uuid, id int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (org_id, id));
CREATE TABLE a_turn (org_id uuid, project_id uuid, thread text, n int, at date,
    PRIMARY KEY (org_id, thread, n),
    FOREIGN KEY (org_id, thread) REFERENCES "Threads" (org_id, name)) PARTITION BY HASH (org_id);
CREATE TABLE a_turn_0 PARTITION OF a_turn FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE a_turn_1 PARTITION OF a_turn FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE "Threads" ENABLE ROW LEVEL SECURITY; ALTER TABLE agents ENABLE ROW LEVEL SECURITY;
ALTER TABLE a_turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Threads" USING (org_id = stele_org() AND project_id = stele_project());
CREATE POLICY tenant ON a_turn USING (org_id = stele_org() AND project_id = stele_project());
CREATE POLICY tenant ON agents USING (org_id = stele_org());
GRANT SELECT, INSERT ON "Threads", agents, a_turn TO stele_runtime;
)sql";
    query(source.url(), later);
    query(target.url(), later);
    query(source.url(), fmt::format(R"sql(
INSERT INTO "Threads"
SELECT '{0}', '{1}', 't' || i, CASE WHEN i < 500 THEN 't' || i + 1 END, '{{"a" :  1}}'
FROM generate_series(1, 500) i;
INSERT INTO agents SELECT '{0}' FROM generate_series(1, 3);
INSERT INTO a_turn SELECT '{0}', '{1}', 't' || i, i, '2026-02-03' FROM generate_series(1, 50) i;
)sql",
                                    org_of(1), kProject));
    const Folder folder;
    const json::value made = Operator(source.app_url()).export_to(folder / "a", 1);
    std::vector<std::string> names;
    for (const json::value& table : made.at("tables").as_array())
        names.emplace_back(table.at("table").as_string());
    // Whatever else the schema has: the new ones are there, and what others refer to comes first.
    const auto place = [&](std::string_view name) {
        const auto at = std::ranges::find(names, name);
        EXPECT_NE(at, names.end()) << name;
        return at - names.begin();
    };
    EXPECT_LT(place("Threads"), place("a_turn"));
    EXPECT_LT(place("memories"), place("memory_vectors"));
    EXPECT_LT(place("chat_threads"), place("chat_messages"));
    EXPECT_LT(place("agents"), place("retention_log"));
    Operator here(target.app_url());
    here.import(folder / "a", {{"batchRows", 7}});
    here.export_to(folder / "b", 1);
    EXPECT_EQ(sections_of(folder / "a"), sections_of(folder / "b"));
    EXPECT_EQ(count(target.url(), "\"Threads\""), "500");
    EXPECT_EQ(here.import(folder / "a").at("exitCode"), 0);  // json has no =, and is the same

    query(source.url(), "ALTER TABLE a_turn DROP CONSTRAINT a_turn_pkey");
    EXPECT_THAT(refusal([&] { Operator(source.app_url()).export_to(folder / "c", 1); }).what(),
                HasSubstr("a_turn has no primary key"));
}

TEST(RoundTrip, WhatThisProgramCannotCarryIsRefused) {
    const TestDatabase database;
    query(
        database.url(),
        "CREATE TABLE plans (id int PRIMARY KEY); CREATE TABLE zz (org_id uuid, id int REFERENCES "
        "plans, PRIMARY KEY (org_id, id)); ALTER TABLE zz ENABLE ROW LEVEL SECURITY; GRANT SELECT "
        "ON zz TO stele_runtime");
    const Folder folder;
    const Error error = refusal([&] { Operator(database.app_url()).export_to(folder / "a", 1); });
    EXPECT_EQ(error.code(), Code::unsupported);
    EXPECT_THAT(error.what(), HasSubstr("zz.id plans refers to"));
}

}  // namespace
}  // namespace stele::tenant
