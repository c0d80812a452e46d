// Input and output of `stele upgrade`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::upgrade {

using reflect::field;
using reflect::fields;

struct UpgradeInput {
    bool dry_run = false;
    std::string dir;
    int max_backup_age_hours = int(limits::kDailyBackup.count());
    bool without_backup = false;
    template <class S = UpgradeInput>
    static auto describe() {
        return fields(
            field("dryRun", &S::dry_run, "Plan, lint and look at the backup; change nothing"),
            field("dir", &S::dir, "Read the files of this folder instead of the built-in ones"),
            field("maxBackupAgeHours", &S::max_backup_age_hours,
                  "How old the newest backup may be, in hours")
                .range(1, 10'000),
            field("withoutBackup", &S::without_backup,
                  "Go on without one: a provider takes the backups, or the data may be lost"));
    }
};

struct UpgradeStep {
    std::string step;
    std::string operation;
    std::string state = "not run";
    std::string message;
    std::string hint;
    std::optional<json::object> report;
    template <class S = UpgradeStep>
    static auto describe() {
        return fields(
            field("step", &S::step, "plan, lint, backup, migrate or status"),
            field("operation", &S::operation, "The operation that did it, for example db.migrate"),
            field("state", &S::state, "ok, failed or not run"),
            field("message", &S::message, "What came of it, in a line"),
            field("hint", &S::hint, "What to do when it failed"),
            field("report", &S::report, "The operation's own output; absent when it threw"));
    }
};

struct UpgradeOutput {
    int exit_code = 0;
    bool dry_run = false;
    std::string stopped_at;
    std::vector<UpgradeStep> steps;
    template <class S = UpgradeOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0, or the exit code of the step that failed"),
            field("dryRun", &S::dry_run, "Nothing was changed"),
            field("stoppedAt", &S::stopped_at, "The step that failed; empty: none"),
            field("steps", &S::steps, "In their order; what comes after a failure is not run"));
    }
};

}  // namespace stele::upgrade
