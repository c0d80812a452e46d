#include "operate/lint/inventory.hpp"

#include "operate/migrations/sql_script.hpp"

namespace stele::lint {

namespace {

bool is_relation(std::string_view type) {
    return type == "OBJECT_TABLE" || type == "OBJECT_FOREIGN_TABLE" || type == "OBJECT_VIEW" ||
           type == "OBJECT_MATVIEW";
}

void made(Inventory& out, const std::string& name) {
    out.retired.erase(name);
    out.expected.insert(name);
}

void made(Inventory& out, const ops::Node& relation) {
    const bool temporary = relation.text("relpersistence") == "t";
    if (!temporary) made(out, relation.name());
}

void gone(Inventory& out, const std::string& name) {
    if (out.expected.erase(name) != 0) out.retired.insert(name);
}

void read_statement(const ops::Node& root, Inventory& out) {
    if (root.is("CreateStmt")) made(out, root.at("relation"));
    if (root.is("CreateForeignTableStmt")) made(out, root.at("base").at("relation"));
    if (root.is("CreateTableAsStmt")) made(out, root.at("into").at("rel"));
    if (root.is("ViewStmt")) made(out, root.at("view"));
    if (root.is("DropStmt") && is_relation(root.text("removeType")))
        for (const ops::Node& object : root.list("objects")) gone(out, object.name());
    if (root.is("RenameStmt") && is_relation(root.text("renameType"))) {
        gone(out, root.at("relation").name());
        made(out, std::string(root.text("newname")));
    }
}

}  // namespace

Inventory inventory_of(const ops::Migrations& migrations) {
    Inventory out;
    for (const ops::Migration& migration : migrations) {
        const ops::Script script(migration.up);
        for (const ops::Statement& statement : script.statements())
            read_statement(statement.root(), out);
    }
    return out;
}

}  // namespace stele::lint
