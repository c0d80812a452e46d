#include "operate/lint/operations.hpp"

#include "operate/lint/lint.hpp"
#include "operate/lint/report.hpp"
#include "operate/lint/validate.hpp"

namespace stele::lint {

namespace {

void add_lint(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("db.lint", lint))
            .says("Do migrations keep running binaries working? Rules for expand-only files",
                  "Reads SQL files and names what takes something away, locks for long or leaves "
                  "the runner's transaction: file:line:column, the rule, why, the safe way. `-- "
                  "stele:phase contract` at the top lifts the expand-only rules; `-- stele:allow "
                  "<rule> <reason>` lifts one. No database is needed. Exit code 1 on findings.")
            .with_idempotent()
            .with_scopes({"ops:read"})
            .with_doors(runtime::kCli)
            .with_offline()
            .with_examples({{"The migrations of this program", {}},
                            {"For a code host", {{"format", "sarif"}}}})
            .with_render(render_lint));
}

void add_validate(runtime::Registry& registry) {
    registry.add(runtime::diagnostic(runtime::operation("db.validate", validate))
                     .says("Try the migrations out from nothing, on scratch databases",
                           "Applies them twice, by many runners at once, and up, down and up "
                           "again, comparing the catalogs; then asks the database itself: the "
                           "tables, row-level security, tenants kept apart, keys, append-only "
                           "tables, partitions. Needs a login that may create databases; the "
                           "scratch databases are dropped again. Exit code 1 when a check fails.")
                     .with_effect(runtime::Effect::write)
                     .with_audit(runtime::Audit::change)  // it makes databases and drops them
                     .with_idempotent()
                     .with_scopes({"ops:admin"})
                     .with_doors(runtime::kCli)
                     .with_cleans_up()
                     .with_time_limit(std::chrono::hours(1))
                     .with_examples({{"The migrations of this program", {}},
                                     {"With a crowd of runners", {{"runners", 16}}}})
                     .with_render(render_validate));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_lint(registry);
    add_validate(registry);
}

}  // namespace stele::lint
