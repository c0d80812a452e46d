#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

struct Limit {
    std::int64_t connections = 0;
    std::int64_t others = 0;  // what programs that are not Stele hold of it
    const char* name = "";

    std::int64_t left() const { return std::max<std::int64_t>(connections - others, 0); }
};

int count_in(std::string_view text, int least) {
    int out = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && out >= least && out <= 100'000 ? out : -1;
}

// "agent=2x(20+40)"; processes, brackets and overflow may be left out.
OtherPool other_pool(const std::string& given) {
    OtherPool out;
    const auto equals = given.find('=');
    out.name = trim(std::string_view(given).substr(0, equals));
    std::string_view rest = equals == std::string::npos ? "" : given;
    rest.remove_prefix(rest.empty() ? 0 : equals + 1);
    if (const auto times = rest.find_first_of("xX*"); times != std::string_view::npos) {
        out.processes = count_in(rest.substr(0, times), 1);
        rest.remove_prefix(times + 1);
    }
    if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
    const auto plus = rest.find('+');
    out.pool_size = count_in(rest.substr(0, plus), 1);
    if (plus != std::string_view::npos) out.overflow = count_in(rest.substr(plus + 1), 0);
    if (out.name.empty() || out.processes < 0 || out.pool_size < 0 || out.overflow < 0)
        throw Error(Code::invalid_argument,
                    fmt::format("beside: \"{}\" is not name=processes x (pool + overflow)",
                                excerpt(given, 60)),
                    "for example --beside 'agent=2x(20+40)'");
    out.connections = std::int64_t(out.processes) * (out.pool_size + out.overflow);
    return out;
}

// More connections want more of the memory that all share: as much more as there are more of them.
std::string larger_server(const PoolOutput& out, std::int64_t connections, std::int64_t buffers) {
    constexpr std::int64_t kMegabyte = 1 << 20;
    const std::int64_t grown =
        buffers * connections / std::max<std::int64_t>(out.max_connections, 1);
    return fmt::format(
        "as a superuser, both together: ALTER SYSTEM SET max_connections = {}; ALTER SYSTEM SET "
        "shared_buffers = '{}MB' (no more than a quarter of the memory); then restart the server",
        connections, (grown + kMegabyte - 1) / kMegabyte);
}

std::vector<std::string> remedies(const PoolOutput& out, const Limit& limit,
                                  std::int64_t shared_buffers) {
    std::vector<std::string> all;
    if (const auto each = limit.left() / out.processes; each >= 1)
        all.push_back(fmt::format("set database.poolSize = {} (STELE_DATABASE_POOL_SIZE) for {} {}",
                                  each, out.processes,
                                  out.processes == 1 ? "process" : "processes"));
    const std::int64_t needed = out.wanted + limit.others;
    const std::string name = limit.name;
    if (name == "max_connections")
        all.push_back(larger_server(out, needed + out.reserved, shared_buffers));
    else
        all.push_back(fmt::format("as a superuser: ALTER {} … CONNECTION LIMIT {}",
                                  name.starts_with("role") ? "ROLE" : "DATABASE", needed));
    all.emplace_back("or put PgBouncer in transaction mode between Stele and the server");
    return all;
}

}  // namespace

PoolOutput pool_budget(pg::Database& db, const PoolInput& input, int pool_size, Deadline deadline) {
    PoolOutput out;
    for (const std::string& given : input.other_pools) out.other_pools.push_back(other_pool(given));
    const pg::Result server = db.untenanted(deadline, sql::pool_server);
    out.max_connections = server[0].get<std::int64_t>(0);
    out.reserved = server[0].get<std::int64_t>(1);
    Limit all{out.max_connections - out.reserved, 0, "max_connections"};
    Limit role{server[0].get<std::int64_t>(2), 0, "role limit"};
    Limit database{server[0].get<std::int64_t>(3), 0, "database limit"};
    for (const OtherPool& one : out.other_pools) all.others += one.connections;
    std::int64_t ours = 0;
    for (const pg::Row row : db.untenanted(deadline, sql::pool_clients)) {
        Client client{row.get<std::string>(0), row.get<std::int64_t>(1)};
        if (client.application.starts_with("stele")) {
            ours += client.connections;
        } else {
            // What it holds now is part of what it may hold.
            const bool named = std::ranges::find(out.other_pools, client.application,
                                                 &OtherPool::name) != out.other_pools.end();
            if (!named) all.others += client.connections;
            role.others += row.get<std::int64_t>(2);
            database.others += row.get<std::int64_t>(3);
        }
        out.clients.push_back(std::move(client));
    }
    Limit tightest = all;
    for (const Limit& own : {role, database})
        if (own.connections >= 0 && own.left() < tightest.left()) tightest = own;

    out.pool_size = input.pool_size.value_or(pool_size);
    const std::int64_t running = (ours + out.pool_size - 1) / out.pool_size;
    out.processes = input.processes.value_or(int(std::max<std::int64_t>(running, 1)));
    out.wanted = std::int64_t(out.processes) * out.pool_size;
    out.others = tightest.others;
    out.available = tightest.left();
    out.limited_by = tightest.name;
    out.fits = out.wanted <= out.available;
    out.exit_code = out.fits ? 0 : 1;
    if (!out.fits) out.remedies = remedies(out, tightest, server[0].get<std::int64_t>(4));
    return out;
}

}  // namespace stele::watch
