#include "operate/history/adopt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/lint/catalog.hpp"
#include "operate/lint/scratch.hpp"
#include "operate/migrations/ledger.hpp"

namespace stele::history {

namespace {

constexpr std::chrono::minutes kLimit{2};
constexpr std::size_t kShownBytes = 400;

// The ledger is what is to be written, so it may be missing.
lint::Catalog catalog_without_ledger(pg::Connection& connection) {
    lint::Catalog out = lint::read_catalog(connection);
    std::erase_if(out, [](const std::string& line) {
        return line.find("schema_migrations") != std::string::npos;
    });
    return out;
}

std::vector<std::string> only_in(const lint::Catalog& left, const lint::Catalog& right) {
    std::vector<std::string> out;
    std::ranges::set_difference(left, right, std::back_inserter(out));
    for (std::string& line : out) line = excerpt(line, kShownBytes);
    return out;
}

lint::Catalog catalog_at(runtime::Context& context, const AdoptInput& input) {
    const lint::ScratchDatabase scratch(lint::scratch_server(context, input.scratch_url));
    ops::migrate(scratch.info(),
                 {.to = input.at, .connect_tries = 3, .cancelled = context.cancelled});
    return catalog_without_ledger(*scratch.connect());
}

// The version that the ledger has; 0 when there is none.
int recorded_version(pg::Connection& connection, const ops::Migrations& migrations) {
    const auto rows = ops::read_ledger(connection, deadline_in(kLimit));
    if (const auto drift = ops::find_drift(rows, migrations))
        throw Error(Code::refused, drift->message, drift->remedy, {{"drift", drift->kind}});
    return rows.empty() ? 0 : rows.back().version;
}

void record_all(pg::Connection& runner, const ops::Migrations& migrations, int from, int to) {
    runner.script("BEGIN", deadline_in(kLimit));
    ops::ensure_ledger(runner, deadline_in(kLimit));
    for (int version = from + 1; version <= to; ++version)
        ops::record(runner, migrations[std::size_t(version - 1)], {}, deadline_in(kLimit));
    runner.script("COMMIT", deadline_in(kLimit));
}

}  // namespace

AdoptOutput adopt(runtime::Context& context, const AdoptInput& input) {
    const ops::Migrations& migrations = ops::embedded_migrations();
    if (input.at > int(migrations.size()))
        throw Error(
            Code::invalid_argument,
            fmt::format("at: there is no migration {}; the last one is {}",
                        ops::version_text(input.at), ops::version_text(int(migrations.size()))));
    const auto runner =
        ops::open_runner(ops::admin_endpoint(context), {.cancelled = context.cancelled});
    const int recorded = recorded_version(*runner, migrations);
    AdoptOutput out;
    out.at = ops::version_text(recorded);
    if (recorded >= input.at) return out;
    const lint::Catalog wanted = catalog_at(context, input);
    const lint::Catalog found = catalog_without_ledger(*runner);
    out.missing = only_in(wanted, found);
    out.unexpected = only_in(found, wanted);
    if (!out.missing.empty() || !out.unexpected.empty()) {
        out.exit_code = exit_code_of(Code::refused);
        return out;
    }
    record_all(*runner, migrations, recorded, input.at);
    for (int version = recorded + 1; version <= input.at; ++version)
        out.adopted.push_back(migrations[std::size_t(version - 1)].id());
    out.at = ops::version_text(input.at);
    return out;
}

}  // namespace stele::history
