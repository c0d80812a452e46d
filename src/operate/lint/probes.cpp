#include "operate/lint/probes.hpp"

#include <fmt/format.h>

#include <map>

#include "foundation/base/error.hpp"
#include "operate/lint/distribution.hpp"
#include "operate/lint/sql.hpp"

namespace stele::lint {

namespace {

constexpr std::chrono::minutes kLimit{2};
constexpr const char* kTenantChecks[] = {"tenant-rows", "tenant-closed", "tenant-insert",
                                         "tenant-apart"};

template <class... Args>
pg::Result ask(pg::Connection& connection, const pg::Statement& statement, const Args&... args) {
    return connection.run(statement, pg::Params(connection.types(), args...), deadline_in(kLimit));
}

void append(std::string& evidence, std::string_view line) {
    evidence += (evidence.empty() ? "" : "; ") + std::string(line);
}

// A probe's statement answers with one line for each thing that is wrong.
CheckOutput check(const char* name, const pg::Result& wrong, std::string_view well) {
    CheckOutput out{name, wrong.empty(), {}};
    for (const auto row : wrong) append(out.evidence, row.get<std::string>(0));
    if (out.passed) out.evidence = well;
    return out;
}

CheckOutput check_tables(pg::Connection& connection, const Inventory& inventory) {
    const std::vector<std::string> expected(inventory.expected.begin(), inventory.expected.end());
    const std::vector<std::string> retired(inventory.retired.begin(), inventory.retired.end());
    return check(
        "tables", ask(connection, sql::probe_tables, expected, retired),
        fmt::format("{} are there, {} retired ones are not", expected.size(), retired.size()));
}

// The probes make rows and take constraints away; whatever happens, nothing of it stays.
class Rollback {
  public:
    explicit Rollback(pg::Connection& connection) : connection_(connection) {
        connection_.script("BEGIN", deadline_in(kLimit));
    }
    ~Rollback() {
        try {
            if (!connection_.broken()) connection_.script("ROLLBACK", deadline_in(kLimit));
        } catch (const std::exception&) {
            connection_.mark_broken();
        }
    }
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;

  private:
    pg::Connection& connection_;
};

void check_tenants(pg::Connection& connection, std::vector<CheckOutput>& out) {
    const Rollback rollback(connection);
    ask(connection, sql::tenant_tables_define);
    ask(connection, sql::probe_tenants_define);
    const int tables = ask(connection, sql::tenant_table_count)[0].get<std::int32_t>(0);
    std::map<std::string, std::string> wrong;
    const auto rows = ask(connection, sql::probe_tenants);
    for (const auto row : rows) append(wrong[row.get<std::string>(0)], row.get<std::string>(1));
    for (const char* name : kTenantChecks) {
        const bool passed = !wrong.contains(name);
        out.push_back(
            {name, passed, passed ? fmt::format("{} tenant tables", tables) : wrong[name]});
    }
}

CheckOutput check_partitions(pg::Connection& connection) {
    const Rollback rollback(connection);
    ask(connection, sql::probe_partitions_define);
    return check("partitions", ask(connection, sql::probe_partitions),
                 "every range of time takes now and the next three months");
}

// Passed means: nothing but what is listed, which the evidence names with the reasons.
CheckOutput check_distribution(pg::Connection& connection) {
    const std::string known = fmt::format(
        "every tenant table could be distributed on org_id, and every named statement touches one "
        "org, but\n{}\n{}\n{}",
        listed("tables", untenanted_tables()), listed("triggers", unsafe_triggers()),
        listed("statements", statements_over_tenants()));
    return check("distribution",
                 ask(connection, sql::probe_distribution, names_of(unsafe_triggers()),
                     names_of(untenanted_tables())),
                 known);
}

// Without the roles nobody can be asked on their behalf.
void fail_for_want_of_roles(const CheckOutput& roles, std::vector<CheckOutput>& out) {
    for (const char* name : {"tenant-forced", "tenant-rows", "tenant-closed", "tenant-insert",
                             "tenant-apart", "append-only", "read-only", "grants"})
        out.push_back({name, false, "cannot be looked at: " + roles.evidence});
}

}  // namespace

std::vector<CheckOutput> probe(pg::Connection& connection, const Inventory& inventory) {
    std::vector<CheckOutput> out{check_tables(connection, inventory)};
    out.push_back(check("roles", ask(connection, sql::probe_roles), "both are there"));
    const CheckOutput roles = out.back();
    if (roles.passed) {
        out.push_back(check("tenant-forced", ask(connection, sql::probe_forced),
                            "every table with an org_id"));
        check_tenants(connection, out);
        out.push_back(check("append-only", ask(connection, sql::probe_append_only),
                            "stele_runtime cannot change history"));
        out.push_back(check("read-only", ask(connection, sql::probe_readonly),
                            "stele_readonly can only read"));
        out.push_back(check("grants",
                            ask(connection, sql::probe_grants, names_of(untenanted_tables())),
                            "nothing is granted past row-level security, or to PUBLIC"));
    } else {
        fail_for_want_of_roles(roles, out);
    }
    out.push_back(check("tenant-key", ask(connection, sql::probe_keys),
                        "org_id and project_id come first in every key of a tenant table"));
    out.push_back(check_partitions(connection));
    out.push_back(check_distribution(connection));
    return out;
}

}  // namespace stele::lint
