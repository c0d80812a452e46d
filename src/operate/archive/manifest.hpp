// The manifest beside a dump: what the dump must hold, and what it came from.
//
// <file>.manifest.json, 0600, format 1. Its text is canonical (what manifest_text() writes, byte by
// byte) and its last member is the SHA-256 of all the others, so any change to it is found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::archive {

using reflect::field;
using reflect::fields;

// `checksum` is the sum, over the rows, of the first 64 bits (signed) of the SHA-256 of a row's
// bytes (sql/tables.sql): it depends neither on the order of rows nor on how they are laid out.
struct TableState {
    std::string name;
    std::int64_t rows = 0;
    std::string checksum;
    template <class S = TableState>
    static auto describe() {
        return fields(field("name", &S::name, "The table").required(),
                      field("rows", &S::rows, "Its rows").required(),
                      field("checksum", &S::checksum, "Of its rows in any order").required());
    }
    friend bool operator==(const TableState&, const TableState&) = default;
};

struct AppliedVersion {
    int version = 0;
    std::string name, checksum;
    template <class S = AppliedVersion>
    static auto describe() {
        return fields(field("version", &S::version, "Number").required(),
                      field("name", &S::name, "Name").required(),
                      field("checksum", &S::checksum, "SHA-256 of its up file").required());
    }
};

struct Extension {
    std::string name, version;
    std::optional<std::string> schema = {};
    template <class S = Extension>
    static auto describe() {
        return fields(field("name", &S::name, "Name").required(),
                      field("version", &S::version, "Version").required(),
                      field("schema", &S::schema, "Where its types and functions live"));
    }
};

struct Grant {
    std::string role, object, privileges;
    template <class S = Grant>
    static auto describe() {
        return fields(field("role", &S::role, "One of Stele's roles").required(),
                      field("object", &S::object, "On what").required(),
                      field("privileges", &S::privileges, "Which").required());
    }
};

// Where the rows came from; no user, no password. `system_identifier` is PostgreSQL's, or
// "host:port" where the role may not ask for it; with `database` it tells which database a backup
// is of, whatever the address it was reached by.
struct Source {
    std::string host, port, database, schema, server_version;
    std::optional<std::string> system_identifier = {};
    template <class S = Source>
    static auto describe() {
        return fields(field("host", &S::host, "Host or socket directory"),
                      field("port", &S::port, "Port"), field("database", &S::database, "Database"),
                      field("schema", &S::schema, "Schema").required(),
                      field("serverVersion", &S::server_version, "PostgreSQL's version").required(),
                      field("systemIdentifier", &S::system_identifier, "Which server it is"));
    }
};

struct DumpFile {
    std::string name;
    std::int64_t bytes = 0;
    std::string sha256;
    template <class S = DumpFile>
    static auto describe() {
        return fields(field("name", &S::name, "The file's name when it was made"),
                      field("bytes", &S::bytes, "Its size").required(),
                      field("sha256", &S::sha256, "Its SHA-256").required());
    }
};

struct Manifest {
    int format = 1;
    std::string tool;
    Timestamp made_at;
    Source source;
    int migration_version = 0;
    std::vector<AppliedVersion> migrations;
    std::vector<Extension> extensions;
    std::vector<TableState> tables;
    std::vector<Grant> grants;
    DumpFile dump;
    std::vector<std::string> artifacts;
    std::string redaction;
    template <class S = Manifest>
    static auto describe() {
        return fields(
            field("format", &S::format, "Version of this format").required().range(1, 1),
            field("tool", &S::tool, "The program that wrote it").required(),
            field("madeAt", &S::made_at, "The moment of the snapshot").required(),
            field("source", &S::source, "Where the rows came from").required(),
            field("migrationVersion", &S::migration_version, "The schema's version").required(),
            field("migrations", &S::migrations, "The ledger").required(),
            field("extensions", &S::extensions, "Extensions and their versions").required(),
            field("tables", &S::tables, "Rows and checksum of every table").required(),
            field("grants", &S::grants, "What Stele's roles may do; a dump holds no privileges"),
            field("dump", &S::dump, "The file this describes").required(),
            field("artifacts", &S::artifacts,
                  "Payloads outside PostgreSQL: never copied, only listed"),
            field("redaction", &S::redaction, "What was left out of this manifest"));
    }
    std::int64_t rows() const;
};

std::filesystem::path manifest_of(const std::filesystem::path& dump);
std::string manifest_text(const Manifest& manifest);
// Throws Error(failed) that says what is wrong with the text: not JSON, another format, altered.
Manifest parse_manifest(const std::string& text, const std::filesystem::path& path);
Manifest read_manifest(const std::filesystem::path& dump);

}  // namespace stele::archive
