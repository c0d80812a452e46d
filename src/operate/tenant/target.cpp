#include "operate/tenant/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/pg/error.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/tenant/sql.hpp"

namespace stele::tenant {

namespace {

std::string version_of(const std::vector<MigrationRef>& migrations) {
    return migrations.empty() ? "none" : migrations.back().version;
}

[[noreturn]] void refuse_migrations(const std::vector<MigrationRef>& file,
                                    const std::vector<MigrationRef>& here) {
    if (version_of(file) != version_of(here))
        throw Error(Code::refused,
                    fmt::format("the file was made at migration {}, this database is at {}",
                                version_of(file), version_of(here)),
                    "bring both databases to one version (`stele db migrate`) and export again");
    throw Error(Code::refused,
                fmt::format("the file's migrations up to {} are not the ones applied here: their "
                            "checksums differ",
                            version_of(file)),
                "the two schemas have different histories; `stele db status` tells about drift");
}

}  // namespace

std::vector<MigrationRef> migrations_of(Session& session) {
    std::vector<MigrationRef> out;
    for (const ops::LedgerRow& row : ops::read_ledger(session.connection(), session.deadline()))
        out.push_back({ops::version_text(row.version), row.name, row.checksum});
    return out;
}

void require_same_schema(Session& session, const Header& header, const std::vector<Table>& tables) {
    const std::vector<MigrationRef> here = migrations_of(session);
    if (header.migrations != here) refuse_migrations(header.migrations, here);
    bool same = header.tables.size() == tables.size();
    for (std::size_t i = 0; same && i < tables.size(); ++i)
        if (header.tables[i] != tables[i].ref())
            throw Error(Code::refused,
                        fmt::format("the table {} is not here as it was where the file was made",
                                    header.tables[i].name),
                        "a column was added, removed or changed by hand on one side");
    if (!same)
        throw Error(Code::refused,
                    fmt::format("the file has {} tables, this database has {} with tenants' rows",
                                header.tables.size(), tables.size()),
                    "a table was added or removed by hand on one side");
}

void RowProgress::tell() const {
    if (context_.cancelled.stop_requested()) throw Error(Code::cancelled, "the caller went away");
    if (context_.progress) context_.progress({double(rows_), double(total_), what_});
}

}  // namespace stele::tenant
