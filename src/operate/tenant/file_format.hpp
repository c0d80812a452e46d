// The file that holds one tenant: docs/reference/scoped-format.md. JSON Lines; what is a row begins
// with [, what is about rows begins with {.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::tenant {

inline constexpr std::string_view kFormat = "stele-scoped";
inline constexpr int kFormatVersion = 1;

struct MigrationRef {
    std::string version;
    std::string name;
    std::string sha256;
    friend bool operator==(const MigrationRef&, const MigrationRef&) = default;
    template <class S = MigrationRef>
    static auto describe() {
        using reflect::field;
        return reflect::fields(field("version", &S::version, "NNNN"),
                               field("name", &S::name, "What the file is called after its number"),
                               field("sha256", &S::sha256, "Of the file that was applied"));
    }
};

// Rows refer to a model by its place in the header, counted from 1.
struct ModelRef {
    std::string name;
    int dimensions = 0;
    std::string weights_hash;
    template <class S = ModelRef>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("name", &S::name, "The model's name").required(),
            field("dimensions", &S::dimensions, "Of its vectors").range(1, 4096),
            field("weightsHash", &S::weights_hash, "Tells models of a name apart"));
    }
};

struct ColumnRef {
    std::string name;
    std::string type;
    std::optional<std::string> refers;  // "models": the value is a place in the header's list
    friend bool operator==(const ColumnRef&, const ColumnRef&) = default;
    template <class S = ColumnRef>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("name", &S::name, "The column").required(),
            field("type", &S::type, "Its type, as PostgreSQL writes it"),
            field("refers", &S::refers, "models: a place in the list of models"));
    }
};

struct TableRef {
    std::string name;
    std::vector<ColumnRef> columns;  // in the order of the values in a row; the tenant's come first
    std::vector<std::string> key;    // the primary key, by which the rows are sorted
    friend bool operator==(const TableRef&, const TableRef&) = default;
    // Of its leading columns, how many name the tenant: 2, or 1 for what belongs to a whole org.
    std::size_t tenant_columns() const;
    template <class S = TableRef>
    static auto describe() {
        using reflect::field;
        return reflect::fields(field("name", &S::name, "The table").required(),
                               field("columns", &S::columns, "In the order of a row's values"),
                               field("key", &S::key, "The primary key: the order of the rows"));
    }
};

struct Header {
    std::string format;
    int format_version = 0;
    std::string tool;
    std::string created;
    std::string org;
    std::string project;
    std::vector<MigrationRef> migrations;
    std::vector<ModelRef> models;
    std::vector<TableRef> tables;
    template <class S = Header>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("format", &S::format, "stele-scoped").required(),
            field("formatVersion", &S::format_version, "1"),
            field("tool", &S::tool, "Who wrote it"),
            field("created", &S::created, "When the snapshot was taken"),
            field("org", &S::org, "First half of the tenant").required().format("uuid"),
            field("project", &S::project, "Second half of the tenant").required().format("uuid"),
            field("migrations", &S::migrations, "The schema's history").max_items(9999),
            field("models", &S::models, "Where the vectors come from"),
            field("tables", &S::tables, "The sections that follow, in their order"));
    }
};

// The bytes with which every row of a table begins: ["<org>","<project>"
std::string json_prefix(const TableRef& table, std::string_view org, std::string_view project);
// The same of a line of COPY: <org>\t<project>
std::string copy_prefix(const TableRef& table, std::string_view org, std::string_view project);

// The lines that are no rows, each with its newline.
std::string header_line(const Header& header);
std::string section_line(const TableRef& table);
std::string end_line(const TableRef& table, std::uint64_t rows, const std::string& sha256);
std::string trailer_line(std::size_t sections, std::uint64_t rows, const std::string& sha256);

// Throws Error(refused): not this format, or a version that this program does not know.
Header parse_header(std::string_view line);

}  // namespace stele::tenant
