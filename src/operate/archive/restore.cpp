#include "operate/archive/restore.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "operate/archive/backups.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/compare.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/holds.hpp"
#include "operate/archive/sql.hpp"
#include "operate/archive/verify.hpp"
#include "operate/migrations/ledger.hpp"
#include "runtime/confirm.hpp"
#include "runtime/settings.hpp"

namespace stele::archive {

namespace {

namespace fs = std::filesystem;

// Tables that a fresh schema fills by itself: rows in them are no tenant's data.
constexpr std::array<std::string_view, 4> kSeeded{"schema_migrations", "embedding_models",
                                                  "stele_backups", "partitioned_tables"};

void refuse_strangers(pg::Connection& connection, const Identity& identity, Deadline deadline) {
    const pg::Result rows =
        connection.run(sql::strangers, pg::Params(connection.types(), identity.schema), deadline);
    if (rows.empty()) return;
    throw Error(Code::refused,
                fmt::format("{} holds {}, which is not Stele's and would be lost",
                            identity.database, rows[0].get<std::string>(0)),
                "give Stele a database of its own, or move that table away");
}

void refuse_other_schema(const runtime::Context& context, const Manifest& manifest) {
    const std::string &wanted = context.settings.database.schema, &held = manifest.source.schema;
    if (wanted.empty() || wanted == held) return;
    throw Error(Code::refused,
                fmt::format("the dump is of the schema \"{}\", and database.schema is \"{}\"", held,
                            wanted),
                fmt::format("set database.schema to \"{}\"", held));
}

// Every later CREATE DATABASE copies a template, and every tool expects `postgres` to be there.
void refuse_servers_own(const Identity& identity) {
    const bool maintenance = identity.database == "postgres";
    if (!identity.is_template && !maintenance) return;
    throw Error(Code::refused,
                fmt::format("{} is {}, which is not to be replaced", identity.database,
                            maintenance ? "the server's maintenance database"
                                        : "a template of other databases"),
                "CREATE DATABASE one for Stele, and name it in the URL");
}

}  // namespace

bool is_seeded(std::string_view table) {
    return std::ranges::find(kSeeded, table) != kSeeded.end();
}

TargetState look_at_target(runtime::Context& context, const pg::ConnInfo& target,
                           const Replaceable& what) {
    stage(context, "looking at the target");
    TargetState out;
    Snapshot snapshot(target, context.deadline);
    out.identity = snapshot.identity();
    refuse_servers_own(out.identity);
    refuse_strangers(snapshot.connection(), out.identity, context.deadline);
    out.held = snapshot.empty() ? "empty" : "seed-only";
    if (!what.any_history) refuse_other_history(snapshot.describe());
    for (const std::string& table : snapshot.names()) {
        if (is_seeded(table)) continue;
        const pg::Result rows = snapshot.connection().script(
            fmt::format("SELECT count(*) FROM {}.{}", quote_name(out.identity.schema),
                        quote_name(table)),
            context.deadline, context.cancelled);
        out.rows += std::stoll(std::string(rows[0].raw(0)));
    }
    if (out.rows > 0) out.held = "data";
    if (out.rows > 0 && !what.data)
        throw Error(
            Code::refused,
            fmt::format("{} at {} holds {} rows", out.identity.database, target.where(), out.rows),
            "--replace takes a safety dump of it and replaces it");
    refuse_legal_holds(snapshot.connection(), context.deadline);
    return out;
}

std::string safety_dump(runtime::Context& context, const pg::ConnInfo& target,
                        const TargetState& state) {
    if (state.held != "data") return "";
    const fs::path dir = backups_dir(context, "");
    const fs::path file = dump_name(dir, "safety-", state.identity.database, now());
    return dump(context, target, file, 2).file;
}

void take_place(runtime::Context& context, Scratch& scratch, const Manifest& manifest,
                std::chrono::steady_clock::time_point started, RestoreOutput& out) {
    stage(context, "taking the target's place");
    out.notes = scratch.replace_target(context);
    out.rows = manifest.rows();
    out.tables = int(manifest.tables.size());
    out.pending = int(ops::embedded_migrations().size()) - manifest.migration_version;
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

RestoreOutput restore(runtime::Context& context, const RestoreInput& input,
                      const pg::ConnInfo& target) {
    ops::require_confirmation(input.force, input.confirm, "restore-postgres");
    const auto started = std::chrono::steady_clock::now();
    const fs::path file = fs::absolute(input.file);
    const VerifyOutput verified = verify(context, file);
    refuse_findings(verified.findings, "the dump was refused");
    const Manifest manifest = read_manifest(file);
    refuse_other_schema(context, manifest);
    const TargetState state = look_at_target(context, target, {.data = input.replace});
    RestoreOutput out;
    out.file = file.string();
    out.database = target.redacted_url();
    out.before = state.held;
    out.checked = verified.checked;
    out.safety_dump = safety_dump(context, target, state);
    Scratch scratch(target, state.identity, context.deadline);
    Findings findings;
    restore_and_compare(context, file, manifest, scratch, state.identity.owner, input.jobs,
                        out.checked, findings);
    refuse_findings(findings, "what was restored differs from the manifest");
    take_place(context, scratch, manifest, started, out);
    return out;
}

}  // namespace stele::archive
