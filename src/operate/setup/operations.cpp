#include "operate/setup/operations.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "foundation/pg/database.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "operate/cluster/types.hpp"
#include "operate/migrations/migration_locks.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/migrations/sql_script.hpp"
#include "operate/setup/setup.hpp"
#include "operate/status/status.hpp"
#include "runtime/settings.hpp"

namespace stele::ops {

namespace {

using runtime::Context;
using runtime::Effect;
using runtime::Operation;
using std::chrono::milliseconds;

constexpr milliseconds kStatusLimit{5'000};
constexpr milliseconds kFollowPause{200};

StatusOutput status(Context& context, const StatusInput& input) {
    return database_status(context.db, input,
                           std::min(context.deadline, deadline_in(kStatusLimit)));
}

std::string version_or_none(int version) {
    return version ? version_text(version) : "none";
}

// The files that were applied are read, too: they made the tables that the others lock.
void add_locks(const Migrations& migrations, int applied, MigrateOutput& out) {
    LockReader reader;
    for (int i = 0; i < applied; ++i) reader.read(migrations[std::size_t(i)].up);
    for (std::size_t i = 0; i < out.migrations.size(); ++i) {
        auto& planned = out.migrations[i].planned.emplace();
        for (StatementLocks& one : reader.read(migrations[std::size_t(applied) + i].up)) {
            std::vector<TableLock> locks;
            for (const auto& [table, mode] : one.locks)
                locks.push_back({table, std::string(name_of(mode))});
            planned.push_back({one.line, std::move(one.statement), std::move(locks), one.dynamic,
                               one.problem.empty() ? std::nullopt : std::optional(one.problem)});
        }
    }
}

MigrateOutput migrate_schema(Context& context, const MigrateInput& input) {
    MigrateOptions options{.to = input.to,
                           .plan = input.plan,
                           .schema = context.settings.database.schema,
                           .into_existing = input.into_existing,
                           .connect_tries = input.connect_tries,
                           .lock_wait = milliseconds(input.lock_wait_ms),
                           .cancelled = context.cancelled};
    Migrations files;
    if (!input.dir.empty()) {
        files = migrations_in(input.dir);
        options.migrations = &files;
    }
    const MigrateResult result = migrate(admin_endpoint(context), options);
    // Sessions that were opened before do not know the new types.
    if (!input.plan && !result.applied.empty()) context.db.pool().clear();
    MigrateOutput out{input.plan, version_or_none(result.from), version_or_none(result.to), {}};
    for (const AppliedMigration& step : result.applied)
        out.migrations.push_back(
            {step.migration->id(), step.migration->contract ? "contract" : "expand",
             step.migration->in_transaction, int(split_script(step.migration->up).size()),
             step.duration.count(), std::nullopt});
    if (input.plan) add_locks(options.migrations ? files : embedded_migrations(), result.from, out);
    return out;
}

ClusterOutput output_of(const ClusterOutcome& outcome, bool changed) {
    return {true, changed, outcome.port, outcome.version, outcome.data};
}

ClusterOutput start(Context& context, const StartInput& input) {
    require_local(context, "db start");
    const ClusterOutcome outcome = start_local_cluster(milliseconds(input.timeout_ms));
    return output_of(outcome, outcome.started);
}

ClusterOutput stop(Context& context, const NoInput&) {
    require_local(context, "db stop");
    return {false, stop_local_cluster(), 0, "", ""};
}

ClusterOutput restart(Context& context, const StartInput& input) {
    require_local(context, "db restart");
    stop_local_cluster();
    return output_of(start_local_cluster(milliseconds(input.timeout_ms)), true);
}

// Prints what is appended, and goes on in the newer file when the server has begun one.
[[noreturn]] void follow(Context& context, std::filesystem::path file) {
    std::ifstream in(file, std::ios::ate);
    for (std::string line;;) {
        while (std::getline(in, line)) std::fputs((redact(line) + "\n").c_str(), stdout);
        std::fflush(stdout);
        in.clear();
        if (context.cancelled.stop_requested()) throw Error(Code::cancelled, "stopped following");
        std::this_thread::sleep_for(kFollowPause);
        if (const auto newest = local_cluster_log(); newest != file) {
            file = newest;
            in = std::ifstream(file);
        }
    }
}

LogsOutput logs(Context& context, const LogsInput& input) {
    require_local(context, "db logs");
    const auto file = local_cluster_log();
    LogsOutput out{file, tail(file, input.lines)};
    if (!input.follow) return out;
    std::fputs(redact(out.text).c_str(), stdout);
    follow(context, file);
}

// This process becomes psql.
json::object psql(Context& context, const PsqlInput& input) {
    const pg::ConnInfo info = endpoint(context, input.role);
    const bool local = context.settings.database.url.empty();
    const auto state = local ? read_state(stele_home()) : std::nullopt;
    Command command = client_command(
        state ? (std::filesystem::path(state->bin) / "psql").string() : "psql", info);
    command.directory = std::filesystem::current_path();
    if (!input.command.empty()) command.argv.push_back("--command=" + input.command);
    become(command);
}

UrlOutput url(Context& context, const UrlInput& input) {
    require_local(context, "db url");
    const Home home = stele_home();
    const auto state = read_state(home);
    if (!state)
        throw Error(Code::configuration, "there is no local cluster", "`stele setup` makes one");
    const char* role = input.role == DatabaseRole::app     ? kApp
                       : input.role == DatabaseRole::owner ? kOwner
                                                           : kSuperuser;
    return {cluster_url(home, state->port, role, input.socket ? Via::socket : Via::tcp)};
}

// "    :17 ACCESS EXCLUSIVE on memories, events; ALTER TABLE …"
std::string locks_text(const json::object& step) {
    const json::value* planned = step.if_contains("planned");
    if (!planned) return "";
    std::string out;
    for (const json::value& statement : planned->as_array()) {
        std::map<std::string, std::string> tables;  // by mode
        for (const json::value& lock : statement.at("locks").as_array()) {
            std::string& list = tables[std::string(lock.at("mode").as_string())];
            list += (list.empty() ? "" : ", ") + std::string(lock.at("table").as_string());
        }
        std::string locks;
        for (const auto& [mode, list] : tables)
            locks += fmt::format("{}{} on {}", locks.empty() ? "" : ", ", mode, list);
        if (statement.at("dynamic").as_bool())
            locks += fmt::format("{}unknown: it runs SQL that it puts together",
                                 locks.empty() ? "" : ", ");
        if (const json::value* problem = statement.as_object().if_contains("problem"))
            locks = fmt::format("unknown, for it could not be read: {}",
                                std::string_view(problem->as_string()));
        out += fmt::format("  :{} {}; {}\n", statement.at("line").to_number<int>(),
                           locks.empty() ? "none on existing tables" : locks,
                           std::string_view(statement.at("statement").as_string()));
    }
    return out;
}

std::string render_migrate(const json::value& output) {
    const json::object& object = output.as_object();
    const bool planned = object.at("planned").as_bool();
    const json::array& steps = object.at("migrations").as_array();
    if (steps.empty())
        return fmt::format("nothing to do: the schema is at {}\n",
                           std::string_view(object.at("to").as_string()));
    std::string out;
    for (const json::value& value : steps) {
        const json::object& step = value.as_object();
        out += fmt::format("{} {} ({}, {} statements{})", planned ? "would apply" : "applied",
                           std::string_view(step.at("migration").as_string()),
                           std::string_view(step.at("phase").as_string()),
                           step.at("statements").to_number<int>(),
                           step.at("transaction").as_bool() ? "" : ", without a transaction");
        out += planned
                   ? "; locks:\n" + locks_text(step)
                   : fmt::format(" in {} ms\n", step.at("durationMs").to_number<std::int64_t>());
    }
    return out;
}

std::string render_cluster(const json::value& output) {
    const json::object& object = output.as_object();
    const bool running = object.at("running").as_bool(), changed = object.at("changed").as_bool();
    if (!running) return changed ? "stopped\n" : "it was not running\n";
    return fmt::format("{}: PostgreSQL {} on port {}\n", changed ? "started" : "running already",
                       std::string_view(object.at("version").as_string()),
                       object.at("port").to_number<int>());
}

std::string render_text(const json::value& output) {
    return std::string(output.at("text").as_string());
}

std::string render_url(const json::value& output) {
    return std::string(output.at("url").as_string()) + "\n";
}

void add_status(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("db.status", status))
            .says("Is the database well? Seven lines, exit code 3 when it is not",
                  "Use it first when something about memory does not work: connection, schema, "
                  "reading, writing, migrations, extensions. writeCheck inserts a row and removes "
                  "it.")
            .with_idempotent()
            .with_scopes({"ops:read"})
            .with_routes({{"GET", "/v1/db/status"}})
            .with_examples({{"At a glance", {}}, {"With a real write", {{"writeCheck", true}}}})
            .with_render(render_status));
}

void add_migrate(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("db.migrate", migrate_schema))
            .says("Bring the schema up to date",
                  "Applies the migrations that are missing, one runner at a time. A second run "
                  "changes nothing. Refuses (exit 4) a database that is newer or was changed by "
                  "hand. --plan shows each statement's locks on tables that are there already.")
            .with_effect(Effect::write)
            .with_audit(runtime::Audit::change)
            .with_idempotent()
            .with_scopes({"ops:admin"})
            .with_across_tenants()
            .with_doors(runtime::kCli)
            .with_time_limit(std::chrono::hours(24))
            .with_examples({{"See what would run", {{"plan", true}}}, {"Run it", {}}})
            .with_render(render_migrate));
}

