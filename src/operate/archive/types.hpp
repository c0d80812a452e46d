// The inputs and outputs of dump, verify-dump, restore, copy, backup and reset.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"
#include "operate/archive/manifest.hpp"

namespace stele::archive {

using reflect::field;
using reflect::fields;

struct DumpInput {
    std::string file;
    std::string output_dir;
    int jobs = 2;
    template <class S = DumpInput>
    static auto describe() {
        return fields(
            field("file", &S::file,
                  "Where to write; its manifest stands beside it as "
                  "<file>.manifest.json"),
            field("outputDir", &S::output_dir,
                  "Directory of the file, made when it is not there; without a file one named by "
                  "database and time. Default: here"),
            field("jobs", &S::jobs, "Connections that count and hash tables while the dump runs")
                .range(1, 64));
    }
};

struct DumpOutput {
    std::string file;
    std::string manifest_file;
    Manifest manifest;
    double seconds = 0;
    template <class S = DumpOutput>
    static auto describe() {
        return fields(field("file", &S::file, "The dump, in pg_dump's custom format"),
                      field("manifestFile", &S::manifest_file, "Its manifest"),
                      field("manifest", &S::manifest, "What the manifest says"),
                      field("seconds", &S::seconds, "How long it took"));
    }
};

struct Finding {
    std::string what, expected, found;
    template <class S = Finding>
    static auto describe() {
        return fields(field("what", &S::what, "What was compared"),
                      field("expected", &S::expected, "What the manifest says"),
                      field("found", &S::found, "What is there"));
    }
};
using Findings = std::vector<Finding>;

struct VerifyInput {
    std::string file;
    bool deep = false;
    int jobs = 2;
    template <class S = VerifyInput>
    static auto describe() {
        return fields(field("file", &S::file, "The dump").required().positional(),
                      field("deep", &S::deep,
                            "Also restore it into a scratch database, compare every table, search "
                            "in it, and drop it: the restore drill"),
                      field("jobs", &S::jobs, "Parallel jobs of the drill").range(1, 64));
    }
};

struct VerifyOutput {
    int exit_code = 0;
    bool ok = false;
    bool deep = false;
    std::string file;
    std::int64_t bytes = 0;
    std::int64_t rows = 0;
    int tables = 0;
    std::vector<std::string> checked;
    Findings findings;
    double seconds = 0;
    template <class S = VerifyOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when anything differs"),
                      field("ok", &S::ok, "Everything agrees"),
                      field("deep", &S::deep, "The dump was restored and compared"),
                      field("file", &S::file, "The dump"), field("bytes", &S::bytes, "Its size"),
                      field("rows", &S::rows, "Rows, by the manifest"),
                      field("tables", &S::tables, "Tables, by the manifest"),
                      field("checked", &S::checked, "What was looked at"),
                      field("findings", &S::findings, "What differs"),
                      field("seconds", &S::seconds, "How long it took"));
    }
};

// The words of a destructive verb.
struct Confirmation {
    bool force = false;
    std::string confirm;
};

struct RestoreInput : Confirmation {
    std::string file;
    bool replace = false;
    int jobs = 2;
    template <class S = RestoreInput>
    static auto describe() {
        return fields(field("file", &S::file, "The dump").required().positional(),
                      field("force", &S::force, "Needed: this replaces the database"),
                      field("confirm", &S::confirm, "Needed: restore-postgres"),
                      field("replace", &S::replace,
                            "Also when the target holds data; a safety dump of it is taken first"),
                      field("jobs", &S::jobs, "Parallel jobs").range(1, 64));
    }
};

struct RestoreOutput {
    std::string file;
    std::string database;
    std::string before;  // empty, seed-only, holds data
    std::string safety_dump;
    std::int64_t rows = 0;
    int tables = 0;
    int pending = 0;
    std::vector<std::string> checked;
    std::vector<std::string> notes;
    double seconds = 0;
    template <class S = RestoreOutput>
    static auto describe() {
        return fields(
            field("file", &S::file, "Where the rows came from"),
            field("database", &S::database, "The database that was replaced"),
            field("before", &S::before, "What it held: empty, seed-only or data"),
            field("safetyDump", &S::safety_dump, "The dump of what it held, when it held data"),
            field("rows", &S::rows, "Rows restored"),
            field("tables", &S::tables, "Tables restored"),
            field("pending", &S::pending, "Migrations this program would still apply"),
            field("checked", &S::checked, "What was compared afterwards"),
            field("notes", &S::notes,
                  "What the database had and this role could not give back, with the statement"),
            field("seconds", &S::seconds, "How long it took"));
    }
};

struct CopyInput : Confirmation {
    std::string target_url;
    bool replace = false;
    template <class S = CopyInput>
    static auto describe() {
        return fields(
            field("targetUrl", &S::target_url,
                  "The database to fill, as its owner or a superuser; STELE_TARGET_URL keeps the "
                  "password out of the process list")
                .secret(),
            field("force", &S::force, "Needed: this replaces the target"),
            field("confirm", &S::confirm, "Needed: copy-postgres"),
            field("replace", &S::replace, "Also when the target holds data"));
    }
};

