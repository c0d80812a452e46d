#include "operate/archive/compare.hpp"

#include <fmt/format.h>

#include <map>

#include "foundation/base/error.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "operate/migrations/ledger.hpp"

namespace stele::archive {

namespace {

std::map<std::string, TableState> by_name(const std::vector<TableState>& tables) {
    std::map<std::string, TableState> out;
    for (const TableState& table : tables) out[table.name] = table;
    return out;
}

void compare_tables(const Manifest& expected, const Manifest& actual, Findings& out) {
    auto found = by_name(actual.tables);
    for (const TableState& table : expected.tables) {
        const auto at = found.find(table.name);
        if (at == found.end()) {
            out.push_back({"table " + table.name, "there", "missing"});
            continue;
        }
        const TableState& is = at->second;
        if (is.rows != table.rows)
            out.push_back(
                {"rows of " + table.name, std::to_string(table.rows), std::to_string(is.rows)});
        else if (is.checksum != table.checksum)
            out.push_back({"checksum of " + table.name, table.checksum, is.checksum});
        found.erase(at);
    }
    for (const auto& [name, table] : found) out.push_back({"table " + name, "not there", "there"});
}

void compare_extensions(const Manifest& expected, const Manifest& actual, Findings& out) {
    std::map<std::string, std::string> found;
    for (const Extension& extension : actual.extensions) found[extension.name] = extension.version;
    for (const char* name : ops::kRequiredExtensions)
        for (const Extension& extension : expected.extensions) {
            if (extension.name != name) continue;
            const std::string is = found.contains(name) ? found[name] : "missing";
            if (is == "missing" || ops::version_before(is, extension.version))
                out.push_back({std::string("extension ") + name, extension.version, is});
        }
}

}  // namespace

Findings compare(const Manifest& expected, const Manifest& actual) {
    Findings out;
    if (expected.migration_version != actual.migration_version)
        out.push_back({"migration version", ops::version_text(expected.migration_version),
                       ops::version_text(actual.migration_version)});
    compare_tables(expected, actual, out);
    compare_extensions(expected, actual, out);
    return out;
}

void refuse_other_history(const Manifest& manifest) {
    std::vector<ops::LedgerRow> rows;
    for (const AppliedVersion& applied : manifest.migrations)
        rows.push_back({applied.version, applied.name, applied.checksum, {}});
    if (const auto drift = ops::find_drift(rows, ops::embedded_migrations()))
        throw Error(Code::refused, "the dump does not fit this program: " + drift->message,
                    "restore it with the version of Stele that made it (the manifest's `tool`), or "
                    "a newer one",
                    {{"drift", drift->kind}});
}

}  // namespace stele::archive
