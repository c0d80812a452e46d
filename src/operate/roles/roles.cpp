#include "operate/roles/roles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/lint/inventory.hpp"
#include "operate/migrations/role_rules.hpp"
#include "operate/roles/sql.hpp"
#include "operate/status/sql.hpp"

namespace stele::roles {

namespace {

using ops::Privileges;
using ops::Role;

constexpr std::chrono::seconds kLimit{30};
constexpr const char* kInsufficientPrivilege = "42501";

std::vector<std::string> table_names() {
    const auto inventory = lint::inventory_of(ops::embedded_migrations());
    std::vector<std::string> out(inventory.expected.begin(), inventory.expected.end());
    out.emplace_back("schema_migrations");
    return out;
}

std::string create_role(std::string_view role) {
    return fmt::format(
        "DO $$ BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        role);
}

// Looks at one database through the owner's connection.
class RoleReader {
  public:
    explicit RoleReader(const pg::ConnInfo& admin)
        : connection_(pg::Connection::open(admin, {.prepared_statements = false},
                                           deadline_in(limits::kConnectTimeout))),
          tables_(table_names()) {
        const auto rows = ask(sql::owner, tables_);
        owner_ = rows[0].get<std::optional<std::string>>(0).value_or("");
        schema_ = rows[0].get<std::optional<std::string>>(1).value_or("public");
        database_ = rows[0].get<std::string>(2);
    }

    RolesOutput report(const std::string& login) {
        RolesOutput out;
        out.owner = owner_;
        out.login = login;
        out.login_excess = ops::excess_powers(ask(ops::sql::role_powers, login));
        if (owner_.empty()) add_owner();
        for (const Role role : ops::kRoles) look_at(role);
        out.findings = std::move(findings_);
        out.sql = fmt::format("-- {}\n{};\n",
                              owner_.empty() ? "There are no tables yet: grant stele_owner to the "
                                               "login that migrates"
                                             : fmt::format("The tables belong to {}", owner_),
                              fmt::join(everything_, ";\n"));
        return out;
    }

    void run(const std::vector<RoleFinding>& findings) {
        connection_->script("BEGIN", deadline_in(kLimit));
        for (const RoleFinding& finding : findings)
            for (const std::string& statement : finding.sql)
                connection_->script(statement, deadline_in(kLimit));
        connection_->script("COMMIT", deadline_in(kLimit));
    }

  private:
    template <class... Args>
    pg::Result ask(const pg::Statement& statement, const Args&... args) {
        return connection_->run(statement, pg::Params(connection_->types(), args...),
                                deadline_in(kLimit));
    }

    // Before the first migration there is nobody who owns anything.
    void add_owner() {
        const std::vector<std::string> grants{
            create_role("stele_owner"),
            fmt::format("GRANT CREATE, CONNECT ON DATABASE \"{}\" TO stele_owner", database_),
            fmt::format("GRANT CREATE, USAGE ON SCHEMA \"{}\" TO stele_owner", schema_)};
        everything_ = grants;
        if (ask(sql::attributes, "stele_owner").empty())
            findings_.push_back({"stele_owner", "role", {"the role itself"}, {}, grants});
    }

    void look_at(Role role) {
        const std::string name(ops::name_of(role));
        const auto attributes = ask(sql::attributes, name);
        everything_.push_back(create_role(name));
        everything_.push_back(fmt::format("GRANT USAGE ON SCHEMA \"{}\" TO {}", schema_, name));
        if (attributes.empty())
            findings_.push_back(
                {name, "role", {"the role itself"}, {}, {everything_[everything_.size() - 2]}});
        if (attributes.empty() || !attributes[0].get<bool>(1))
            findings_.push_back({name, "schema " + schema_, {"USAGE"}, {}, {everything_.back()}});
        if (!attributes.empty()) look_at_attributes(name, attributes[0]);
        for (const pg::Row row : ask(sql::privileges, name, tables_))
            look_at_table(role, name, row);
    }

    void look_at_attributes(const std::string& name, const pg::Row& row) {
        const auto excess = row.get<std::vector<std::string>>(0);
        if (excess.empty()) return;
        const auto alter = fmt::format("ALTER ROLE {} NO{}", name, fmt::join(excess, " NO"));
        findings_.push_back({name, "role", {}, excess, {alter}});
        everything_.push_back(alter);
    }

    void look_at_table(Role role, const std::string& name, const pg::Row& row) {
        const auto table = row.get<std::string>(0);
        const auto can = row.get<std::vector<std::string>>(2);
        const Privileges wanted = ops::wanted_privileges(
            role, {row.get<std::string>(1), row.get<bool>(4), row.get<bool>(5)});
        RoleFinding finding{name, "table " + table, {}, {}, {}};
        for (const std::string& privilege : wanted)
            if (std::ranges::find(can, privilege) == can.end())
                finding.missing.push_back(privilege);
        for (const std::string& privilege : row.get<std::vector<std::string>>(3))
            if (!wanted.contains(privilege)) finding.excess.push_back(privilege);
        if (!finding.excess.empty())
            finding.sql.push_back(fmt::format("REVOKE {} ON {} FROM {}",
                                              fmt::join(finding.excess, ", "), table, name));
        everything_.insert(everything_.end(), finding.sql.begin(), finding.sql.end());
        if (!wanted.empty())
            everything_.push_back(
                fmt::format("GRANT {} ON {} TO {}", fmt::join(wanted, ", "), table, name));
        if (!finding.missing.empty()) finding.sql.push_back(everything_.back());
        if (!finding.sql.empty()) findings_.push_back(std::move(finding));
    }

    std::unique_ptr<pg::Connection> connection_;
    const std::vector<std::string> tables_;
    std::string owner_, schema_, database_;
    std::vector<RoleFinding> findings_;
    std::vector<std::string> everything_;  // the whole script, whatever is there already
};

std::string runtime_login(const runtime::Context& context) {
    return context.db.pool().info().get("user");
}

}  // namespace

RolesOutput look(runtime::Context& context, const RolesInput& input) {
    RolesOutput out = RoleReader(ops::admin_endpoint(context)).report(runtime_login(context));
    if (!input.sql) out.sql.clear();
    if (input.check && !(out.findings.empty() && out.login_excess.empty())) out.exit_code = 1;
    return out;
}

RolesOutput apply(runtime::Context& context, const ApplyInput&) {
    RoleReader database(ops::admin_endpoint(context));
    RolesOutput out = database.report(runtime_login(context));
    out.sql.clear();
    try {
        database.run(out.findings);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != kInsufficientPrivilege) throw;
        throw Error(Code::refused, fmt::format("nothing was changed: {}", error.message()),
                    "give the administrator what `stele db roles --sql` prints");
    }
    out.applied = true;
    return out;
}

}  // namespace stele::roles
