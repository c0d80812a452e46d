// Which locks a migration's statements take on tables that are there already, read from its text.
//
// The source is PostgreSQL's documentation: chapter 13.3 (Explicit Locking) and the pages of the
// commands. Not seen: what a DO block puts together and EXECUTEs, what functions do that a
// statement calls, and what CASCADE drags along.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "operate/migrations/sql_script.hpp"

namespace stele::ops {

// Weakest first.
enum class LockMode {
    access_share,
    row_share,
    row_exclusive,
    share_update_exclusive,
    share,
    share_row_exclusive,
    exclusive,
    access_exclusive
};
std::string_view name_of(LockMode mode);  // "ACCESS EXCLUSIVE"

struct StatementLocks {
    int line = 1;
    std::string statement;                  // its beginning, on one line
    std::map<std::string, LockMode> locks;  // table → its strongest lock; new tables are left out
    bool dynamic = false;                   // it also runs SQL that is put together at run time
    std::string problem;  // why the parser could not read it; the locks are unknown
};

// Reads files in the order in which they run: what earlier ones made is there already, what the
// file itself makes nobody waits for.
class LockReader {
  public:
    std::vector<StatementLocks> read(std::string_view script);

  private:
    void read_statement(const Node& root, StatementLocks& out);
    bool read_creation(const Node& root, StatementLocks& out);
    void read_create_table(const Node& create, StatementLocks& out);
    void read_references(const std::string& table, const Node& statement, StatementLocks& out);
    void read_drop(const Node& drop, StatementLocks& out);
    void read_alter(const Node& alter, StatementLocks& out);
    void read_alter_table(const Node& alter, StatementLocks& out);
    void read_rename(const Node& rename, StatementLocks& out);
    void read_maintenance(const Node& root, StatementLocks& out);
    void read_rows(const Node& statement, StatementLocks& out);
    void lock(const std::string& table, LockMode mode, StatementLocks& out) const;

    std::set<std::string> earlier_, new_;
    std::map<std::string, std::string> index_tables_;
    std::multimap<std::string, std::string> references_;  // table → a table it refers to
};

}  // namespace stele::ops
