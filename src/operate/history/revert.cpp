#include "operate/history/revert.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/database.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/holds.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/history/losses.hpp"
#include "operate/migrations/ledger.hpp"
#include "runtime/confirm.hpp"
#include "runtime/settings.hpp"

namespace stele::history {

namespace {

constexpr std::chrono::seconds kLedgerLimit{30};

std::string version_or_none(int version) {
    return version ? ops::version_text(version) : "none";
}

void refuse_production(const runtime::Context& context, const RevertInput& input) {
    const bool production = context.settings.environment == runtime::Environment::production;
    if (production && !input.allow_production)
        throw Error(Code::refused, "nothing was changed: environment is production",
                    "mend the schema forward with a new migration; when you mean to lose data: "
                    "--allow-production");
}

int current_version(pg::Connection& connection, const ops::Migrations& migrations, int to) {
    const auto rows = ops::read_ledger(connection, deadline_in(kLedgerLimit));
    if (const auto drift = ops::find_drift(rows, migrations))
        throw Error(Code::refused, drift->message, drift->remedy, {{"drift", drift->kind}});
    const int current = rows.empty() ? 0 : rows.back().version;
    if (to > current)
        throw Error(Code::refused,
                    fmt::format("the database is at {}, before {}", version_or_none(current),
                                ops::version_text(to)),
                    "`stele db migrate --to` goes forward");
    return current;
}

void require_backup(const RevertOutput& plan) {
    if (plan.backup_suffices) return;
    const std::string found = plan.newest_backup ? fmt::format("the newest backup is from {}",
                                                               to_rfc3339(*plan.newest_backup))
                                                 : "there is no backup";
    const std::string rows =
        plan.newest_row ? fmt::format("the newest row from {}", to_rfc3339(*plan.newest_row))
                        : "this role does not see every tenant's rows";
    throw Error(Code::refused, fmt::format("nothing was changed: {}, {}", found, rows),
                "`stele db backup` makes one; --without-backup goes on without");
}

std::unique_ptr<pg::Connection> open(const runtime::Context& context, const RevertInput& input) {
    const pg::ConnInfo admin = ops::admin_endpoint(context);
    if (input.dry_run) return archive::open_operator(admin, context.deadline);
    return ops::open_runner(admin, {.cancelled = context.cancelled});
}

}  // namespace

RevertOutput revert(runtime::Context& context, const RevertInput& input) {
    if (!input.dry_run) {
        ops::require_confirmation(input.force, input.confirm, "revert-postgres");
        refuse_production(context, input);
    }
    const ops::Migrations& migrations = ops::embedded_migrations();
    const auto runner = open(context, input);
    const int from = current_version(*runner, migrations, input.to);
    const auto oper = archive::open_operator(ops::operator_endpoint(context), context.deadline);
    const Outlook outlook = look_ahead(*oper, migrations, from, input.to, context.deadline);
    RevertOutput out{
        input.dry_run,      version_or_none(from), version_or_none(input.to), {}, outlook.losses,
        outlook.newest_row, outlook.newest_backup, outlook.backup_suffices()};
    if (!input.dry_run && !out.destroyed.empty())
        archive::refuse_legal_holds(*oper, context.deadline);
    if (!input.dry_run && from != input.to && !input.without_backup) require_backup(out);
    for (int version = from; version > input.to; --version) {
        const ops::Migration& migration = migrations[std::size_t(version - 1)];
        try {
            if (!input.dry_run) ops::unapply(*runner, migration, {.cancelled = context.cancelled});
        } catch (const Error& error) {
            throw Error(
                error.code(),
                fmt::format("{}; the schema is at {}", error.message(), version_or_none(version)),
                error.hint(), error.details(), error.retryable());
        }
        out.reverted.push_back(migration.id());
    }
    if (!input.dry_run) context.db.pool().clear();
    return out;
}

}  // namespace stele::history
