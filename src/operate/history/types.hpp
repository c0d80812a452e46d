// The inputs and outputs of db adopt and db revert.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::history {

using reflect::field;
using reflect::fields;

struct AdoptInput {
    int at = 0;
    std::string scratch_url;
    template <class S = AdoptInput>
    static auto describe() {
        return fields(
            field("at", &S::at, "The schema is as after this migration")
                .required()
                .positional()
                .range(1, 9999),
            field("scratchUrl", &S::scratch_url,
                  "Where a scratch database may be made; default: beside the target, as the owner")
                .secret());
    }
};

struct AdoptOutput {
    int exit_code = 0;
    std::string at;
    std::vector<std::string> adopted;
    std::vector<std::string> missing;
    std::vector<std::string> unexpected;
    template <class S = AdoptOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0, or 4: the catalogs differ, nothing was written"),
            field("at", &S::at, "The version that the ledger has now"),
            field("adopted", &S::adopted, "Migrations that were recorded"),
            field("missing", &S::missing, "What the migrations make and the target has not"),
            field("unexpected", &S::unexpected, "What the target has and the migrations make not"));
    }
};

struct RevertInput {
    int to = 0;
    bool dry_run = false;
    bool without_backup = false;
    bool allow_production = false;
    bool force = false;
    std::string confirm;
    template <class S = RevertInput>
    static auto describe() {
        return fields(
            field("to", &S::to, "The version to go back to; 0: before the first migration")
                .required()
                .positional()
                .range(0, 9999),
            field("dryRun", &S::dry_run, "Only show what would be destroyed"),
            field("withoutBackup", &S::without_backup,
                  "Although no backup is newer than the newest row"),
            field("allowProduction", &S::allow_production, "Although environment is production"),
            field("force", &S::force, "Needed: this destroys data"),
            field("confirm", &S::confirm, "Needed: revert-postgres"));
    }
};

struct Loss {
    std::string what;
    std::optional<std::int64_t> rows;
    template <class S = Loss>
    static auto describe() {
        return fields(field("what", &S::what, "table memories, column memories.tags, …"),
                      field("rows", &S::rows, "How many hold data; absent: not to be seen"));
    }
};

struct RevertOutput {
    bool dry_run = false;
    std::string from;
    std::string to;
    std::vector<std::string> reverted;
    std::vector<Loss> destroyed;
    std::optional<Timestamp> newest_row;
    std::optional<Timestamp> newest_backup;
    bool backup_suffices = false;
    template <class S = RevertOutput>
    static auto describe() {
        return fields(
            field("dryRun", &S::dry_run, "Nothing was changed"),
            field("from", &S::from, "The version before"), field("to", &S::to, "The version after"),
            field("reverted", &S::reverted, "Migrations taken back, or that would be, in order"),
            field("destroyed", &S::destroyed, "What is lost with it"),
            field("newestRow", &S::newest_row, "When the newest row was written"),
            field("newestBackup", &S::newest_backup, "When the newest backup was made"),
            field("backupSuffices", &S::backup_suffices, "It is newer than every row"));
    }
};

}  // namespace stele::history
