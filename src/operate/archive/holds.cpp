#include "operate/archive/holds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "foundation/base/error.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/archive/sql.hpp"

namespace stele::archive {

std::vector<std::string> held_tables(pg::Connection& oper, Deadline deadline) {
    const std::string schema = identity_of(oper, deadline).schema;
    std::vector<std::string> out;
    for (const pg::Row row :
         oper.run(sql::retention_tables, pg::Params(oper.types(), schema), deadline)) {
        const auto table = row.get<std::string>(0);
        const pg::Result held =
            oper.script(fmt::format("SELECT 1 FROM {}.{} WHERE retention = 'legal-hold' LIMIT 1",
                                    quote_name(schema), quote_name(table)),
                        deadline);
        if (!held.empty()) out.push_back(table);
    }
    return out;
}

void refuse_legal_holds(pg::Connection& oper, Deadline deadline) {
    const auto tables = held_tables(oper, deadline);
    if (tables.empty()) return;
    throw Error(
        Code::refused,
        fmt::format("nothing was changed: {} has rows under legal hold", fmt::join(tables, ", ")),
        "export them, then end the holds: `stele memory update ID --retention standard`");
}

}  // namespace stele::archive