Operation cli_only(Operation op, Effect effect) {
    op.effect = effect;
    op.across_tenants = true;
    if (effect != Effect::read) op.audit = runtime::Audit::change;
    op.idempotent = true;
    op.scopes = {"ops:admin"};
    op.doors = runtime::kCli;
    op.time_limit = std::chrono::hours(24);
    return runtime::diagnostic(std::move(op));
}

void add_local(runtime::Registry& registry) {
    registry.add(cli_only(runtime::operation("db.start", start), Effect::write)
                     .says("Start the local PostgreSQL",
                           "Does nothing when it answers already. Recovers from a crash.")
                     .with_offline()
                     .with_examples({{"Start", {}}})
                     .with_render(render_cluster));

    registry.add(
        cli_only(runtime::operation("db.stop", stop), Effect::write)
            .says("Stop the local PostgreSQL",
                  "Ends its connections and stops it in order; `stele mcp` starts it again.")
            .with_offline()
            .with_examples({{"Stop", {}}})
            .with_render(render_cluster));

    registry.add(cli_only(runtime::operation("db.restart", restart), Effect::write)
                     .says("Stop and start the local PostgreSQL", "For settings that need it.")
                     .with_offline()
                     .with_examples({{"Restart", {}}})
                     .with_render(render_cluster));

    registry.add(cli_only(runtime::operation("db.logs", logs), Effect::read)
                     .says("The local PostgreSQL's log",
                           "The last lines; --follow goes on until it is interrupted.")
                     .with_offline()
                     .with_examples({{"The last twenty", {{"lines", 20}}}})
                     .with_render(render_text));

    registry.add(
        cli_only(runtime::operation("db.psql", psql), Effect::write)
            .says("A psql session on the database",
                  "Connects as the owner, or as --role says, without asking for a password.")
            .with_examples({{"One question", {{"command", "SELECT count(*) FROM memories"}}}}));

    registry.add(
        cli_only(runtime::operation("db.url", url), Effect::read)
            .says("The local database's URL, for other programs",
                  "It holds no password; libpq takes it from the file that passfile names.")
            .with_offline()
            .with_examples({{"For a tool that works as the owner", {{"role", "owner"}}}})
            .with_render(render_url));
}

void add_setup(runtime::Registry& registry) {
    registry.add(
        cli_only(runtime::operation("ops.setup", setup), Effect::write)
            .says("From nothing to a database that answers and clients that find it",
                  "Makes a PostgreSQL of Stele's own on this machine (or uses --url, or --docker), "
                  "brings the schema up to date, proves that it can be written and read, and shows "
                  "what it would write into the configuration of OpenCode, Claude Code, Cursor and "
                  "VS Code. --write-clients writes it. Safe to run again.")
            .with_command("setup")
            .with_examples({{"A local database; clients are shown", {}},
                            {"And configure the clients found here", {{"writeClients", true}}},
                            {"One client, nothing written yet",
                             {{"client", json::array{"claude-code"}}, {"dryRun", true}}}})
            .with_render(render_setup));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    add_setup(registry);
    add_status(registry);
    add_migrate(registry);
    add_local(registry);
}

}  // namespace stele::ops
