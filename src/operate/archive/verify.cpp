#include "operate/archive/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/compare.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/probes.hpp"

namespace stele::archive {

namespace {

namespace fs = std::filesystem;

// What an archive's table of contents says after "TABLE DATA" and the schema, a line an entry:
// "3456; 0 16389 TABLE DATA public memories stele_owner" → "memories stele_owner".
std::vector<std::string> tables_with_data(const std::string& contents, const std::string& schema) {
    const std::string mark = " TABLE DATA " + schema + " ";
    std::vector<std::string> out;
    std::istringstream lines(contents);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(mark);
        if (!line.starts_with(';') && at != std::string::npos)
            out.push_back(line.substr(at + mark.size()));
    }
    return out;
}

// The newest of the programs reads every older archive.
std::string table_of_contents(runtime::Context& context, const fs::path& file) {
    const ClientTools tools = ClientTools::for_server(ops::kOldestMajor * 10'000);
    const ops::ProcessResult listed = ops::run(
        {.argv = {tools.program("pg_restore"), "--list", file.string()}}, context.deadline);
    if (listed.status != 0)
        throw Error(Code::failed,
                    "the table of contents cannot be read: " + excerpt(trim(listed.output), 200));
    return listed.output;
}

// What is restored first, and what only afterwards: with row-level security on, a foreign key
// cannot be checked by an owner whom it binds, and parallel jobs would not keep the archive's
// order.
struct Lists {
    fs::path first, last;
    ~Lists() {
        std::error_code error;
        for (const fs::path& path : {first, last}) fs::remove(path, error);
    }
};

Lists lists_of(const std::string& contents, const std::string& name) {
    std::string first, last;
    std::istringstream lines(contents);
    for (std::string line; std::getline(lines, line);) {
        const bool security = line.find(" POLICY ") != std::string::npos ||
                              line.find(" ROW SECURITY ") != std::string::npos;
        (security ? last : first) += line + "\n";
    }
    const fs::path dir = fs::temp_directory_path();
    Lists out{dir / (name + ".first"), dir / (name + ".last")};
    ops::write_file(out.first, first, 0600);
    ops::write_file(out.last, last, 0600);
    return out;
}

void check_contents(runtime::Context& context, const fs::path& file, const Manifest& manifest,
                    VerifyOutput& out) {
    std::vector<std::string> held =
        tables_with_data(table_of_contents(context, file), manifest.source.schema);
    const std::size_t count = held.size();
    // Names may hold blanks, and so may the owner's after them: the longest that fits is the table.
    std::vector<TableState> tables = manifest.tables;
    std::ranges::sort(tables, std::ranges::greater{},
                      [](const TableState& table) { return table.name.size(); });
    for (const TableState& table : tables)
        if (std::erase_if(held, [&](const std::string& entry) {
                return entry.starts_with(table.name + " ");
            }) == 0)
            out.findings.push_back({"rows of table " + table.name, "in the dump", "missing"});
    for (const std::string& entry : held)
        out.findings.push_back(
            {"table " + entry.substr(0, entry.find(' ')), "not in the manifest", "in the dump"});
    out.checked.push_back(fmt::format("table of contents: {} tables", count));
}

void check_bytes(runtime::Context& context, const fs::path& file, const Manifest& manifest,
                 VerifyOutput& out) {
    std::error_code error;
    out.bytes = std::int64_t(fs::file_size(file, error));
    if (error)
        throw Error(Code::failed, fmt::format("cannot read {}", file.string()),
                    "does it exist, and may this user read it?");
    if (out.bytes != manifest.dump.bytes) {
        out.findings.push_back({"size", fmt::format("{} bytes", manifest.dump.bytes),
                                fmt::format("{} bytes", out.bytes)});
        return;
    }
    const std::string sha256 = sha256_of_file(context, file, "of the dump hashed");
    if (sha256 != manifest.dump.sha256)
        out.findings.push_back({"sha256", manifest.dump.sha256, sha256});
    out.checked.push_back(fmt::format("size and sha256 of {} bytes", out.bytes));
}

void conclude(VerifyOutput& out, std::chrono::steady_clock::time_point started) {
    out.ok = out.findings.empty();
    out.exit_code = out.ok ? 0 : 1;
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace

VerifyOutput verify(runtime::Context& context, const fs::path& name) {
    const auto started = std::chrono::steady_clock::now();
    const fs::path file = fs::absolute(name);
    VerifyOutput out;
    out.file = file.string();
    stage(context, "verifying");
    try {
        const Manifest manifest = read_manifest(file);
        out.rows = manifest.rows();
        out.tables = int(manifest.tables.size());
        out.checked.emplace_back("manifest and its seal");
        check_bytes(context, file, manifest, out);
        if (out.findings.empty()) check_contents(context, file, manifest, out);
        refuse_other_history(manifest);
        out.checked.push_back("migration history up to " +
                              ops::version_text(manifest.migration_version));
    } catch (const Error& error) {
        if (error.code() != Code::failed && error.code() != Code::refused) throw;
        out.findings.push_back({"dump and manifest", "whole and known", error.what()});
    }
    conclude(out, started);
    return out;
}

void compare_scratch(runtime::Context& context, const Manifest& manifest,
                     const pg::ConnInfo& scratch, int jobs, std::vector<std::string>& checked,
                     Findings& findings) {
    stage(context, "comparing every table");
    {
        Snapshot snapshot(scratch, context.deadline);
        Manifest actual = snapshot.describe();
        actual.tables = snapshot.tables(context, jobs);
        for (Finding& finding : compare(manifest, actual)) findings.push_back(std::move(finding));
    }
    checked.push_back(fmt::format("{} rows in {} tables: counts and checksums", manifest.rows(),
                                  manifest.tables.size()));
    checked.emplace_back("migration version and extensions");
    stage(context, "probing");
    probe(context, scratch, checked, findings);
}

std::vector<std::string> restore_arguments(const pg::ConnInfo& into, const Manifest& manifest,
                                           const std::string& owner) {
    // Of the schema, not the schema itself: a new database has it.
    std::vector<std::string> out{"--no-owner", "--no-acl", "--exit-on-error",
                                 "--schema=" + manifest.source.schema};
    if (owner != into.get("user")) out.push_back("--role=" + owner);
    return out;
}

void restore_and_compare(runtime::Context& context, const fs::path& file, const Manifest& manifest,
                         Scratch& scratch, const std::string& owner, int jobs,
                         std::vector<std::string>& checked, Findings& findings) {
    scratch.prepare(manifest);
    stage(context, "restoring");
    const auto connection = open_operator(scratch.info(), context.deadline);
    const ClientTools tools = ClientTools::for_server(connection->server_version());
    ops::Command command = ops::client_command(tools.program("pg_restore"), scratch.info());
    for (std::string& argument : restore_arguments(scratch.info(), manifest, owner))
        command.argv.push_back(std::move(argument));
    command.argv.push_back(fmt::format("--jobs={}", jobs));
    const Lists lists = lists_of(table_of_contents(context, file), scratch.info().get("dbname"));
    for (const fs::path& list : {lists.first, lists.last}) {
        ops::Command part = command;
        part.argv.push_back("--use-list=" + list.string());
        part.argv.push_back(file.string());
        run_tool(context, part, [&] { show_size(context, *connection, "restored", 0); });
    }
    scratch.grant(manifest);
    stage(context, "analyzing");
    // The planner's statistics while the rows are read anyway.
    auto analyzed = std::async(std::launch::async, [&] {
        connection->script("ANALYZE", context.deadline, context.cancelled);
    });
    compare_scratch(context, manifest, scratch.info(), jobs, checked, findings);
    analyzed.get();
}

VerifyOutput verify_dump(runtime::Context& context, const VerifyInput& input,
                         const pg::ConnInfo& target) {
    const auto started = std::chrono::steady_clock::now();
    const fs::path file = fs::absolute(input.file);
    VerifyOutput out = verify(context, file);
    if (!input.deep || !out.ok) return out;
    const Manifest manifest = read_manifest(file);
    Identity identity;
    {
        const auto connection = open_operator(target, context.deadline);
        identity = identity_of(*connection, context.deadline);
    }
    Scratch scratch(target, identity, context.deadline);
    restore_and_compare(context, file, manifest, scratch, identity.owner, input.jobs, out.checked,
                        out.findings);
    out.deep = true;
    conclude(out, started);
    return out;
}

void refuse_findings(const Findings& findings, std::string_view what) {
    if (findings.empty()) return;
    const Finding& first = findings.front();
    throw Error(
        Code::failed,
        fmt::format("{}: {} is {}, expected {}{}", what, first.what, first.found, first.expected,
                    findings.size() > 1 ? fmt::format(" ({} findings)", findings.size()) : ""),
        "the target is as it was; `stele db verify-dump --file F` names every finding");
}

}  // namespace stele::archive
