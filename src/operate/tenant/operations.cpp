#include "operate/tenant/operations.hpp"

#include <fmt/format.h>

#include "operate/tenant/copy.hpp"
#include "operate/tenant/export.hpp"
#include "operate/tenant/import.hpp"
#include "runtime/confirm.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::tenant {

namespace {

using runtime::Context;
using runtime::Effect;
using runtime::Operation;

constexpr std::string_view kImportToken = "import-scoped-postgres";
constexpr std::string_view kCopyToken = "copy-scoped-postgres";

ExportOutput scoped_export(Context& context, const ExportInput& input) {
    return export_tenant(context, tenant_of(context, input.org_id, input.project_id), input.file);
}

ImportOutput scoped_import(Context& context, const ImportInput& input) {
    if (!input.dry_run) ops::require_confirmation(input.force, input.confirm, kImportToken);
    FileReader file(input.file);
    return import_file(context, context.db, file,
                       {.tenant = mapped_tenant(file.header(), input.map_org, input.map_project),
                        .dry_run = input.dry_run,
                        .resume = input.resume,
                        .batch_rows = input.batch_rows});
}

ImportOutput scoped_copy(Context& context, const CopyInput& input) {
    if (!input.dry_run) ops::require_confirmation(input.force, input.confirm, kCopyToken);
    return copy_tenant(context, input);
}

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

std::string render_export(const json::value& output) {
    std::string out = fmt::format(
        "{} rows of org {}, project {} in {}\n", output.at("rows").to_number<std::int64_t>(),
        text_of(output.at("org")), text_of(output.at("project")), text_of(output.at("file")));
    for (const json::value& table : output.at("tables").as_array())
        out += fmt::format("  {:<24} {:>10} rows  sha256 {}\n", text_of(table.at("table")),
                           table.at("rows").to_number<std::int64_t>(), text_of(table.at("sha256")));
    return out + fmt::format("migration {}, trailer sha256 {}\n", text_of(output.at("migration")),
                             text_of(output.at("sha256")));
}

std::string render_table(const json::value& table, bool written) {
    const auto number = [&](std::string_view name) {
        return table.at(name).to_number<std::int64_t>();
    };
    std::string out = fmt::format("  {:<24} {:>10} rows: {} {}, {} identical",
                                  text_of(table.at("table")), number("rows"), number("inserted"),
                                  written ? "inserted" : "would be inserted", number("identical"));
    if (number("skipped")) out += fmt::format(", {} by the run before", number("skipped"));
    if (number("conflicts")) out += fmt::format(", {} in conflict", number("conflicts"));
    return out + "\n";
}

std::string render_conflict(const json::value& conflict) {
    const std::string other = text_of(conflict.at("otherId"));
    return fmt::format("  conflict in {}: {} {}\n    file     {}\n    database {}\n",
                       text_of(conflict.at("table")), text_of(conflict.at("id")),
                       text_of(conflict.at("kind")) == "content" ? "is there with other content"
                       : text_of(conflict.at("kind")) == "unique"
                           ? "is there as " + other
                           : "is taken by a row of another project",
                       text_of(conflict.at("fileHash")), text_of(conflict.at("targetHash")));
}

std::string render_import(const json::value& output) {
    const bool written = output.at("written").as_bool();
    const auto conflicts = output.at("conflictCount").to_number<std::int64_t>();
    std::string out = fmt::format("{} org {}, project {}\n",
                                  written     ? "the file's rows are now in the database as"
                                  : conflicts ? "nothing was written: there are conflicts; target"
                                              : "nothing was written, as asked; target",
                                  text_of(output.at("org")), text_of(output.at("project")));
    for (const json::value& table : output.at("tables").as_array())
        out += render_table(table, written);
    for (const json::value& model : output.at("modelsRegistered").as_array())
        out += fmt::format("  embedding model {} {}\n", text_of(model),
                           written ? "registered" : "would be registered");
    for (const json::value& conflict : output.at("conflicts").as_array())
        out += render_conflict(conflict);
    if (conflicts > std::int64_t(output.at("conflicts").as_array().size()))
        out += fmt::format("  … {} conflicts in all\n", conflicts);
    return out;
}

void add_export(runtime::Registry& registry) {
    Operation op =
        ops::shell_verb(runtime::operation("db.scoped_export", scoped_export), Effect::read);
    op.idempotent = true;
    op.command = "db scoped-export";
    op.idempotent = false;  // a file that is there is not written over
    op.audit = runtime::Audit::read;
    op.summary = "One tenant's rows into a file";
    op.description =
        "Reads every table of one tenant (org and project) in one snapshot, under that tenant's "
        "row-level security, into a file with checksums (docs/reference/scoped-format.md). What "
        "the tenant "
        "stored is in the file as it was stored: keep the file like the database.";
    op.examples = {{"The configured tenant", {{"file", "tenant.jsonl"}}},
                   {"Another one",
                    {{"orgId", "00000000-0000-4000-8000-000000000002"},
                     {"projectId", "00000000-0000-4000-8000-000000000001"},
                     {"file", "other.jsonl"}}}};
    op.render = render_export;
    registry.add(op);
}

void add_import(runtime::Registry& registry) {
    Operation op =
        ops::shell_verb(runtime::operation("db.scoped_import", scoped_import), Effect::destructive);
    op.command = "db scoped-import";
    op.summary = "A tenant's file into this database";
    op.description =
        "Checks the whole file before the first write: format, migrations, checksums, that every "
        "row is the tenant's. What is there already and the same is left alone; where something "
        "differs, nothing is written and the differences are listed (exit code 1). --resume "
        "commits in batches and goes on after an interruption.";
    op.examples = {
        {"What would happen", {{"file", "tenant.jsonl"}, {"dryRun", true}}},
        {"Do it", {{"file", "tenant.jsonl"}, {"force", true}, {"confirm", kImportToken}}},
        {"As another org",
         {{"file", "tenant.jsonl"},
          {"force", true},
          {"confirm", kImportToken},
          {"mapOrg", json::array{"00000000-0000-4000-8000-000000000001="
                                 "00000000-0000-4000-8000-000000000003"}}}}};
    op.render = render_import;
    registry.add(op);
}

void add_copy(runtime::Registry& registry) {
    Operation op =
        ops::shell_verb(runtime::operation("db.scoped_copy", scoped_copy), Effect::destructive);
    op.idempotent = true;
    op.command = "db scoped-copy";
    op.summary = "One tenant into another database";
    op.description =
        "An export and an import in one, with the same checks. Without a target URL the rows go to "
        "another tenant of this database, which --map-org names.";
    op.examples = {
        {"To the server that STELE_TARGET_URL names", {{"force", true}, {"confirm", kCopyToken}}},
        {"As another org",
         {{"force", true},
          {"confirm", kCopyToken},
          {"mapOrg", json::array{"00000000-0000-4000-8000-000000000001="
                                 "00000000-0000-4000-8000-000000000004"}}}}};
    op.render = render_import;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_export(registry);
    add_import(registry);
    add_copy(registry);
}

}  // namespace stele::tenant
