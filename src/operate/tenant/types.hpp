// The inputs and outputs of moving one tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::tenant {

using reflect::field;
using reflect::fields;

// One table's rows in the file. Two exports with the same rows have the same checksum, whenever and
// wherever they were made.
struct SectionOutput {
    std::string table;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::string sha256;
    template <class S = SectionOutput>
    static auto describe() {
        return fields(field("table", &S::table, "The table"),
                      field("rows", &S::rows, "How many rows of the tenant"),
                      field("bytes", &S::bytes, "Of their lines in the file"),
                      field("sha256", &S::sha256, "Of these lines; equal rows, equal checksum"));
    }
};

struct ExportInput {
    std::optional<std::string> org_id;
    std::optional<std::string> project_id;
    std::string file;
    template <class S = ExportInput>
    static auto describe() {
        return fields(
            field("orgId", &S::org_id, "First half of the tenant; default: the configured one")
                .format("uuid"),
            field("projectId", &S::project_id,
                  "Second half of the tenant; default: the configured one")
                .format("uuid"),
            field("file", &S::file, "Where the file goes; it must not exist yet").required());
    }
};

struct ExportOutput {
    std::string file;
    std::string org;
    std::string project;
    std::string migration;
    std::vector<SectionOutput> tables;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::string sha256;
    template <class S = ExportOutput>
    static auto describe() {
        return fields(field("file", &S::file, "The file that was written; 0600"),
                      field("org", &S::org, "First half of the tenant"),
                      field("project", &S::project, "Second half of the tenant"),
                      field("migration", &S::migration, "The schema's version: NNNN"),
                      field("tables", &S::tables, "The sections, in the file's order"),
                      field("rows", &S::rows, "Of all tables"),
                      field("bytes", &S::bytes, "Of the whole file"),
                      field("sha256", &S::sha256, "The trailer's checksum over everything"));
    }
};

struct ImportInput {
    std::string file;
    bool force = false;
    std::string confirm;
    std::vector<std::string> map_org;
    std::vector<std::string> map_project;
    bool dry_run = false;
    bool resume = false;
    int batch_rows = 20'000;
    template <class S = ImportInput>
    static auto describe() {
        return fields(
            field("file", &S::file, "What scoped-export wrote").required(),
            field("force", &S::force, "Yes, write into this database"),
            field("confirm", &S::confirm, "The word import-scoped-postgres"),
            field("mapOrg", &S::map_org, "A=B: rows of org A become org B's; may be repeated"),
            field("mapProject", &S::map_project, "A=B, for the project; may be repeated"),
            field("dryRun", &S::dry_run, "Check and compare everything, change nothing"),
            field("resume", &S::resume,
                  "Commit batch by batch and go on where a run before was stopped, for what is too "
                  "large for one transaction"),
            field("batchRows", &S::batch_rows, "Rows of one batch at most").range(1, 1'000'000));
    }
};

struct TableOutput {
    std::string table;
    std::int64_t rows = 0;
    std::int64_t inserted = 0;
    std::int64_t identical = 0;
    std::int64_t conflicts = 0;
    std::int64_t skipped = 0;
    std::string sha256;
    template <class S = TableOutput>
    static auto describe() {
        return fields(field("table", &S::table, "The table"),
                      field("rows", &S::rows, "In the file"),
                      field("inserted", &S::inserted,
                            "New in the database; where nothing was written: would be"),
                      field("identical", &S::identical, "There already, the very same"),
                      field("conflicts", &S::conflicts, "There already, and different"),
                      field("skipped", &S::skipped, "Committed by a run before this one"),
                      field("sha256", &S::sha256, "Of the section, found right"));
    }
};

struct ConflictOutput {
    std::string table;
    std::string kind;
    std::string id;
    std::string file_hash;
    std::string other_id;
    std::string target_hash;
    template <class S = ConflictOutput>
    static auto describe() {
        return fields(
            field("table", &S::table, "The table"),
            field("kind", &S::kind,
                  "content: same id, other content; unique: other id, same unique values; hidden: "
                  "the id or a unique value is taken by a row that this tenant may not see"),
            field("id", &S::id, "The row's key in the file, without the tenant"),
            field("fileHash", &S::file_hash, "SHA-256 of the row in the file"),
            field("otherId", &S::other_id, "The key of the row in the database"),
            field("targetHash", &S::target_hash, "SHA-256 of the row in the database"));
    }
};

struct ImportOutput {
    int exit_code = 0;
    std::string file;
    bool dry_run = false;
    bool written = false;
    std::string org;
    std::string project;
    std::string migration;
    std::vector<std::string> models_registered;
    std::vector<TableOutput> tables;
    std::int64_t conflict_count = 0;
    std::vector<ConflictOutput> conflicts;
    std::string sha256;
    template <class S = ImportOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0, or 1 when there are conflicts"),
            field("file", &S::file, "The file that was read"),
            field("dryRun", &S::dry_run, "Nothing was to be changed"),
            field("written", &S::written, "What the file holds is in the database now"),
            field("org", &S::org, "First half of the tenant in this database"),
            field("project", &S::project, "Second half of the tenant in this database"),
            field("migration", &S::migration, "The schema's version, the same on both sides"),
            field("modelsRegistered", &S::models_registered,
                  "Embedding models that the database did not know"),
            field("tables", &S::tables, "What became of the rows"),
            field("conflictCount", &S::conflict_count, "All conflicts"),
            field("conflicts", &S::conflicts, "The first 100 of them"),
            field("sha256", &S::sha256, "The trailer's checksum, found right"));
    }
};

struct CopyInput {
    std::string target_url;
    std::optional<std::string> org_id;
    std::optional<std::string> project_id;
    bool force = false;
    std::string confirm;
    std::vector<std::string> map_org;
    std::vector<std::string> map_project;
    bool dry_run = false;
    std::string work_dir;
    template <class S = CopyInput>
    static auto describe() {
        return fields(
            field(
                "targetUrl", &S::target_url,
                "The other database; STELE_TARGET_URL keeps the password from other users of this "
                "machine. Neither: this database, for another tenant in it")
                .secret(),
            field("orgId", &S::org_id, "First half of the tenant; default: the configured one")
                .format("uuid"),
            field("projectId", &S::project_id,
                  "Second half of the tenant; default: the configured one")
                .format("uuid"),
            field("force", &S::force, "Yes, write into that database"),
            field("confirm", &S::confirm, "The word copy-scoped-postgres"),
            field("mapOrg", &S::map_org, "A=B: rows of org A become org B's; may be repeated"),
            field("mapProject", &S::map_project, "A=B, for the project; may be repeated"),
            field("dryRun", &S::dry_run, "Check and compare everything, change nothing there"),
            field("workDir", &S::work_dir,
                  "Where the rows wait in a file on their way; default: the system's"));
    }
};

}  // namespace stele::tenant
