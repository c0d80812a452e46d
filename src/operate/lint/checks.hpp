// The rules' tests, grouped by what a statement does. Each is given one statement, looks at its
// tree, and writes what it finds into the scope.
#pragma once

#include "operate/lint/scope.hpp"

namespace stele::lint {

// checks_drop.cpp
void check_drop(const Statement& statement, Scope& scope);
void check_drop_other(const Statement& statement, Scope& scope);  // DROP ROLE, DROP OWNED BY …

// checks_alter.cpp: ALTER TABLE and what is altered like a table
void check_alter_table(const Statement& statement, Scope& scope);

// checks_rename.cpp: ALTER of anything
void check_alter_domain(const Statement& statement, Scope& scope);
void check_alter_enum(const Statement& statement, Scope& scope);
void check_rename(const Statement& statement, Scope& scope);
void check_set_schema(const Statement& statement, Scope& scope);

// checks_create.cpp: notes what is made; CREATE INDEX
void check_create_table(const Statement& statement, Scope& scope);
void check_create_foreign_table(const Statement& statement, Scope& scope);
void check_create_table_as(const Statement& statement, Scope& scope);
void check_create_view(const Statement& statement, Scope& scope);
void check_create_index(const Statement& statement, Scope& scope);
void check_create_rule(const Statement& statement, Scope& scope);
void check_reindex(const Statement& statement, Scope& scope);

// checks_locks.cpp: what rewrites a table or keeps its users waiting
void check_lock(const Statement& statement, Scope& scope);
void check_vacuum(const Statement& statement, Scope& scope);
void check_cluster(const Statement& statement, Scope& scope);
void check_refresh(const Statement& statement, Scope& scope);
// One AlterTableCmd, which begins at `here`.
void check_rewrite(const Node& action, const Token& here, const std::string& known, Scope& scope);
// The ColumnDef of ALTER TABLE … ADD COLUMN.
void check_new_column(const Node& column, const Token& add, const std::string& known, Scope& scope);

// checks_rows.cpp
void check_truncate(const Statement& statement, Scope& scope);
void check_rows(const Statement& statement, Scope& scope);
void check_revoke(const Statement& statement, Scope& scope);
void check_revoke_role(const Statement& statement, Scope& scope);
void check_default_privileges(const Statement& statement, Scope& scope);

// checks_session.cpp
void check_transaction(const Statement& statement, Scope& scope);
void check_set(const Statement& statement, Scope& scope);
// For every statement, before the others: notes lock_timeout, or misses it.
void check_lock_timeout(const Statement& statement, Scope& scope);

// Where the statement begins.
inline const Token& start_of(const Statement& statement) {
    return statement.tokens.front();
}
// The first token that is this word, or the statement's first.
const Token& word_in(const Statement& statement, std::string_view word);

}  // namespace stele::lint
