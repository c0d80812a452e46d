#include "operate/archive/client_tools.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/home.hpp"

namespace stele::archive {

namespace {

constexpr std::size_t kComplaint = 400;

// The major version that a pg_dump says it is; 0 when there is none.
int major_of(const std::string& program) {
    const ops::ProcessResult outcome =
        ops::run({.argv = {program, "--version"}}, deadline_in(std::chrono::seconds(10)));
    const auto at = outcome.output.find(") ");  // "pg_dump (PostgreSQL) 17.6 (Debian …)"
    int major = 0;
    if (outcome.status == 0 && at != std::string::npos)
        std::from_chars(outcome.output.data() + at + 2,
                        outcome.output.data() + outcome.output.size(), major);
    return major;
}

}  // namespace

ClientTools ClientTools::for_server(int server_version) {
    std::vector<std::string> places;
    if (const auto state = ops::read_state(ops::stele_home())) places.push_back(state->bin);
    try {
        places.push_back(ops::find_programs("").bin.string());
    } catch (const Error&) {
        // A machine with clients alone has them on PATH.
    }
    places.emplace_back();
    const int wanted = server_version / 10'000;
    for (const std::string& bin : places) {
        const ClientTools tools(bin, 0);
        const int major = major_of(tools.program("pg_dump"));
        if (major >= wanted) return {bin, major};
    }
    throw Error(Code::unavailable,
                fmt::format("there is no pg_dump for PostgreSQL {} on this machine", wanted),
                fmt::format("apt-get install postgresql-client-{}, or name its directory with "
                            "STELE_PG_BIN",
                            wanted));
}

std::string ClientTools::program(const char* name) const {
    return bin_.empty() ? name : bin_ + "/" + name;
}

void run_tool(runtime::Context& context, const ops::Command& command,
              const std::function<void()>& tick) {
    const ops::ProcessResult outcome = ops::run(command, context.deadline, [&] {
        check_cancelled(context);
        if (tick) tick();
    });
    check_cancelled(context);
    if (outcome.status == 0) return;
    const std::string name = command.argv[0].substr(command.argv[0].rfind('/') + 1);
    throw Error(
        Code::failed,
        fmt::format("{} failed: {}", name, excerpt(redact(trim(outcome.output)), kComplaint)),
        "nothing was changed; `stele doctor` looks at the database");
}

std::unique_ptr<pg::Connection> open_operator(const pg::ConnInfo& info, Deadline deadline) {
    auto connection =
        pg::Connection::open(info, {.prepared_statements = false},
                             std::min(deadline, deadline_in(limits::kConnectTimeout)));
    connection->script(
        "SET stele.operator = 'on'; SET row_security = on; SET statement_timeout = 0; "
        "SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'",
        deadline_in(limits::kConnectTimeout));
    return connection;
}

pg::ConnInfo with_operator_options(pg::ConnInfo info) {
    info.set("options", info.get("options") + " -c stele.operator=on");
    return info;
}

void stage(runtime::Context& context, std::string_view what) {
    check_cancelled(context);
    if (context.progress) context.progress({0, 0, what});
}

void check_cancelled(const runtime::Context& context) {
    if (context.cancelled.stop_requested())
        throw Error(Code::cancelled, "stopped before the end", "nothing was changed");
}

}  // namespace stele::archive
