#include "operate/setup/setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/os/files.hpp"
#include "foundation/pg/environment.hpp"
#include "operate/cluster/docker.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/cluster/home.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/setup/clients.hpp"
#include "operate/status/status.hpp"
#include "runtime/settings.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kVerifyLimit{20};
constexpr int kConnectTries = 5;

// Where the program will find the database, and as whom the schema is made.
struct Target {
    std::string app, admin;
    bool remember = false;  // no later run finds it by itself: it goes into the configuration file
    bool given = false;     // by the user: what the URL leaves open, libpq's variables say

    pg::ConnInfo parse(const std::string& url) const {
        return given ? pg::parse_with_environment(url) : pg::ConnInfo::parse(url);
    }
};

fs::path config_file() {
    return config_home() / "stele/stele.toml";
}

void check(const SetupInput& input) {
    const bool local_only =
        input.port || !input.pg_bin.empty() || !input.pg_user.empty() || !input.set.empty();
    if (!input.url.empty() && (local_only || input.docker))
        throw Error(
            Code::invalid_argument,
            "url: a server that is there already is not started, so it goes without docker, "
            "port, pgBin, pgUser and set");
    if (input.docker && (!input.pg_bin.empty() || !input.pg_user.empty() || !input.set.empty()))
        throw Error(Code::invalid_argument,
                    "docker: pgBin, pgUser and set are for a server without Docker");
    for (const std::string& name : input.client) client_named(name);
    parse_settings(input.set);
}

// --url, else what is configured; nothing when the server is ours to run.
std::string given_url(const runtime::Context& context, const SetupInput& input) {
    if (!input.url.empty()) return input.url;
    return input.docker ? "" : context.settings.database.url;
}

std::string describe(const ClusterOutcome& cluster) {
    return fmt::format("PostgreSQL {} {} on port {}, data in {}", cluster.version,
                       cluster.created   ? "made and started"
                       : cluster.started ? "started"
                                         : "was running",
                       cluster.port, cluster.data.string());
}

void note_vector(const std::string& version, SetupOutput& out) {
    if (!version.empty() && version_before(version, kOldestHnsw))
        out.notes.push_back(
            fmt::format("pgvector {} has faults that can damage an HNSW index, mended in 0.8.6: "
                        "install a newer "
                        "one. Until then indexes are built by one process.",
                        version));
}

Target prepare_server(runtime::Context& context, const SetupInput& input, SetupOutput& out) {
    if (const std::string url = given_url(context, input); !url.empty()) {
        const pg::ConnInfo info = pg::parse_with_environment(url);
        out.database = info.redacted_url();
        out.cluster = "the server at " + info.where() + " is used as it is";
        const std::string& admin = context.settings.database.owner_url();
        return {url, input.url.empty() && !admin.empty() ? admin : url, true, true};
    }
    if (input.docker) {
        const DockerOutcome docker = start_in_docker(stele_home(), input.port);
        out.database = pg::ConnInfo::parse(docker.url).redacted_url();
        out.cluster = fmt::format("PostgreSQL in Docker (project stele) on port {}", docker.port);
        return {docker.url, docker.url, true};
    }
    const ClusterOutcome cluster = ensure_local_cluster({.pg_bin = input.pg_bin,
                                                         .pg_user = input.pg_user,
                                                         .port = input.port,
                                                         .settings = parse_settings(input.set)});
    out.cluster = describe(cluster);
    note_vector(cluster.vector_version, out);
    const auto urls = local_cluster_urls();
    out.database = pg::ConnInfo::parse(urls->app).redacted_url();
    return {urls->app, urls->admin, false};
}

void migrate_schema(const runtime::Context& context, const SetupInput& input, const Target& target,
                    SetupOutput& out) {
    const MigrateResult result =
        migrate(target.parse(target.admin), {.schema = context.settings.database.schema,
                                             .into_existing = input.into_existing,
                                             .connect_tries = kConnectTries});
    out.migrated = result.applied.empty()
                       ? "the schema is at " + version_text(result.to)
                       : fmt::format("the schema went from {} to {}",
                                     result.from ? version_text(result.from) : "nothing",
                                     version_text(result.to));
}

void verify(const runtime::Context& context, const Target& target, SetupOutput& out) {
    pg::ConnInfo app = target.parse(target.app);
    if (const std::string& schema = context.settings.database.schema; !schema.empty())
        app.set(pg::kSchema, schema);
    pg::Database db(app, {.size = 1});
    const StatusOutput status =
        database_status(db, {.write_check = true}, deadline_in(kVerifyLimit));
    out.healthy = status.healthy;
    if (status.healthy) return;
    std::string all;
    for (const std::string& line : status.lines) all += (all.empty() ? "" : "; ") + line;
    throw Error(
        Code::unavailable,
        fmt::format("the database does not do what it should, so no client was configured: {}",
                    all),
        status.hint);
}

