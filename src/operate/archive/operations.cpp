#include "operate/archive/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/pg/database.hpp"
#include "operate/archive/backups.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/render.hpp"
#include "operate/archive/restore.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/archive/verify.hpp"
#include "operate/cluster/endpoint.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::archive {

namespace {

using runtime::Context;
using runtime::Effect;
using runtime::Operation;

void make_directory(const std::filesystem::path& dir) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error)
        throw Error(Code::failed, fmt::format("cannot make the directory {}", dir.string()),
                    error.message());
}

// A bare name is one in the directory. A path must lead there: a dump and its manifest stand side
// by side, for what reads one looks for the other.
std::string file_in(const std::string& dir, const std::string& name) {
    namespace fs = std::filesystem;
    const fs::path file = name;
    if (dir.empty()) return name;
    if (!file.has_parent_path()) return (fs::path(dir) / file).string();
    if (fs::weakly_canonical(file.parent_path()) != fs::weakly_canonical(dir))
        throw Error(
            Code::invalid_argument,
            fmt::format("file: {} is not in {}, which is the outputDir", name, dir),
            "the manifest stands beside the dump: leave one of the two out, or let both name "
            "the same directory");
    return name;
}

DumpOutput run_dump(Context& context, const DumpInput& input) {
    const pg::ConnInfo from = ops::operator_endpoint(context);
    if (!input.output_dir.empty()) make_directory(input.output_dir);
    if (!input.file.empty())
        return dump(context, from, file_in(input.output_dir, input.file), input.jobs);
    const auto connection = open_operator(from, context.deadline);
    const std::string database = identity_of(*connection, context.deadline).database;
    return dump(context, from, dump_name(input.output_dir, "", database, now()), input.jobs);
}

VerifyOutput run_verify(Context& context, const VerifyInput& input) {
    if (!input.deep) {
        VerifyOutput out = verify(context, input.file);
        if (out.ok && std::filesystem::exists(out.file)) {
            try {
                mark_verified(context, out, ops::operator_endpoint(context));
            } catch (const Error&) {
                // No database is configured here; the answer does not depend on one.
            }
        }
        return out;
    }
    const pg::ConnInfo target = ops::operator_endpoint(context);
    const VerifyOutput out = verify_dump(context, input, target);
    mark_verified(context, out, target);
    return out;
}

RestoreOutput run_restore(Context& context, const RestoreInput& input) {
    RestoreOutput out = restore(context, input, ops::operator_endpoint(context));
    context.db.pool().clear();  // its sessions belong to the database that is gone
    return out;
}

RestoreOutput run_copy(Context& context, const CopyInput& input) {
    return copy(context, input, ops::operator_endpoint(context));
}

BackupOutput run_backup(Context& context, const BackupInput& input) {
    return backup(context, input, ops::operator_endpoint(context));
}

ResetOutput run_reset(Context& context, const ResetInput& input) {
    ResetOutput out = reset(context, input, ops::operator_endpoint(context));
    context.db.pool().clear();
    return out;
}

void add_dump(runtime::Registry& registry) {
    registry.add(ops::shell_verb(runtime::operation("db.dump", run_dump), Effect::read)
                     .says("Write the whole database into a file that proves itself",
                           "pg_dump's custom format with a manifest beside it: rows and checksum "
                           "of every table, migrations, extensions, SHA-256. All of it is from one "
                           "snapshot, although writes go on.")
                     .with_audit(runtime::Audit::read)
                     .with_examples({{"Beside you, named by time", {}},
                                     {"Into a file", {{"file", "stele.dump"}, {"jobs", 4}}}})
                     .with_render(render_dump));

    registry.add(
        ops::shell_verb(runtime::operation("db.verify_dump", run_verify), Effect::read)
            .says("Is a dump whole? Exit code 1 when it is not",
                  "Compares the file with its manifest and names every mismatch. --deep is the "
                  "restore drill: it restores the dump into a scratch database, compares every "
                  "table, searches in it and drops it.")
            .with_command("db verify-dump")
            .with_examples({{"The file itself", {{"file", "stele.dump"}}},
                            {"The restore drill", {{"file", "stele.dump"}, {"deep", true}}}})
            .with_render(render_verify));
}

void add_replacing(runtime::Registry& registry) {
    Operation op =
        ops::shell_verb(runtime::operation("db.restore", run_restore), Effect::destructive);
    op.summary = "Put a dump in the place of the database";
    op.description =
        "Restores into a scratch database, compares it with the manifest, and only then gives it "
        "the "
        "database's name: it is as before or complete, never half. A target that holds data needs "
        "--replace, and a safety dump of it is taken first.";
    op.examples = {{"Over what is there",
                    {{"file", "stele.dump"},
                     {"force", true},
                     {"confirm", "restore-postgres"},
                     {"replace", true}}}};
    op.render = render_restore;
    registry.add(op);

    registry.add(
        ops::shell_verb(runtime::operation("db.copy", run_copy), Effect::destructive)
            .says("Copy the whole database into another one",
                  "Streams from one snapshot into a scratch database beside the target, compares "
                  "every table, and gives it the target's name. Refuses a copy onto itself.")
            .with_examples({{"To the server that STELE_TARGET_URL names",
                             {{"force", true}, {"confirm", "copy-postgres"}}}})
            .with_render(render_restore));

    registry.add(
        ops::shell_verb(runtime::operation("db.reset", run_reset), Effect::destructive)
            .says("Destroy every row and start with a fresh schema",
                  "Makes and migrates a fresh database first and then puts it in the place of the "
                  "old one: when extensions cannot be created, nothing is lost. Take a backup "
                  "before.")
            .with_examples({{"All of it", {{"force", true}, {"confirm", "reset-postgres"}}}})
            .with_render(render_reset));
}

void add_backups(runtime::Registry& registry, const runtime::Tables& tables) {
    registry.add(
        ops::shell_verb(runtime::operation("db.backup", run_backup), Effect::write)
            .says("Take a backup and rotate the old ones",
                  "A dump under backups/ in Stele's home, recorded in the database. This "
                  "database's backups of 7 days, the newest of 4 weeks and 3 months, and the "
                  "newest that was verified stay. Prove it with db verify-dump --deep.")
            .with_examples({{"Take one", {}},
                            {"What would rotation remove?", {{"daily", 3}, {"dryRun", true}}}})
            .with_render(render_backup));

    registry.add(ops::shell_verb(runtime::operation<BackupsInput, BackupsOutput>(
                                     "db.backups",
                                     [tables](Context& context, const BackupsInput& input) {
                                         return backups(context, input, tables);
                                     }),
                                 Effect::read)
                     .says("The backups, their age and when they were last verified",
                           "With --json also which tables only a backup brings back, and which can "
                           "be recomputed.")
                     .with_examples({{"List them", {}}})
                     .with_render(render_backups));
}

}  // namespace

void register_operations(runtime::Registry& registry, const runtime::Tables& tables) {
    add_dump(registry);
    add_backups(registry, tables);
    add_replacing(registry);
}

}  // namespace stele::archive