struct BackupInput {
    std::string dir;
    int jobs = 2;
    int daily = 7;
    int weekly = 4;
    int monthly = 3;
    bool rotate = false;
    bool dry_run = false;
    template <class S = BackupInput>
    static auto describe() {
        return fields(
            field("dir", &S::dir, "Where backups stand; default: backups in Stele's home"),
            field("jobs", &S::jobs, "Connections that count and hash tables").range(1, 64),
            field("daily", &S::daily, "Days whose backups are kept").range(1, 3650),
            field("weekly", &S::weekly, "Weeks of which the newest is kept").range(0, 520),
            field("monthly", &S::monthly, "Months of which the newest is kept").range(0, 120),
            field("rotate", &S::rotate,
                  "Keep of each day only the newest; otherwise a second backup of a day removes "
                  "no other of it"),
            field("dryRun", &S::dry_run, "Only say which backups would be removed"));
    }
};

struct KeptBackup {
    std::string file, why;
    template <class S = KeptBackup>
    static auto describe() {
        return fields(field("file", &S::file, "The dump"), field("why", &S::why, "Why it stays"));
    }
};

struct BackupOutput {
    std::string file;
    std::int64_t bytes = 0;
    std::int64_t rows = 0;
    std::vector<KeptBackup> kept;
    std::vector<std::string> removed;
    int left_alone = 0;
    bool dry_run = false;
    template <class S = BackupOutput>
    static auto describe() {
        return fields(field("file", &S::file, "The new backup"),
                      field("bytes", &S::bytes, "Its size"), field("rows", &S::rows, "Its rows"),
                      field("kept", &S::kept, "This database's backups that stay, newest first"),
                      field("removed", &S::removed, "Backups that rotation removed"),
                      field("leftAlone", &S::left_alone,
                            "Dumps in the directory that are no backups of this database: "
                            "rotation never touches them"),
                      field("dryRun", &S::dry_run, "Nothing was done"));
    }
};

struct BackupsInput {
    std::string dir;
    static auto describe() {
        return fields(field("dir", &BackupsInput::dir,
                            "Where backups stand; default: backups in Stele's home"));
    }
};

struct BackupInfo {
    std::string file;
    Timestamp made_at;
    double age_hours = 0;
    std::string database;
    std::optional<std::string> system_identifier = {};
    bool own = false;
    std::int64_t bytes = 0;
    std::int64_t rows = 0;
    std::string migration_version;
    std::optional<Timestamp> verified_at, deep_verified_at;
    template <class S = BackupInfo>
    static auto describe() {
        return fields(field("file", &S::file, "The dump"), field("madeAt", &S::made_at, "When"),
                      field("ageHours", &S::age_hours, "How old it is"),
                      field("database", &S::database, "The database it is of"),
                      field("systemIdentifier", &S::system_identifier,
                            "The server it is of; absent when its manifest does not say"),
                      field("own", &S::own,
                            "Of the database that is configured here; false too when that "
                            "database cannot be reached"),
                      field("bytes", &S::bytes, "Its size"), field("rows", &S::rows, "Its rows"),
                      field("migrationVersion", &S::migration_version, "The schema's version"),
                      field("verifiedAt", &S::verified_at, "When verify-dump last found it whole"),
                      field("deepVerifiedAt", &S::deep_verified_at,
                            "When it was last restored and compared"));
    }
};

// Whether a table's rows can be made again from others.
struct TableKind {
    std::string table;
    bool irreplaceable = true;
    std::string why;
    template <class S = TableKind>
    static auto describe() {
        return fields(field("table", &S::table, "The table"),
                      field("irreplaceable", &S::irreplaceable, "Only a backup brings it back"),
                      field("why", &S::why, "What it holds, or what makes it again"));
    }
};

struct BackupsOutput {
    std::string dir;
    std::vector<BackupInfo> backups;
    std::vector<TableKind> tables;
    template <class S = BackupsOutput>
    static auto describe() {
        return fields(field("dir", &S::dir, "Where they stand"),
                      field("backups", &S::backups,
                            "Those of the configured database first, then the others; newest "
                            "first"),
                      field("tables", &S::tables, "What is irreplaceable, what can be recomputed"));
    }
};

struct ResetInput : Confirmation {
    template <class S = ResetInput>
    static auto describe() {
        return fields(field("force", &S::force, "Needed: this destroys every row"),
                      field("confirm", &S::confirm, "Needed: reset-postgres"));
    }
};

struct ResetOutput {
    std::string database;
    std::int64_t rows_destroyed = 0;
    std::string migration_version;
    std::vector<std::string> notes;
    template <class S = ResetOutput>
    static auto describe() {
        return fields(
            field("database", &S::database, "Which one"),
            field("rowsDestroyed", &S::rows_destroyed, "Rows that were in it"),
            field("migrationVersion", &S::migration_version, "The schema's new version"),
            field("notes", &S::notes, "What the database had and this role could not give back"));
    }
};

}  // namespace stele::archive
