#include "operate/cluster/local_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/os/files.hpp"
#include "foundation/pg/connection.hpp"
#include "foundation/pg/environment.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/cluster_server.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/cluster/ports.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kSetupPatience{180'000};  // for another setup to end
constexpr milliseconds kStartLimit{60'000};
constexpr milliseconds kAnswer{5'000};
constexpr milliseconds kPoll{50};
constexpr int kPortTries = 8;
constexpr const char* kBusy = "setting up or starting the local database";

using ConnectionPtr = std::unique_ptr<pg::Connection>;

ConnectionPtr connect(const Home& home, int port, const char* role, Via via,
                      const char* database = kDatabase) {
    auto info = pg::ConnInfo::parse(cluster_url(home, port, role, via, Secret::in_url, database));
    info.set("sslmode", "disable");  // the environment's is meant for another server
    return pg::Connection::open(info, {.prepared_statements = false}, deadline_in(kAnswer));
}

// PostgreSQL's SQL has no parameters in CREATE ROLE; what is quoted here is made by this program.
void execute(pg::Connection& connection, const std::string& sql) {
    connection.script(sql, deadline_in(kStartLimit));
}

bool has_row(pg::Connection& connection, const std::string& sql) {
    return !connection.script(sql, deadline_in(kAnswer)).empty();
}

void ensure_role(pg::Connection& server, const Home& home, const char* role,
                 const std::string& powers) {
    if (has_row(server, fmt::format("SELECT FROM pg_roles WHERE rolname = '{}'", role))) return;
    const std::string password =
        powers.starts_with("LOGIN") ? fmt::format("PASSWORD '{}'", password_of(home, role)) : "";
    execute(server, fmt::format("CREATE ROLE {} {} {}", role, powers, password));
}

// What only a superuser may make. Every step looks first: the second run changes nothing, and a run
// that was cut short is finished by the next.
void prepare_contents(const Home& home, int port) {
    const auto server = connect(home, port, kSuperuser, Via::socket, "postgres");
    // Passwords must not get into the server's log.
    execute(*server,
            "SET log_min_duration_statement = -1; SET log_statement = 'none'; "
            "SET log_min_error_statement = 'panic'");
    ensure_role(*server, home, "stele_runtime", "NOLOGIN");
    ensure_role(*server, home, "stele_readonly", "NOLOGIN");
    ensure_role(*server, home, "stele_operator", "NOLOGIN");
    ensure_role(*server, home, "stele_audit", "NOLOGIN");
    ensure_role(*server, home, "stele_maintenance", "NOLOGIN");
    ensure_role(*server, home, kOwner, "LOGIN CREATEDB");
    ensure_role(*server, home, kApp, "LOGIN");
    execute(*server, fmt::format("GRANT stele_runtime, stele_readonly, stele_operator TO {}; "
                                 "GRANT stele_maintenance TO {}; GRANT stele_runtime TO {}",
                                 kOwner, kOwner, kApp));
    // To step into for one statement, not to have: before 16 a member has it all the same.
    execute(*server, fmt::format("DO $$ BEGIN EXECUTE 'GRANT stele_maintenance TO {}' || CASE WHEN "
                                 "current_setting('server_version_num')::int >= 160000 THEN "
                                 "' WITH INHERIT FALSE' ELSE '' END; END $$",
                                 kApp));
    if (!has_row(*server, fmt::format("SELECT FROM pg_database WHERE datname = '{}'", kDatabase)))
        execute(*server, fmt::format("CREATE DATABASE {} OWNER {}", kDatabase, kOwner));
    const auto database = connect(home, port, kSuperuser, Via::socket);
    for (const char* extension : kRequiredExtensions)
        if (has_row(*database, fmt::format("SELECT FROM pg_available_extensions WHERE name = '{}'",
                                           extension)))
            execute(*database, fmt::format("CREATE EXTENSION IF NOT EXISTS {}", extension));
}

// A committed write and a read of it, by the way that clients will take.
void verify_through_port(const Home& home, int port) {
    const auto connection = connect(home, port, kOwner, Via::tcp);
    execute(*connection, "DROP TABLE IF EXISTS public.stele_setup_check");
    execute(*connection, "CREATE TABLE public.stele_setup_check AS SELECT 7 AS answer");
    const bool read = has_row(*connection, "SELECT FROM public.stele_setup_check WHERE answer = 7");
    execute(*connection, "DROP TABLE public.stele_setup_check");
    if (!read)
        throw Error(Code::unavailable,
                    fmt::format("what was written through 127.0.0.1:{} could not be read", port));
}

bool answers(const Home& home, int port) {
    try {
        connect(home, port, kApp, Via::socket);
        return true;
    } catch (const pg::ServerError& error) {
        // Anything but silence is an answer; a wrong password or database is not mended by
        // starting.
        return error.sqlstate() != "08001" && !error.sqlstate().starts_with("08") &&
               error.sqlstate() != "57P03";
    }
}

Settings effective_settings(const ClusterState& state, const PostgresPrograms& programs) {
    Settings settings = sized_settings(this_machine());
    // Before 0.8.2 a parallel build of an HNSW index could write past its buffer.
    if (!programs.vector_version.empty() && version_before(programs.vector_version, kOldestHnsw))
        settings["max_parallel_maintenance_workers"] = "0";
    for (const auto& [name, value] : state.settings)
        settings[std::string(name)] = value.as_string().c_str();
    return settings;
}

[[noreturn]] void cannot_start(const Server& server, int port, const Server::Start& start) {
    throw Error(Code::unavailable,
                start.port_taken
                    ? fmt::format("port {} of 127.0.0.1 is in use: {}", port, start.said)
                    : "the local PostgreSQL did not start: " + start.said,
                start.port_taken ? "free it, or choose another with `stele setup --port`"
                                 : fmt::format("its log is in {}", server.home().logs().string()));
}

// Starts on the state's port; when that is taken and nobody insisted on it, on another one, which
// then stands in the state.
void start_server(const Server& server, ClusterState& state, milliseconds timeout) {
    const std::string settings = settings_text(effective_settings(state, server.programs()));
    std::vector<int> tried;
    for (;;) {
        tried.push_back(state.port);
        const Server::Start start = server.start(state.port, settings, timeout);
        if (start.ok) return;
        if (!start.port_taken || state.port_fixed || int(tried.size()) >= kPortTries)
            cannot_start(server, state.port, start);
        const int other = other_free_port(tried);
        log::info("port {} is in use; trying {}", state.port, other);
        state.port = other;
    }
}

int first_port(const SetupCluster& wanted) {
    if (wanted.port) return *wanted.port;
    return port_is_free(kDefaultPort) ? kDefaultPort : other_free_port({kDefaultPort});
}

Server server_of(const Home& home, const ClusterState& state, const std::string& pg_bin = "") {
    auto programs = pg_bin.empty() ? programs_in(state.bin) : find_programs(pg_bin, state.major);
    if (!programs || programs->major != state.major) programs = find_programs("", state.major);
    return {home, *programs, server_account(state.account)};
}

// A cluster that is there without its state is one whose setup was cut short, or whose cluster.json
// was lost: it is taken up again, never made anew.
ClusterState adopted_state(const Home& home, const SetupCluster& wanted) {
    ClusterState state;
    std::optional<int> major;
    for (int candidate = kNewestMajor; candidate >= kOldestMajor && !major; --candidate)
        if (fs::exists(home.data(candidate) / "PG_VERSION")) major = candidate;
    const PostgresPrograms programs = find_programs(wanted.pg_bin, major);
    state.major = programs.major;
    state.bin = programs.bin;
    state.port = first_port(wanted);
    return state;
}

bool same(const ClusterState& a, const ClusterState& b) {
    return reflect::write(a) == reflect::write(b);
}

void apply_wishes(ClusterState& state, const SetupCluster& wanted) {
    if (wanted.port) state.port = *wanted.port;
    if (wanted.port) state.port_fixed = true;
    if (!wanted.pg_user.empty()) state.account = wanted.pg_user;
    for (const auto& [name, value] : wanted.settings) state.settings[name] = value;
}

ClusterOutcome outcome_of(const Server& server, const ClusterState& state) {
    return {false,
            false,
            state.port,
            server.programs().version,
            server.programs().vector_version,
            server.data()};
}

bool has_cluster(const Home& home) {
    for (int major = kOldestMajor; major <= kNewestMajor; ++major)
        if (fs::exists(home.data(major) / "PG_VERSION")) return true;
    return false;
}

// pg_ctl hands the path to a shell, in double quotes; PostgreSQL and libpq take commas for the ends
// of socket directories and hosts.
void check_name(const Home& home) {
    const std::string path = home.root.string();
    const bool bad = std::ranges::any_of(path, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
               std::string_view("\"$`,").find(c) != std::string_view::npos;
    });
    if (!bad) return;
    std::string shown;
    for (const char c : path) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    throw Error(Code::configuration,
                fmt::format("PostgreSQL cannot run in {}: its name holds one of \" $ ` , or a "
                            "control character",
                            shown),
                "choose another STELE_HOME");
}

// What went wrong before is the error that counts.
void stop_quietly(const Server& server) {
    try {
        server.stop();
    } catch (const Error& error) {
        log::warn("the server that was started goes on running: {}", error.what());
    }
}

ClusterState known_state(const Home& home) {
    if (auto state = read_state(home)) return *state;
    throw Error(Code::configuration, "there is no local cluster", "`stele setup` makes one");
}

void check_passwords(const Home& home) {
    if (fs::exists(home.passwords())) return;
    throw Error(Code::configuration,
                fmt::format("the passwords of the local cluster are missing: {}",
                            home.passwords().string()),
                "put the file back from a backup; the data is untouched");
}

// Waits for a server that is there, recovering perhaps, or starts one. True when it was started
// here; the state then has the port that it listens on.
bool bring_up(const Server& server, ClusterState& state, milliseconds timeout) {
    const Deadline limit = deadline_in(timeout);
    while (const auto port = server.running_port()) {
        if (answers(server.home(), *port)) {
            state.port = *port;
            return false;
        }
        if (time_left(limit).count() == 0)
            throw Error(
                Code::unavailable,
                fmt::format("the local PostgreSQL runs on port {} and does not answer yet", *port),
                "it may be recovering from a crash: `stele db logs` tells", {}, true);
        std::this_thread::sleep_for(kPoll);
    }
    start_server(server, state, std::max(time_left(limit), milliseconds(1000)));
    return true;
}

}  // namespace