// TOML's basic string.
std::string toml_string(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return out + "\"";
}

// Sessions that a client starts know nothing of this shell's environment.
void remember(const Target& target, SetupOutput& out) {
    if (!target.remember) return;
    const fs::path file = config_file();
    const std::string text =
        "# Written by `stele setup`.\n[database]\nurl = " + toml_string(target.app) + "\n" +
        (target.admin == target.app ? "" : "adminUrl = " + toml_string(target.admin) + "\n");
    out.config_file = file;
    const auto before = read_file(file);
    if (!before) {
        write_file(file, text, 0600);
    } else if (before->find(toml_string(target.app)) == std::string::npos) {
        out.notes.push_back(
            fmt::format("{} is there already and was left as it is: make sure that "
                        "its database.url is the one used here",
                        file.string()));
    }
}

std::vector<Client> chosen_clients(const SetupInput& input) {
    std::vector<Client> out;
    for (const Client& client : known_clients()) {
        const bool named =
            std::find(input.client.begin(), input.client.end(), client.name) != input.client.end();
        const bool wanted =
            input.all_clients || named || (input.client.empty() && is_installed(client));
        if (wanted) out.push_back(client);
    }
    return out;
}

void configure_clients(const SetupInput& input, SetupOutput& out) {
    const bool asked = input.write_clients || input.all_clients || !input.client.empty();
    const Write write = asked && !input.dry_run ? Write::yes : Write::no;
    const McpCommand command = this_command();
    for (const Client& client : chosen_clients(input)) {
        out.clients.push_back(configure_client(client, command, write));
        if (!out.clients.back().problem.empty()) out.exit_code = 1;
    }
    if (out.clients.empty())
        out.notes.push_back(
            "no MCP client was found here; any of them can run: " + command.program + " mcp");
    else if (write == Write::no && !input.dry_run)
        out.notes.push_back("the clients were not touched; --write-clients writes these changes");
}

void plan(const runtime::Context& context, const SetupInput& input, SetupOutput& out) {
    if (const std::string url = given_url(context, input); !url.empty()) {
        out.database = pg::ConnInfo::parse(url).redacted_url();
        out.cluster = "would use the server as it is";
    } else if (input.docker) {
        out.cluster = "would run:";
        for (const std::string& word : docker_up_command(stele_home())) out.cluster += " " + word;
    } else if (const auto urls = local_cluster_urls()) {
        out.database = pg::ConnInfo::parse(urls->app).redacted_url();
        out.cluster = "would see that the local cluster runs";
    } else {
        const PostgresPrograms programs = find_programs(input.pg_bin);
        out.cluster = fmt::format("would make a cluster of PostgreSQL {} in {}", programs.version,
                                  stele_home().data(programs.major).string());
    }
    out.migrated = "would bring the schema to " + version_text(int(embedded_migrations().size()));
}

std::string text_of(const json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

std::string render_client(const json::object& client) {
    std::string out = fmt::format("\n{}: {} {}\n", text_of(client, "client"),
                                  text_of(client, "action"), text_of(client, "path"));
    if (const std::string backup = text_of(client, "backup"); !backup.empty())
        out += fmt::format("  the old file is {}\n", backup);
    if (const std::string problem = text_of(client, "problem"); !problem.empty())
        out += fmt::format("  {}\n", problem);
    return out + text_of(client, "diff");
}

}  // namespace

SetupOutput setup(runtime::Context& context, const SetupInput& input) {
    check(input);
    SetupOutput out;
    out.dry_run = input.dry_run;
    if (input.dry_run) {
        plan(context, input, out);
    } else {
        const Target target = prepare_server(context, input, out);
        migrate_schema(context, input, target, out);
        verify(context, target, out);
        remember(target, out);
    }
    configure_clients(input, out);
    return out;
}

std::string render_setup(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const char* name : {"cluster", "migrated"})
        if (const std::string line = text_of(object, name); !line.empty()) out += line + "\n";
    if (object.at("healthy").as_bool())
        out +=
            fmt::format("a write and a read through {} succeeded\n", text_of(object, "database"));
    if (const std::string file = text_of(object, "configFile"); !file.empty())
        out += "configuration: " + file + "\n";
    for (const json::value& client : object.at("clients").as_array())
        out += render_client(client.as_object());
    for (const json::value& note : object.at("notes").as_array())
        out += "\n" + std::string(note.as_string()) + "\n";
    return out;
}

}  // namespace stele::ops
