// Which tables hold a tenant's rows: asked of the database, so that what a later migration adds is
// moved like the rest.
#pragma once

#include <string>
#include <vector>

#include "operate/tenant/file_format.hpp"
#include "operate/tenant/session.hpp"

namespace stele::tenant {

struct Column {
    std::string name;
    std::string sql;  // quoted
    std::string type;
    std::string order;      // as ORDER BY takes it, the same on every server
    bool is_model = false;  // refers to embedding_models
};

struct UniqueIndex {
    std::vector<std::string> columns;  // quoted
    std::string condition;             // of a partial index, over unqualified columns; or ""
};

struct Table {
    std::string name;
    std::string sql;  // schema-qualified, quoted
    std::vector<Column> columns;
    std::vector<Column> key;
    std::vector<UniqueIndex> unique;
    std::vector<std::string> refers_to;  // tenant tables, itself among them
    bool refers_to_itself() const;
    TableRef ref() const;
};

// In the order in which their rows can be inserted: what is referred to comes first; among equals,
// by name. Throws Error(refused) where a table's rows are not kept apart by row-level security in
// this session, or may not be read by it, and Error(unsupported) for what this program could not
// carry: no primary key, references in a circle or to a table that it does not know.
std::vector<Table> tenant_tables(Session& session);

// The order alone. Throws Error(unsupported) for a circle.
std::vector<Table> in_insert_order(std::vector<Table> tables);

}  // namespace stele::tenant