std::optional<ClusterUrls> local_cluster_urls() {
    const Home home = stele_home();
    const auto state = read_state(home);
    if (!state) return std::nullopt;
    // libpq reads the file for every connection, so changed passwords reach a running server.
    const auto url = [&](const char* role) {
        return cluster_url(home, state->port, role, Via::socket);
    };
    return ClusterUrls{url(kApp), url(kOwner), url(kSuperuser)};
}

bool start_local_cluster_if_stopped(milliseconds timeout) {
    const Home home = stele_home();
    const auto state = read_state(home);
    if (!state) return false;
    pg::ignore_libpq_environment();
    if (!answers(home, state->port)) start_local_cluster(timeout);
    return true;
}

ClusterOutcome ensure_local_cluster(const SetupCluster& wanted) {
    const Home home = stele_home();
    check_name(home);
    pg::ignore_libpq_environment();
    const FileLock lock(home.lock(), kSetupPatience, kBusy);
    const auto known = read_state(home);
    ClusterState state = known ? *known : adopted_state(home, wanted);
    apply_wishes(state, wanted);
    const Server server = server_of(home, state, wanted.pg_bin);
    state.bin = server.programs().bin;
    ClusterOutcome outcome = outcome_of(server, state);
    server.remove_leftovers();
    if (!server.exists()) {
        ensure_passwords(home);
        server.create();
        outcome.created = true;
    }
    check_passwords(home);
    const bool changed = known && !same(*known, state);
    const auto port = server.running_port();
    if (port && (changed || (wanted.port && *port != *wanted.port))) server.stop();
    outcome.started = bring_up(server, state, kStartLimit);
    try {
        prepare_contents(home, state.port);
        verify_through_port(home, state.port);
        if (!known || !same(*known, state)) write_state(home, state);
    } catch (...) {
        if (outcome.started) stop_quietly(server);
        throw;
    }
    outcome.port = state.port;
    return outcome;
}

