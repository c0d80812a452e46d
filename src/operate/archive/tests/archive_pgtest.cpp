// Dumps and restores of real databases: one snapshot, refused damage, the right words.
#include <sys/stat.h>

#include <regex>
#include <set>
#include <thread>

#include "archive_fixture.hpp"
#include "operate/archive/backups.hpp"

namespace stele::archive {
namespace {

TEST_F(Archive, DumpAndManifestAreOneSnapshotUnderWrites) {
    const TestDatabase database;
    fill(database);
    std::atomic<bool> stop = false;
    std::atomic<int> written = 0;
    std::vector<std::jthread> writers;
    for (int w = 0; w < 3; ++w)
        writers.emplace_back([&, w] {
            const auto connection = database.connect();
            for (int n = 1; !stop; ++n, ++written) {
                const int first = 1000 + w * 1'000'000 + n * 20;
                query(*connection, insert_sql(first, 20));
                query(*connection,
                      "UPDATE memories SET pinned = NOT pinned "
                      "WHERE metadata @> '{\"n\": 7}'");
                query(*connection, fmt::format("DELETE FROM memories WHERE metadata @> "
                                               "jsonb_build_object('n', {})",
                                               first + 3));
            }
        });
    while (written < 10) std::this_thread::sleep_for(1ms);
    const std::string file = dumped(database);
    const int during = written;
    stop = true;
    writers.clear();
    EXPECT_GT(during, 10);
    const json::value verified = verify(file, true);
    EXPECT_EQ(verified.at("ok"), true) << serialize(verified);
    EXPECT_EQ(verified.at("deep"), true);
    EXPECT_GT(verified.at("rows").to_number<int>(), 500);
    struct stat info {};
    for (const std::string& path : {file, file + ".manifest.json"}) {
        ASSERT_EQ(::stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777, 0600u) << path;
    }
}

TEST_F(Archive, EveryDamageIsRefusedWithTheReason) {
    const TestDatabase database, other;
    fill(database, 3000);
    fill(other, 100);
    const std::string file = dumped(database), second = dumped(other);
    const std::string whole = *ops::read_file(file);
    const std::string manifest = *ops::read_file(file + ".manifest.json");
    ASSERT_GT(whole.size(), 50'000u);
    const auto found = [&](const std::string& bytes) {
        std::ofstream(file, std::ios::binary) << bytes;
        const json::value output = verify(file);
        EXPECT_EQ(output.at("exitCode"), 1);
        const auto& findings = output.at("findings").as_array();
        return findings.empty() ? std::string("nothing") : serialize(findings[0]);
    };
    for (std::size_t i = 0; i < whole.size(); i += 4096) {
        std::string flipped = whole;
        flipped[i] = char(flipped[i] ^ 1);
        EXPECT_THAT(found(flipped), HasSubstr("sha256")) << "byte " << i;
    }
    for (std::size_t size = 0; size < whole.size(); size += 16'384)
        EXPECT_THAT(found(whole.substr(0, size)), HasSubstr("size")) << "cut at " << size;
    EXPECT_THAT(found(whole + "x"), HasSubstr("size"));
    EXPECT_THAT(found(*ops::read_file(second)), HasSubstr("size"));  // two that changed places

    std::ofstream(file, std::ios::binary) << whole;
    EXPECT_EQ(verify(file).at("ok"), true);
    std::ofstream(file + ".manifest.json") << manifest.substr(0, manifest.size() / 2);
    EXPECT_THAT(serialize(verify(file)), HasSubstr("cannot be read"));
    fs::remove(file + ".manifest.json");
    EXPECT_THAT(serialize(verify(file)), HasSubstr("there is no manifest"));
    // A restore looks first.
    const Error error = refusal([&] {
        run(database.url(), "db.restore",
            words("restore-postgres", {{"file", file}, {"replace", true}}));
    });
    EXPECT_EQ(error.code(), Code::failed);
    EXPECT_THAT(error.what(), HasSubstr("the dump was refused"));
}

TEST_F(Archive, ADumpWhoseRowsAreNotTheManifestsIsFoundByTheDrill) {
    const TestDatabase database;
    fill(database);
    const std::string file = dumped(database);
    Manifest manifest = read_manifest(file);
    for (TableState& table : manifest.tables)
        if (table.name == "memories") table.checksum = "1";
    ops::write_file(manifest_of(file), manifest_text(manifest), 0600);
    EXPECT_EQ(verify(file).at("ok"), true);
    EXPECT_THAT(serialize(verify(file, true).at("findings")), HasSubstr("checksum of memories"));
}

TEST_F(Archive, RestoresIntoEmptySeedOnlyAndReplaced) {
    const TestDatabase source, seeded, empty(TestDatabase::Schema::none), used;
    fill(source);
    fill(used, 20);
    query(used.url(), fmt::format("ALTER DATABASE {} SET work_mem = '7MB'", used.name()));
    const std::string file = dumped(source), wanted = contents(source.url());
    const json::object input = words("restore-postgres", {{"file", file}, {"jobs", 3}});
    for (const TestDatabase* target : {&seeded, &empty}) {
        const json::value output = run(target->url(), "db.restore", input);
        EXPECT_EQ(output.at("before"), target == &empty ? "empty" : "seed-only");
        EXPECT_EQ(contents(target->url()), wanted);
    }
    const std::string before = contents(used.url());
    const Error error = refusal([&] { run(used.url(), "db.restore", input); });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_THAT(error.what(), HasSubstr("holds 20 rows"));
    EXPECT_EQ(contents(used.url()), before);

    json::object replacing = input;
    replacing["replace"] = true;
    const json::value output = run(used.url(), "db.restore", replacing);
    EXPECT_EQ(contents(used.url()), wanted);
    EXPECT_EQ(query(used.url(), "SHOW work_mem"), "7MB");
    EXPECT_EQ(verify(std::string(output.at("safetyDump").as_string()), true).at("ok"), true);
    // The runtime role works in it and sees what its tenant owns.
    EXPECT_EQ(query(used.app_url(), "SELECT count(*) FROM memories"), "0");
    EXPECT_EQ(query(used.app_url(), "SET stele.org_id = '" +
                                        query(used.url(), "SELECT md5('org1')::uuid::text") +
                                        "'; SET stele.project_id = '" +
                                        query(used.url(), "SELECT md5('project1')::uuid::text") +
                                        "'; SELECT count(*) FROM memories"),
              "72");
}

TEST_F(Archive, WhatIsNotStelesIsNeverReplaced) {
    const TestDatabase source, shared;
    fill(source);
    query(shared.url(), "CREATE SCHEMA shop; CREATE TABLE shop.orders AS SELECT 1 AS id");
    const std::string file = dumped(source);
    for (const auto& [name, input] :
         {std::pair{"db.restore", words("restore-postgres", {{"file", file}, {"replace", true}})},
          std::pair{"db.reset", words("reset-postgres", {})}}) {
        const Error error = refusal([&] { run(shared.url(), name, input); });
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(error.what(), HasSubstr("holds shop.orders, which is not Stele's"));
    }
    EXPECT_EQ(query(shared.url(), "SELECT count(*) FROM shop.orders"), "1");
}

TEST_F(Archive, WhatIsUnderLegalHoldIsNotReplaced) {
    const TestDatabase source, held;
    fill(source);
    fill(held, 20);
    const std::string file = dumped(source);
    query(held.url(),
          "UPDATE memories SET retention = 'legal-hold' WHERE metadata @> '{\"n\": 3}'");
    const std::string before = contents(held.url());
    for (const auto& [url, name, input] :
         {std::tuple{held.url(), "db.restore",
                     words("restore-postgres", {{"file", file}, {"replace", true}})},
          std::tuple{source.url(), "db.copy",
                     words("copy-postgres", {{"targetUrl", held.url()}, {"replace", true}})},
          std::tuple{held.url(), "db.reset", words("reset-postgres", {})}}) {
        const Error error = refusal([&] { run(url, name, input); });
        EXPECT_EQ(error.code(), Code::refused) << name;
        EXPECT_THAT(error.what(), HasSubstr("legal hold"));
        EXPECT_EQ(contents(held.url()), before);
    }
}

TEST_F(Archive, AnotherHistoryIsDrift) {
    const TestDatabase source, target;
    fill(source);
    query(source.url(),
          "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 1");
    const std::string file = dumped(source);
    EXPECT_THAT(serialize(verify(file)), HasSubstr("does not fit this program"));
    EXPECT_THAT(refusal([&] {
                    run(target.url(), "db.restore", words("restore-postgres", {{"file", file}}));
                }).what(),
                HasSubstr("does not fit this program"));
}

TEST_F(Archive, DestructiveVerbsNeedTheirWordsAndChangeNothingWithout) {
    const TestDatabase database, other;
    fill(database);
    const std::string file = dumped(database), before = contents(database.url());
    const std::string other_before = contents(other.url());
    const std::vector<std::pair<std::string, json::object>> verbs{
        {"db.restore", {{"file", file}, {"replace", true}}},
        {"db.copy", {{"targetUrl", other.url()}, {"replace", true}}},
        {"db.reset", {}}};
    for (const auto& [name, input] : verbs)
        for (const json::object& given :
             {json::object{}, json::object{{"force", true}}, json::object{{"confirm", "yes"}},
              json::object{{"force", true}, {"confirm", "restore"}},
              json::object{{"force", true}, {"confirm", "drop-postgres"}}}) {
            json::object all = input;
            for (const auto& entry : given) all[entry.key()] = entry.value();
            const Error error = refusal([&] { run(database.url(), name, all); });
            EXPECT_EQ(exit_code_of(error.code()), 4) << name << serialize(given);
            EXPECT_THAT(error.hint(),
                        HasSubstr("--force --confirm " + name.substr(3) + "-postgres"));
            EXPECT_EQ(contents(database.url()), before);
            EXPECT_EQ(contents(other.url()), other_before);
        }
}

TEST_F(Archive, CopyMovesEverythingAndRefusesItself) {
    const TestDatabase source, target(TestDatabase::Schema::none);
    fill(source, 600);
    run(source.url(), "db.copy", words("copy-postgres", {{"targetUrl", target.url()}}));
    EXPECT_EQ(contents(target.url()), contents(source.url()));
    // The same database by another URL.
    const Error error = refusal([&] {
        run(source.url(), "db.copy",
            words("copy-postgres",
                  {{"targetUrl", source.url() + "&application_name=x"}, {"replace", true}}));
    });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_THAT(error.what(), HasSubstr("the same database"));
}

TEST_F(Archive, ResetStartsAfresh) {
    const TestDatabase database;
    fill(database);
    const json::value output = run(database.url(), "db.reset", words("reset-postgres", {}));
    EXPECT_EQ(output.at("rowsDestroyed"), 500);
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memories"), "0");
    EXPECT_EQ(query(database.url(), "SELECT max(version) FROM schema_migrations"),
              std::to_string(ops::embedded_migrations().size()));
}

TEST_F(Archive, BackupsRotateAreListedAndRememberTheirProof) {
    const TestDatabase database;
    fill(database);
    const json::object here{{"dir", (dir / "b").string()}};
    const auto first = run(database.url(), "db.backup", here);
    json::object one = here;
    one["daily"] = 1;
    one["weekly"] = one["monthly"] = 0;
    one["rotate"] = true;
    const auto second = run(database.url(), "db.backup", one);
    EXPECT_EQ(second.at("removed").as_array().size(), 1u);
    EXPECT_FALSE(fs::exists(std::string(first.at("file").as_string())));
    const std::string file(second.at("file").as_string());
    run(database.url(), "db.verify_dump", {{"file", file}, {"deep", true}});
    const auto listed = run(database.url(), "db.backups", here);
    ASSERT_EQ(listed.at("backups").as_array().size(), 1u);
    EXPECT_TRUE(listed.at("backups").at(0).as_object().contains("deepVerifiedAt"));
    EXPECT_EQ(query(database.url(),
                    "SELECT count(*) FROM stele_backups WHERE removed_at IS NULL "
                    "AND deep_verified_at IS NOT NULL"),
              "1");
    EXPECT_EQ(
        query(database.url(), "SELECT count(*) FROM stele_backups WHERE removed_at IS NOT NULL"),
        "1");
}

// An owner without superpowers: bound by row-level security, sees all rows as an operator.
TEST_F(Archive, AnOperatorDumpsEveryTenantAndWhoCannotSeeThemIsRefused) {
    const TestDatabase database;
    fill(database);
    const std::string role = "operator_" + database.name(), blind = "blind_" + database.name();
    query(database.url(),
          fmt::format("CREATE ROLE {0} LOGIN; CREATE ROLE {1} LOGIN; GRANT stele_operator TO {0}; "
                      "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {1}",
                      role, blind));
    const std::string file = (dir / "operator.dump").string();
    run(testing::url_for(database.name(), role), "db.dump", {{"file", file}});
    EXPECT_EQ(verify(file, true).at("ok"), true);
    EXPECT_GE(read_manifest(file).rows(), 500);
    const Error error = refusal([&] {
        run(testing::url_for(database.name(), blind), "db.dump",
            {{"file", (dir / "blind.dump").string()}});
    });
    EXPECT_EQ(error.code(), Code::refused);
    EXPECT_THAT(error.what(), HasSubstr("does not see every tenant's rows"));
    EXPECT_FALSE(fs::exists(dir / "blind.dump"));
    query(database.url(), fmt::format("DROP OWNED BY {0}, {1}; DROP ROLE {0}, {1}", role, blind));
}

}  // namespace
}  // namespace stele::archive
