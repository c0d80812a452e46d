#include "operate/migrations/role_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace stele::ops {

namespace {

// Tables without a tenant have a rule each; what a role is not named for, it may not.
struct SharedTable {
    std::string_view name;
    Privileges runtime, readonly, oper, audit;
};

const std::array<SharedTable, 4>& shared_tables() {
    static const std::array<SharedTable, 4> kTables{{
        {"embedding_models", {"SELECT", "INSERT", "UPDATE"}, {"SELECT"}, {"SELECT"}, {}},
        {"stele_backups", {"SELECT"}, {"SELECT"}, {"SELECT"}, {"SELECT"}},
        {"partitioned_tables", {"SELECT"}, {"SELECT"}, {"SELECT"}, {}},
        {"schema_migrations", {"SELECT"}, {"SELECT"}, {"SELECT"}, {"SELECT"}},
    }};
    return kTables;
}

bool is_shared(std::string_view table) {
    return std::ranges::any_of(shared_tables(),
                               [&](const SharedTable& shared) { return shared.name == table; });
}

Privileges of_tenant_table(Role role, const TableFacts& table) {
    switch (role) {
        case Role::runtime:
            if (table.append_only) return {"SELECT", "INSERT"};
            return {"SELECT", "INSERT", "UPDATE", "DELETE"};
        case Role::audit:
            // The proofs of what was taken away.
            if (table.name == "memory_receipts" || table.name == "chat_receipts" ||
                table.name == "retention_log")
                return {"SELECT"};
            return {};
        case Role::readonly:
        case Role::oper:
            return {"SELECT"};
        case Role::maintenance:
            return {};  // functions, no tables
    }
    return {};
}

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
        case Role::runtime:
            return "stele_runtime";
        case Role::readonly:
            return "stele_readonly";
        case Role::oper:
            return "stele_operator";
        case Role::audit:
            return "stele_audit";
        case Role::maintenance:
            return "stele_maintenance";
    }
    return "";
}

Privileges wanted_privileges(Role role, const TableFacts& table) {
    if (table.tenant) return of_tenant_table(role, table);
    for (const SharedTable& shared : shared_tables()) {
        if (shared.name != table.name) continue;
        switch (role) {
            case Role::runtime:
                return shared.runtime;
            case Role::readonly:
                return shared.readonly;
            case Role::oper:
                return shared.oper;
            case Role::audit:
                return shared.audit;
            case Role::maintenance:
                return {};
        }
    }
    return {};
}

std::vector<std::string> excess_powers(const pg::Result& powers) {
    std::vector<std::string> out;
    for (const pg::Row row : powers) {
        const auto kind = row.get<std::string>(0), object = row.get<std::string>(1);
        const auto held = row.get<std::vector<std::string>>(2);
        if (kind != "table") {
            for (const std::string& power : held)
                out.push_back(object.empty() ? power : fmt::format("{} {}", power, object));
            continue;
        }
        const Privileges wanted =
            wanted_privileges(Role::runtime, {object, row.get<bool>(3), row.get<bool>(4)});
        if (!row.get<bool>(3) && !is_shared(object)) continue;  // another tool's
        std::vector<std::string> more;
        for (const std::string& privilege : held)
            if (!wanted.contains(privilege)) more.push_back(privilege);
        if (!more.empty()) out.push_back(fmt::format("may {} {}", fmt::join(more, ", "), object));
    }
    return out;
}

}  // namespace stele::ops
