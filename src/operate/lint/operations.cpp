#include "operate/lint/operations.hpp"

#include "operate/lint/lint.hpp"
#include "operate/lint/report.hpp"
#include "operate/lint/validate.hpp"

namespace stele::lint {

namespace {

void add_lint(runtime::Registry& registry) {
    runtime::Operation op = runtime::diagnostic(runtime::operation("db.lint", lint));
    op.summary = "Do migrations keep running binaries working? Rules for expand-only files";
    op.description =
        "Reads SQL files and names what takes something away, locks for long or leaves the "
        "runner's transaction: file:line:column, the rule, why, the safe way. `-- stele:phase "
        "contract` at the top lifts the expand-only rules; `-- stele:allow <rule> <reason>` lifts "
        "one. No database is needed. Exit code 1 on findings.";
    op.idempotent = true;
    op.scopes = {"ops:read"};
    op.doors = runtime::kCli;
    op.offline = true;
    op.examples = {{"The migrations of this program", {}},
                   {"For a code host", {{"format", "sarif"}}}};
    op.render = render_lint;
    registry.add(op);
}

void add_validate(runtime::Registry& registry) {
    runtime::Operation op = runtime::diagnostic(runtime::operation("db.validate", validate));
    op.summary = "Try the migrations out from nothing, on scratch databases";
    op.description =
        "Applies them twice, by many runners at once, and up, down and up again, comparing the "
        "catalogs; then asks the database itself: the tables, row-level security, tenants kept "
        "apart, keys, append-only tables, partitions. Needs a login that may create databases; "
        "the scratch databases are dropped again. Exit code 1 when a check fails.";
    op.effect = runtime::Effect::write;
    op.audit = runtime::Audit::change;  // it makes databases and drops them
    op.idempotent = true;
    op.scopes = {"ops:admin"};
    op.doors = runtime::kCli;
    op.cleans_up = true;
    op.time_limit = std::chrono::hours(1);
    op.examples = {{"The migrations of this program", {}},
                   {"With a crowd of runners", {{"runners", 16}}}};
    op.render = render_validate;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_lint(registry);
    add_validate(registry);
}

}  // namespace stele::lint
