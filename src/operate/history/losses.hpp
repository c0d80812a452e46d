// What reverting would destroy, and whether a backup holds it.
#pragma once

#include <optional>
#include <vector>

#include "foundation/pg/connection.hpp"
#include "operate/history/types.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::history {

struct Outlook {
    std::vector<Loss> losses;
    std::optional<Timestamp> newest_row;  // of all tables but the records of backups and migrations
    std::optional<Timestamp> newest_backup;  // that was not removed
    bool sees_every_row = true;
    bool backup_suffices() const;
};

// Reads the down files of the versions above `to`, and the tables as the operator. What a DO block
// puts together and EXECUTEs is not seen.
Outlook look_ahead(pg::Connection& oper, const ops::Migrations& migrations, int from, int to,
                   Deadline deadline);

}  // namespace stele::history
