// Databases with rows, and a folder for their dumps.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "operate/archive/operations.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::archive {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ops::Bench;
using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

// Rows without the program in between: what is tested is the way there and back.
inline std::string insert_sql(int from, int count) {
    return fmt::format(
        "INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, "
        "trust, content, content_hash, lexemes, tags, metadata, pinned, created_at, updated_at) "
        "SELECT md5('org' || i % 7)::uuid, md5('project' || i % 7)::uuid, md5('id' || i)::uuid, "
        "'global', 'i', 'note', 'fact', 's', 'unverified', 'memory number ' || i || ' says ' || "
        "md5(i::text), sha256(i::text::bytea), "
        "format('{{%s:1.5,%s:0.25}}/1000000000', 1 + i, 100000000 + i)::sparsevec, "
        "ARRAY['t' || i % 3], jsonb_build_object('n', i), false, now(), now() "
        "FROM generate_series({}, {}) i ON CONFLICT DO NOTHING",
        from, from + count - 1);
}

class Archive : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/stele-archive.XXXXXX";
        dir = ::mkdtemp(name);
        ::setenv("STELE_HOME", (dir / "home").c_str(), 1);
    }
    void TearDown() override {
        ::unsetenv("STELE_HOME");
        fs::remove_all(dir);
        EXPECT_EQ(scratches(), "0");
    }

    static void fill(const TestDatabase& database, int rows = 500) {
        query(database.url(), insert_sql(1, rows));
    }
    static std::string scratches() {
        return query(testing::server_url(),
                     "SELECT count(*) FROM pg_database WHERE datname LIKE 'stele_scratch%'");
    }
    static Bench bench(const std::string& url) {
        return Bench(url, url,
                     [](runtime::Registry& registry) { register_operations(registry, {}); });
    }
    static json::value run(const std::string& url, const std::string& name, json::object input) {
        return bench(url).run(name, input);
    }
    // Everything a database holds, in a line.
    static std::string contents(const std::string& url) {
        const runtime::Settings settings;
        pg::Database db(pg::ConnInfo::parse(url), {.size = 1});
        const runtime::Context context{{}, settings, db,   nullptr, deadline_in(1min),
                                       {}, "",       true, {}};
        Snapshot snapshot(pg::ConnInfo::parse(url), deadline_in(1min));
        std::string out;
        for (const TableState& table : snapshot.tables(context, 1))
            if (table.name != "stele_backups")
                out += fmt::format("{}:{}:{} ", table.name, table.rows, table.checksum);
        return out;
    }
    std::string dumped(const TestDatabase& database) {
        const std::string file = (dir / (database.name() + ".dump")).string();
        run(database.url(), "db.dump", {{"file", file}});
        return file;
    }
    static json::object words(const std::string& token, json::object more) {
        more["force"] = true;
        more["confirm"] = token;
        return more;
    }
    static Error refusal(const std::function<void()>& body) {
        try {
            body();
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "nothing was refused"};
    }
    static json::value verify(const std::string& file, bool deep = false) {
        return run(testing::server_url(), "db.verify_dump", {{"file", file}, {"deep", deep}});
    }

    fs::path dir;
};

}  // namespace stele::archive
