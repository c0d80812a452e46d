// Tenants with rows in every table, and the operations at work on them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "operate/setup/tests/context.hpp"
#include "operate/tenant/operations.hpp"
#include "support/test_database.hpp"

namespace stele::tenant {

namespace fs = std::filesystem;
using testing::query;
using testing::TestDatabase;

inline std::string org_of(int tenant) {
    return fmt::format("0a000000-0000-4000-8000-{:012x}", tenant);
}
inline constexpr const char* kProject = "0b000000-0000-4000-8000-000000000001";

// Two models; ids differ from database to database.
inline void add_models(const std::string& url, const std::string& before = "") {
    if (!before.empty())
        query(url, fmt::format("INSERT INTO embedding_models (name, dimensions, weights_hash) "
                               "VALUES ('{}', 3, 'other')",
                               before));
    query(url,
          "INSERT INTO embedding_models (name, dimensions, weights_hash, active) "
          "VALUES ('tiny', 3, 'w1', true), ('small', 3, 'w2', false)");
}

// `rows` memories with versions, vectors, a receipt and queue entries, with everything in them that
// a text format can stumble over. The ids and most of the content are the same for every tenant;
// the marker stands in each text column.
inline void add_rows(const std::string& url, int tenant, int rows, const std::string& marker,
                     const std::string& project = kProject) {
    const std::string sql = fmt::format(
        R"sql(
INSERT INTO memories
SELECT '{0}', '{1}', ('01890a5d-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
       'project:/{3}', '{3}', 'type {3}', 'category {3}', 'source {3}', 'trust {3}',
       format(E'shared text %s {3}\twith "quotes" \\ \\N \\. \n\r\b\f\v\x01\x1f é 🗿 \\\\', i),
       sha256(convert_to(i::text, 'UTF8')),
       format('{{%s:0.1,%s:3.25e-05}}/1000000000', i, i + 7)::sparsevec,
       ARRAY['tag {3}', 'a,b', '"', '\', 'NULL', ''],
       jsonb_build_object('k', '{3}', 'n', 1.50, 'b', E'\\ "\t'),
       i % 2 = 0, 'uri {3}', NULL, '', 'job {3}', 'message {3}',
       '2026-01-02 03:04:05.678901+02'::timestamptz + i * interval '1 second', NULL, 'infinity',
       CASE WHEN i % 5 = 0 THEN gen_random_uuid() END, 1 + i % 3, '2026-11-20', '0044-03-15 BC'
FROM generate_series(1, {2}) i;
INSERT INTO memory_vectors
SELECT org_id, project_id, m.id, e.id, '[0.1,-2.5,65504]'
FROM memories m JOIN embedding_models e ON e.name = CASE WHEN pinned THEN 'tiny' ELSE 'small' END
WHERE org_id = '{0}' AND project_id = '{1}' AND version < 3;
INSERT INTO memory_versions
SELECT org_id, project_id, id, 1, jsonb_build_object('content', content), updated_at, 'by {3}'
FROM memories WHERE org_id = '{0}' AND project_id = '{1}' AND version > 1;
INSERT INTO memory_receipts
SELECT '{0}', '{1}', gen_random_uuid(), now(), 'by {3}', 'reason {3}', array_agg(id),
       array_agg(content_hash)
FROM memories WHERE org_id = '{0}' AND project_id = '{1}';
INSERT INTO embedding_queue
SELECT org_id, project_id, id FROM memories
WHERE org_id = '{0}' AND project_id = '{1}' AND version = 3;
)sql",
        org_of(tenant), project, rows, marker);
    query(url, sql);
}

class Folder {
  public:
    Folder() {
        char name[] = "/tmp/stele-tenant.XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() { fs::remove_all(path_); }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

inline std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
inline void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// Everything but the header, which tells when and where it was made, and the trailer, which covers
// the header.
inline std::string sections_of(const std::string& path) {
    const std::string text = read(path);
    const auto from = text.find('\n') + 1, to = text.rfind('\n', text.size() - 2) + 1;
    return text.substr(from, to - from);
}

class Operator {
  public:
    explicit Operator(const std::string& url) : bench_(url, "", register_operations) {}

    json::value export_to(const std::string& file, int tenant) {
        return bench_.run("db.scoped_export",
                          {{"orgId", org_of(tenant)}, {"projectId", kProject}, {"file", file}});
    }
    json::value import(const std::string& file, json::object more = {}) {
        json::object input{{"file", file}, {"force", true}, {"confirm", "import-scoped-postgres"}};
        for (const auto& member : more) input[member.key()] = member.value();
        return bench_.run("db.scoped_import", input);
    }
    ops::Bench& bench() { return bench_; }

  private:
    ops::Bench bench_;
};

inline std::string count(const std::string& url, const std::string& table) {
    return query(url, "SELECT count(*) FROM " + table);
}

// All rows of all tenant tables as one value: equal exactly when nothing has changed.
inline std::string state(const std::string& url) {
    std::string out;
    for (const char* table : {"memories", "memory_vectors", "memory_versions", "memory_receipts",
                              "embedding_queue", "embedding_models"})
        out += query(url, fmt::format("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, "
                                      "'|' ORDER BY t::text)), '-') FROM {} t",
                                      table)) +
               "\n";
    return out;
}

inline Error refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(Code::internal, "nothing was thrown");
}

// What a report says about a table: where it stands among the others is the schema's matter.
inline const json::value& table_of(const json::value& report, std::string_view name) {
    static const json::value kNone;
    for (const json::value& table : report.at("tables").as_array())
        if (table.at("table").as_string() == name) return table;
    ADD_FAILURE() << "nothing is said about " << name;
    return kNone;
}

}  // namespace stele::tenant
