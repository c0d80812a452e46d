// The rules' tests, grouped by what a statement does. Each is given one statement without its
// semicolon, looks at its first words, and writes what it finds into the scope.
#pragma once

#include "operate/lint/scope.hpp"

namespace stele::lint {

// checks_drop.cpp
void check_drop(Tokens statement, Scope& scope);

// checks_alter.cpp: ALTER of anything
void check_alter(Tokens statement, Scope& scope);

// checks_create.cpp: notes what is made; CREATE INDEX
void check_create(Tokens statement, Scope& scope);
void check_reindex(Tokens statement, Scope& scope);

// checks_locks.cpp: what rewrites a table or keeps its users waiting
void check_lock(Tokens statement, Scope& scope);
void check_vacuum(Tokens statement, Scope& scope);
void check_cluster(Tokens statement, Scope& scope);
void check_refresh(Tokens statement, Scope& scope);
// One action of ALTER TABLE, from its first word on.
void check_rewrite(Tokens action, const std::string& known, Scope& scope);
// The definition of a column behind its name, in ALTER TABLE … ADD COLUMN.
void check_new_column(Tokens definition, const Token& add, const std::string& column,
                      const std::string& known, Scope& scope);

// checks_rows.cpp
void check_truncate(Tokens statement, Scope& scope);
void check_delete(Tokens statement, Scope& scope);
void check_update(Tokens statement, Scope& scope);
void check_merge(Tokens statement, Scope& scope);
void check_with(Tokens statement, Scope& scope);
void check_revoke(Tokens statement, Scope& scope);

// checks_session.cpp
void check_transaction(Tokens statement, Scope& scope);
void check_set(Tokens statement, Scope& scope);
// For every statement, before the others: notes lock_timeout, or misses it.
void check_lock_timeout(Tokens statement, Scope& scope);

}  // namespace stele::lint
