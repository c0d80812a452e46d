#include "operate/history/operations.hpp"

#include <fmt/format.h>

#include "operate/history/adopt.hpp"
#include "operate/history/revert.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::history {

namespace {

std::string_view text(const json::value& object, std::string_view name) {
    const json::value* value = object.as_object().if_contains(name);
    return value && value->is_string() ? std::string_view(value->get_string()) : "";
}

std::string lines(const json::value& output, std::string_view name, std::string_view prefix) {
    std::string out;
    for (const json::value& line : output.at(name).as_array())
        out += fmt::format("{}{}\n", prefix, std::string_view(line.as_string()));
    return out;
}

std::string render_adopt(const json::value& output) {
    if (output.at("exitCode").to_number<int>() != 0)
        return "nothing was written: the schema is not as the migrations make it\n" +
               lines(output, "missing", "  missing: ") +
               lines(output, "unexpected", "  unexpected: ");
    if (output.at("adopted").as_array().empty())
        return fmt::format("nothing to do: the ledger is at {}\n", text(output, "at"));
    return lines(output, "adopted", "recorded ");
}

std::string render_revert(const json::value& output) {
    const bool dry = output.at("dryRun").as_bool();
    if (output.at("reverted").as_array().empty())
        return fmt::format("nothing to do: the schema is at {}\n", text(output, "from"));
    std::string out = lines(output, "reverted", dry ? "would revert " : "reverted ");
    for (const json::value& loss : output.at("destroyed").as_array()) {
        const json::value* rows = loss.as_object().if_contains("rows");
        out += fmt::format("  {} {}: {}\n", dry ? "would destroy" : "destroyed", text(loss, "what"),
                           rows ? fmt::format("{} rows", rows->to_number<std::int64_t>())
                                : "rows that this role does not see");
    }
    const std::string_view backup = text(output, "newestBackup"), row = text(output, "newestRow");
    return out + fmt::format("  newest row {}, newest backup {}\n", row.empty() ? "none" : row,
                             backup.empty() ? "none" : backup);
}

void add_adopt(runtime::Registry& registry) {
    runtime::Operation op =
        ops::shell_verb(runtime::operation("db.adopt", adopt), runtime::Effect::write);
    op.summary = "Record migrations that a schema already has the effect of";
    op.description =
        "For a schema that was made by other means. Compares its catalog with that of a scratch "
        "database migrated to the version; when they differ, the differences are listed, nothing "
        "is written and the exit code is 4.";
    op.idempotent = true;
    op.examples = {{"It is as after the second migration", {{"at", 2}}}};
    op.render = render_adopt;
    registry.add(op);
}

void add_revert(runtime::Registry& registry) {
    runtime::Operation op =
        ops::shell_verb(runtime::operation("db.revert", revert), runtime::Effect::destructive);
    op.summary = "Go back to an earlier schema and lose what came with the later ones";
    op.description =
        "Runs the down files in reverse, each in one transaction with its ledger row. Refused in "
        "production without --allow-production, and without a backup newer than every row unless "
        "--without-backup. Stop the writers first.";
    op.examples = {{"What would be destroyed?", {{"to", 1}, {"dryRun", true}}}};
    op.render = render_revert;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_adopt(registry);
    add_revert(registry);
}

}  // namespace stele::history
