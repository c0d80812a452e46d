// The ledger schema_migrations, and how it can disagree with the files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/pg/connection.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::ops {

struct LedgerRow {
    int version = 0;
    std::string name;
    std::string checksum;
    Timestamp applied_at;
};

// Ordered by version. Throws Error(refused) when the table is some other tool's.
std::vector<LedgerRow> read_ledger(pg::Connection& connection, Deadline deadline);
std::vector<LedgerRow> ledger_rows(const pg::Result& result);
// Makes the table where there is none, so that a second run changes nothing.
void ensure_ledger(pg::Connection& connection, Deadline deadline);
void record(pg::Connection& connection, const Migration& migration,
            std::chrono::milliseconds duration, Deadline deadline);

// Why nothing may run on this database; the first finding, most telling kind first. `rows` ordered
// by version.
struct Drift {
    std::string kind;  // newer, changed, gap, out_of_order
    std::string message;
    std::string remedy;
};
std::optional<Drift> find_drift(const std::vector<LedgerRow>& rows, const Migrations& migrations);

}  // namespace stele::ops
