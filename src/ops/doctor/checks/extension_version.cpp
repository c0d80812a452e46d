#include <fmt/format.h>

#include <array>
#include <charconv>

#include "doctor/sql.hpp"
#include "ops/doctor/checks.hpp"

namespace stele::doctor {

namespace {

using Version = std::array<int, 3>;
constexpr Version kOldest{0, 8, 0};
// Before it, inserts beside each other can corrupt an HNSW graph.
constexpr Version kOldestHnsw{0, 8, 6};

Version parse(std::string_view text) {
    Version out{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int& part : out) {
        at = std::from_chars(at, end, part).ptr;
        if (at == end || *at != '.') break;
        ++at;
    }
    return out;
}

Finding examine(Patient& patient) {
    const pg::Result rows = patient.ask(sql::vector_version);
    const auto installed = rows[0].get<std::optional<std::string>>(0);
    if (!installed) return skipped("vector is not installed: see extensions");
    const auto offered = rows[0].get<std::optional<std::string>>(1).value_or(*installed);
    const bool has_hnsw = rows[0].get<bool>(2);
    const Version version = parse(*installed);
    const Version wanted = has_hnsw ? kOldestHnsw : kOldest;
    const std::string evidence = "vector " + *installed;
    if (version >= wanted) return pass(evidence);
    std::string mend = "ALTER EXTENSION vector UPDATE;";
    if (parse(offered) < wanted)
        mend = fmt::format(
                   "apt-get install postgresql-{}-pgvector  # on the server: its files are {}\n",
                   patient.facts().version.substr(0, patient.facts().version.find('.')), offered) +
               mend;
    if (version < kOldest)
        return fail(evidence, "searches rely on what pgvector 0.8 brought (iterative scans)", mend);
    return fail(evidence + ", and there are HNSW indexes",
                "before 0.8.6, inserts beside each other can corrupt an HNSW index",
                mend + "\n" +
                    fmt::format("REINDEX DATABASE CONCURRENTLY \"{}\";", patient.facts().database));
}

}  // namespace

const Check kExtensionVersion{"extension-version", "pgvector is new enough", Needs::database,
                              examine};

}  // namespace stele::doctor
