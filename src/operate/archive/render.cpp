#include "operate/archive/render.hpp"

#include <fmt/format.h>

namespace stele::archive {

namespace {

std::string_view text(const json::value& object, std::string_view name) {
    const json::value* value = object.as_object().if_contains(name);
    return value && value->is_string() ? std::string_view(value->get_string()) : "";
}

std::int64_t number(const json::value& object, std::string_view name) {
    return object.at(name).to_number<std::int64_t>();
}

double decimal(const json::value& object, std::string_view name) {
    return object.at(name).to_number<double>();
}

std::string size(std::int64_t bytes) {
    if (bytes < 10'000) return fmt::format("{} bytes", bytes);
    if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
    return fmt::format("{:.1f} MB", double(bytes) / 1e6);
}

std::string checked(const json::value& output) {
    std::string out;
    for (const json::value& line : output.at("checked").as_array())
        out += fmt::format("  checked: {}\n", std::string_view(line.as_string()));
    return out;
}

std::string notes(const json::value& output) {
    std::string out;
    for (const json::value& line : output.at("notes").as_array())
        out += fmt::format("  not kept: {}\n", std::string_view(line.as_string()));
    return out;
}

// Payloads outside PostgreSQL are listed by a dump, never copied, and that is said.
std::string artifacts(const json::value& manifest) {
    const auto& list = manifest.at("artifacts").as_array();
    if (list.empty()) return "";
    std::string out = "  payloads outside PostgreSQL, which are not in the dump:\n";
    for (const json::value& uri : list)
        out += fmt::format("    {}\n", std::string_view(uri.as_string()));
    return out;
}

}  // namespace

std::string render_dump(const json::value& output) {
    const json::value& manifest = output.at("manifest");
    std::int64_t rows = 0;
    for (const json::value& table : manifest.at("tables").as_array()) rows += number(table, "rows");
    const json::value& dump = manifest.at("dump");
    return fmt::format("{}\n  {} rows in {} tables, {}, {:.1f} s\n  sha256 {}\n  manifest {}\n{}",
                       text(output, "file"), rows, manifest.at("tables").as_array().size(),
                       size(number(dump, "bytes")), decimal(output, "seconds"),
                       text(dump, "sha256"), text(output, "manifestFile"), artifacts(manifest));
}

std::string render_verify(const json::value& output) {
    std::string out =
        fmt::format("{}: {}\n", text(output, "file"),
                    output.at("ok").as_bool()
                        ? (output.at("deep").as_bool() ? "whole, restored and compared" : "whole")
                        : "NOT WHOLE");
    out += checked(output);
    for (const json::value& finding : output.at("findings").as_array())
        out += fmt::format("  {}: expected {}, found {}\n", text(finding, "what"),
                           text(finding, "expected"), text(finding, "found"));
    return out;
}

std::string render_restore(const json::value& output) {
    std::string out =
        fmt::format("{}\n  now holds {} rows in {} tables from {}, {:.1f} s\n  before: {}\n",
                    text(output, "database"), number(output, "rows"), number(output, "tables"),
                    text(output, "file"), decimal(output, "seconds"), text(output, "before"));
    if (const auto safety = text(output, "safetyDump"); !safety.empty())
        out += fmt::format("  what it held is in {}\n", safety);
    if (const auto pending = number(output, "pending"); pending > 0)
        out += fmt::format("  {} migrations pending: run `stele db migrate`\n", pending);
    return out + checked(output) + notes(output);
}

std::string render_backup(const json::value& output) {
    std::string out;
    if (const auto file = text(output, "file"); !file.empty())
        out = fmt::format("{}\n  {} rows, {}\n", file, number(output, "rows"),
                          size(number(output, "bytes")));
    for (const json::value& file : output.at("removed").as_array())
        out += fmt::format("  {} {}\n", output.at("dryRun").as_bool() ? "would remove" : "removed",
                           std::string_view(file.as_string()));
    for (const json::value& kept : output.at("kept").as_array())
        out += fmt::format("  kept {}: {}\n", text(kept, "file"), text(kept, "why"));
    if (const auto others = number(output, "leftAlone"); others > 0)
        out += fmt::format("  {} other dumps in that directory were left alone\n", others);
    return out.empty() ? "no backup would be removed\n" : out;
}

std::string render_backups(const json::value& output) {
    const auto& backups = output.at("backups").as_array();
    if (backups.empty())
        return fmt::format("no backup in {}: `stele db backup` makes one\n", text(output, "dir"));
    std::string out;
    for (const json::value& backup : backups) {
        const auto deep = text(backup, "deepVerifiedAt"), verified = text(backup, "verifiedAt");
        out += fmt::format("{}  {:.1f} h old, {}, {} rows, schema {}, {}\n", text(backup, "file"),
                           decimal(backup, "ageHours"), size(number(backup, "bytes")),
                           number(backup, "rows"), text(backup, "migrationVersion"),
                           !deep.empty()       ? fmt::format("restored and compared {}", deep)
                           : !verified.empty() ? fmt::format("verified {}", verified)
                                               : "never verified");
    }
    return out;
}

std::string render_reset(const json::value& output) {
    return fmt::format("{}\n  empty, schema {}; {} rows were destroyed\n", text(output, "database"),
                       text(output, "migrationVersion"), number(output, "rowsDestroyed")) +
           notes(output);
}

}  // namespace stele::archive