ClusterOutcome start_local_cluster(milliseconds timeout) {
    const Home home = stele_home();
    check_name(home);
    pg::ignore_libpq_environment();
    const FileLock lock(home.lock(), timeout, kBusy);
    const ClusterState known = known_state(home);
    ClusterState state = known;
    const Server server = server_of(home, state);
    if (!server.exists())
        throw Error(Code::unavailable,
                    fmt::format("there is no cluster in {}", server.data().string()),
                    "put it back from a backup; `stele setup` would make an empty one");
    check_passwords(home);
    ClusterOutcome outcome = outcome_of(server, state);
    outcome.started = bring_up(server, state, timeout);
    if (!same(known, state)) {
        verify_through_port(home, state.port);
        write_state(home, state);
    }
    outcome.port = state.port;
    return outcome;
}

bool stop_local_cluster() {
    const Home home = stele_home();
    const FileLock lock(home.lock(), kStartLimit, kBusy);
    // Also one whose setup was killed before it could write its state.
    const auto known = read_state(home);
    if (!known && !has_cluster(home)) known_state(home);
    const Server server = server_of(home, known ? *known : adopted_state(home, {}));
    if (!server.running_port()) return false;
    server.stop();
    return true;
}

fs::path local_cluster_log() {
    const Home home = stele_home();
    known_state(home);
    fs::path newest;
    fs::file_time_type time{};
    for (const auto& entry : fs::directory_iterator(home.logs()))
        if (newest.empty() || entry.last_write_time() > time) {
            newest = entry.path();
            time = entry.last_write_time();
        }
    if (newest.empty())
        throw Error(Code::not_found, "the local PostgreSQL has not logged anything yet",
                    "`stele db start` starts it");
    return newest;
}

}  // namespace stele::ops
