// Brings one table's rows into the database, a batch at a time.
#pragma once

#include "operate/tenant/catalog.hpp"
#include "operate/tenant/models.hpp"
#include "operate/tenant/types.hpp"

namespace stele::tenant {

// What became of rows; conflicts are listed up to limits::kScopedConflicts and counted beyond.
struct Findings {
    std::int64_t count = 0;
    std::vector<ConflictOutput> listed;
};

// Lives inside one transaction of the session.
class Stage {
  public:
    Stage(Session& session, const Table& table, const ModelNumbers& models);

    // Lines as COPY … FROM takes them. They wait until settle().
    void fill(const std::string& copy_lines, std::int64_t rows);

    // Compares the waiting rows with the table's and, with `write`, inserts the new ones first.
    // Whatever is in the table stays as it is. Adds to `out` and `findings`, and the stage is
    // empty.
    void settle(bool write, TableOutput& out, Findings& findings);

    void drop();

  private:
    void compare(bool written, std::int64_t inserted, TableOutput& out, Findings& findings);
    std::int64_t collect(const std::string& sql, std::string_view kind, Findings& findings);
    void collect_hidden(std::int64_t hidden, Findings& findings);
    void list(const pg::Row& row, std::string_view kind, Findings& findings) const;
    std::size_t room(const Findings& findings) const;

    Session& session_;
    const Table& table_;
    const ModelNumbers& models_;
    std::int64_t waiting_ = 0;
};

}  // namespace stele::tenant
