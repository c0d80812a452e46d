// Migrations that are broken in one way each, and what `db validate` must say of them.
#pragma once

#include "operate/lint/validate.hpp"

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "operate/lint/operations.hpp"
#include "operate/migrations/migration_files.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::lint {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::query;
using testing::server_url;

// This program's migrations and one more, in a folder.
class Folder {
  public:
    Folder(std::string_view up, std::string_view down, bool with_embedded = true) {
        char name[] = "/tmp/stele-validate.XXXXXX";
        path_ = ::mkdtemp(name);
        int next = 1;
        if (with_embedded) {
            for (const auto& file : ops::embedded_migration_files())
                write(std::string(file.name), file.text);
            next += int(ops::embedded_migrations().size());
        }
        write(fmt::format("{:04}_broken.up.sql", next), up);
        write(fmt::format("{:04}_broken.down.sql", next), down);
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string path() const { return path_.string(); }

  private:
    void write(const std::string& name, std::string_view text) const {
        std::ofstream(path_ / name) << text;
    }
    fs::path path_;
};

inline ops::Bench bench(const std::string& url = server_url()) {
    return ops::Bench(url, url, register_operations);
}

inline std::vector<std::string> failed(const json::value& output) {
    std::vector<std::string> out;
    for (const json::value& check : output.at("checks").as_array())
        if (!check.at("passed").as_bool()) out.emplace_back(check.at("name").as_string());
    return out;
}

inline std::string scratch_databases(const std::string& url = server_url()) {
    return query(url, "SELECT count(*) FROM pg_database WHERE datname LIKE 'stele_validate_%'");
}

struct Broken {
    const char* name;
    std::vector<std::string> checks;  // the ones that fail
    std::string up;
    std::string down = "DROP TABLE broken;";
    std::string evidence = {};
};

inline void PrintTo(const Broken& broken, std::ostream* out) {
    *out << broken.name;
}

inline constexpr std::string_view kStrict =
    "(org_id = stele_org() AND project_id = stele_project())";

// A tenant table as the rules want it; what is to be broken is given.
inline std::string tenant_table(std::string_view policies, std::string_view force = "FORCE",
                                std::string_view key = "PRIMARY KEY (org_id, project_id, id)") {
    return fmt::format(
        "CREATE TABLE broken (org_id uuid NOT NULL, project_id uuid NOT NULL, id uuid NOT NULL, "
        "state jsonb NOT NULL CHECK (state ? 'a'), at timestamptz NOT NULL, n numeric(4, 2) NOT "
        "NULL, code varchar(3) NOT NULL, tags text[] NOT NULL, v vector(3) NOT NULL, seq bigint "
        "GENERATED ALWAYS AS IDENTITY, {}); "
        "ALTER TABLE broken ENABLE ROW LEVEL SECURITY; ALTER TABLE broken {} ROW LEVEL SECURITY; "
        "GRANT SELECT, INSERT, DELETE ON broken TO stele_runtime; {};",
        key, force, policies);
}

inline std::string policy(std::string_view visible, std::string_view writable) {
    return fmt::format("CREATE POLICY tenant ON broken USING {} WITH CHECK {}", visible, writable);
}

inline const std::string kWell = policy(kStrict, kStrict);

// Validates this program's migrations and the broken one, which fails the checks that it names and
// no other.
inline void expect_only(const Broken& one) {
    const Folder folder(one.up, one.down);
    const json::value output = bench().run("db.validate", {{"dir", folder.path()}, {"runners", 5}});
    EXPECT_EQ(failed(output), one.checks) << pretty(output);
    EXPECT_EQ(output.at("exitCode"), one.checks.empty() ? 0 : 1);
    EXPECT_THAT(serialize(output), HasSubstr(one.evidence));
    EXPECT_EQ(scratch_databases(), "0");
}

inline std::string name_of(const testing::TestParamInfo<Broken>& info) {
    return info.param.name;
}

}  // namespace stele::lint
