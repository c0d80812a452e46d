// What readers of the guides paste is understood, and nothing is dropped without a word.
#include "compat/settings/settings.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"

namespace stele::compat {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A file of settings that goes with the test.
struct File {
    explicit File(const std::string& name, const std::string& text)
        : path(fs::temp_directory_path() / ("stele-" + std::to_string(::getpid()) + "-" + name)) {
        std::ofstream(path) << text;
    }
    ~File() { fs::remove(path); }
    fs::path path;
};

runtime::LoadedConfig load(const std::string& name, const std::string& text) {
    const File file(name, text);
    return runtime::load_config(file.path.string(), {}, all_foreign_names());
}

std::string refusal(const std::string& name, const std::string& text) {
    try {
        load(name, text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        return error.what();
    }
    return "accepted";
}

constexpr auto kRandal = R"(memory:
  store: postgres
database:
  profile: local
  url: "postgresql://u@db.example:5432/d"
  schema: public
  ssl: disable
  migrationMode: manual
  orgId: "00000000-0000-4000-8000-000000000001"
  projectId: "00000000-0000-4000-8000-000000000002"
  pool:
    min: 0
    max: 10
    idleTimeoutMillis: 30000
    connectionTimeoutMillis: 4000
instanceId: worker-7
)";

TEST(RandalSettings, TheBlockOfThePageIsUnderstood) {
    const runtime::LoadedConfig out = load("randal.config.yaml", kRandal);
    const runtime::Settings& s = out.settings;
    EXPECT_EQ(s.database.url, "postgresql://u@db.example:5432/d?sslmode=disable");
    EXPECT_EQ(s.database.schema, "public");
    EXPECT_EQ(s.database.migration_mode, runtime::MigrationMode::manual);
    EXPECT_EQ(s.database.pool_size, 10);
    EXPECT_EQ(s.database.connect_timeout_ms, 4000);
    EXPECT_EQ(s.agent.org, "00000000-0000-4000-8000-000000000001");
    EXPECT_EQ(s.agent.project, "00000000-0000-4000-8000-000000000002");
    EXPECT_EQ(s.agent.instance, "worker-7");
    EXPECT_THAT(out.notes, Contains(HasSubstr("database.pool.min")));
    EXPECT_EQ(s.database.idle_timeout_ms, 30000);
}

TEST(RandalSettings, WhatCannotBeHadIsRefused) {
    EXPECT_THAT(refusal("a.yaml", "memory:\n  store: sqlite\n"), HasSubstr("memory.store"));
    EXPECT_THAT(refusal("a.yaml", "database:\n  profile: mysql\n"), HasSubstr("profile"));
    EXPECT_THAT(refusal("a.yaml", "database:\n  poolSize: 4\n  pool:\n    max: 5\n"),
                HasSubstr("database.pool.max and database.poolSize"));
    EXPECT_THAT(refusal("a.yaml", "database:\n  pool:\n    maximum: 5\n"),
                HasSubstr("database.pool"));
}

TEST(RandalSettings, NoOverlayOfSupabaseIsSilentlyOn) {
    const auto out = load("a.yaml", "database:\n  profile: supabase\n");
    for (const char* overlay : {"Auth/RLS", "Realtime", "Storage"})
        EXPECT_THAT(out.notes, Contains(HasSubstr(overlay)));
}

TEST(RandalSettings, AnSslmodeOfTheUrlCounts) {
    const auto out = load("a.yaml",
                          "database:\n  ssl: require\n  url: "
                          "postgresql://u@h/d?application_name=x&sslmode=verify-full\n");
    EXPECT_EQ(out.settings.database.url,
              "postgresql://u@h/d?application_name=x&sslmode=verify-full");
}

TEST(VestigeSettings, TheFileIsUnderstood) {
    const auto out = load("vestige.toml", R"([storage]
backend = "postgres"
[storage.postgres]
url = "postgresql://u@h/d"
max_connections = 12
acquire_timeout_secs = 7
fts = { language = "english" }
[embeddings]
provider = "fastembed"
model = "nomic-embed-text-v1.5"
[defaults]
profile = "lean"
detail_level = "brief"
)");
    EXPECT_EQ(out.settings.database.url, "postgresql://u@h/d");
    EXPECT_EQ(out.settings.database.pool_size, 12);
    EXPECT_EQ(out.settings.database.acquire_timeout_ms, 7000);
    EXPECT_EQ(out.settings.embedding.kind, runtime::EmbedderKind::builtin);
    for (const char* key : {"storage.postgres.fts.language", "embeddings.model", "defaults.profile",
                            "defaults.detail_level"})
        EXPECT_THAT(out.notes, Contains(HasSubstr(key)));
    EXPECT_THAT(refusal("a.toml", "[storage]\nbackend = \"sqlite\"\n"), HasSubstr("backend"));
    EXPECT_THAT(refusal("a.toml", "[storage.postgres]\nurls = \"x\"\n"), HasSubstr("storage"));
}

TEST(ForeignVariables, AreReadAfterStelesOwn) {
    ::setenv("RANDAL_DATABASE_URL", "postgresql://u@randal/d", 1);
    ::setenv("RANDAL_REQUIRE_MEMORY", "true", 1);
    ::setenv("DB_POOL_MAX", "31", 1);
    ::setenv("APP_ENV", "production", 1);
    const auto one = load("a.yaml", "");
    EXPECT_EQ(one.settings.database.url, "postgresql://u@randal/d");
    EXPECT_TRUE(one.settings.server.require_memory);
    EXPECT_EQ(one.settings.database.pool_size, 31);
    EXPECT_EQ(one.settings.environment, runtime::Environment::production);
    ::setenv("APP_ENV", "staging", 1);  // somebody else's
    EXPECT_EQ(load("a.yaml", "").settings.environment, runtime::Environment::development);
    ::setenv("STELE_DATABASE_URL", "postgresql://u@stele/d", 1);
    ::setenv("STELE_ENV", "development", 1);
    const auto two = load("a.yaml", "");
    EXPECT_EQ(two.settings.database.url, "postgresql://u@stele/d");
    EXPECT_EQ(two.settings.environment, runtime::Environment::development);
    for (const char* name : {"RANDAL_DATABASE_URL", "RANDAL_REQUIRE_MEMORY", "DB_POOL_MAX",
                             "APP_ENV", "STELE_DATABASE_URL", "STELE_ENV"})
        ::unsetenv(name);
}

TEST(ForeignVariables, TheTimeoutsOfAServicePool) {
    const std::map<std::string, std::pair<std::string, int runtime::DatabaseSettings::*>> all{
        {"DB_STATEMENT_TIMEOUT_MS", {"11", &runtime::DatabaseSettings::statement_timeout_ms}},
        {"DB_IDLE_IN_TX_TIMEOUT_MS",
         {"12", &runtime::DatabaseSettings::idle_in_transaction_timeout_ms}},
        {"DB_IDLE_TIMEOUT_MS", {"13", &runtime::DatabaseSettings::idle_timeout_ms}},
        {"DB_CONNECTION_TIMEOUT_MS", {"14", &runtime::DatabaseSettings::connect_timeout_ms}}};
    for (const auto& [name, value] : all) ::setenv(name.c_str(), value.first.c_str(), 1);
    const auto out = load("a.yaml", "");
    for (const auto& [name, value] : all) {
        EXPECT_EQ(out.settings.database.*value.second, std::stoi(value.first)) << name;
        ::unsetenv(name.c_str());
    }
}

TEST(ForeignNames, AFileOfStelesOwnIsAsBefore) {
    const auto out = load("stele.yaml", "database:\n  poolSize: 3\nmemory:\n  secrets: keep\n");
    EXPECT_EQ(out.settings.database.pool_size, 3);
    EXPECT_THAT(out.notes, IsEmpty());
}

}  // namespace
}  // namespace stele::compat
