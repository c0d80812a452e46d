#include "ops/lint/operations.hpp"

#include "ops/lint/lint.hpp"
#include "ops/lint/report.hpp"

namespace stele::lint {

namespace {

void add_lint(api::Registry& registry) {
    api::Operation op = api::operation("db.lint", lint);
    op.summary = "Do migrations keep running binaries working? Rules for expand-only files";
    op.description =
        "Reads SQL files and names what takes something away, locks for long or leaves the "
        "runner's transaction: file:line:column, the rule, why, the safe way. `-- stele:phase "
        "contract` at the top lifts the expand-only rules; `-- stele:allow <rule> <reason>` lifts "
        "one. No database is needed. Exit code 1 on findings.";
    op.idempotent = true;
    op.scopes = {"ops:read"};
    op.doors = api::kCli;
    op.examples = {{"The migrations of this program", {}},
                   {"For a code host", {{"format", "sarif"}}}};
    op.render = render_lint;
    registry.add(op);
}

}  // namespace

void register_operations(api::Registry& registry) {
    add_lint(registry);
}

}  // namespace stele::lint
