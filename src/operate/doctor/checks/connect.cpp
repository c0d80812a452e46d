#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string>

#include "foundation/pg/environment.hpp"
#include "operate/cluster/docker.hpp"
#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

struct ConnectRemedy {
    std::string_view kind, cause;
    std::string (*mend)(const DatabaseUnderTest&);
};

std::string start_server(const DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    if (database.local_cluster()) return "stele db start";
    if (info.is_local())
        return "sudo systemctl start postgresql  # or `stele setup` for one of Stele's own";
    return fmt::format(
        "pg_isready -h {} -p {}  # until its operator has started it, or set STELE_DATABASE_URL",
        info.get("host"), info.get("port"));
}

std::string another_url(const DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    return fmt::format("export STELE_DATABASE_URL=postgresql://{}@HOST:{}/{}", info.get("user"),
                       info.get("port"), info.get("dbname"));
}

std::string change_tls(const DatabaseUnderTest& database) {
    const std::string mode = database.info().get("sslmode");
    const bool demanded = mode == "require" || mode.starts_with("verify");
    return demanded ? "psql -c \"ALTER SYSTEM SET ssl = on\"  # on the server, with server.crt and "
                      "server.key; or "
                      "sslmode=prefer in STELE_DATABASE_URL on a private network"
                    : "add sslmode=require to STELE_DATABASE_URL";
}

std::string admit(const DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    const bool plain = database.problem()->message.find("no encryption") != std::string::npos;
    return fmt::format(
        "{}echo 'host {} {} ADDRESS/32 scram-sha-256' >> pg_hba.conf  # on the server, with this "
        "machine's address; then: psql -c 'SELECT pg_reload_conf()'",
        plain ? "add sslmode=require to STELE_DATABASE_URL  # if the server demands TLS; else:\n"
              : "",
        info.get("dbname"), info.get("user"));
}

// What a rotation that was cut short has left beside the password's file.
std::string unfinished(const pg::ConnInfo& info) {
    const auto file = info.values().find(pg::kPasswordFile);
    const std::string path = file == info.values().end() ? info.get("passfile") : file->second;
    std::error_code error;
    return std::filesystem::exists(path + ".new", error) ? path : "";
}

std::string set_password(const DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    if (!unfinished(info).empty())
        return "stele db rotate-password  # finishes a rotation that was cut short";
    const std::string path = info.get("passfile");
    if (ops::is_docker_password_file(path))
        return fmt::format(
            "docker compose --project-name stele exec postgres psql -U {0} -c '\\password {0}'  # "
            "in the container no password is asked for; give it the one of {1}",
            info.get("user"), path);
    return fmt::format(
        "psql -c '\\password {}'  # as a superuser; then put the same into the file that "
        "PGPASSWORD_FILE names",
        database.info().get("user"));
}

std::string create_role(const DatabaseUnderTest& database) {
    return fmt::format("CREATE ROLE \"{}\" LOGIN IN ROLE stele_runtime",
                       database.info().get("user"));
}

std::string create_database(const DatabaseUnderTest& database) {
    return fmt::format("CREATE DATABASE \"{}\"", database.info().get("dbname"));
}

std::string watch_network(const DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    return fmt::format(
        "pg_isready -h {} -p {} -t 5  # from here, until the firewall or the route is mended",
        info.get("host"), info.get("port"));
}

constexpr std::array kConnectRemedies{
    ConnectRemedy{"refused", "the host is there, and nothing listens on that port", start_server},
    ConnectRemedy{"socket", "no server has made that socket", start_server},
    ConnectRemedy{
        "timeout",
        "something between here and the server swallows what is sent, or the server hangs",
        watch_network},
    ConnectRemedy{"dns", "the name of the host cannot be looked up", another_url},
    ConnectRemedy{"tls", "one side wants TLS and the other does not offer what it wants",
                  change_tls},
    ConnectRemedy{"hba", "no line of pg_hba.conf admits this client, or only one that demands TLS",
                  admit},
    ConnectRemedy{
        "password",
        "the server does not take this user's password: a container's volume keeps the one that "
        "it was made with, whatever POSTGRES_PASSWORD says since",
        set_password},
    ConnectRemedy{"role", "the server has no such user", create_role},
    ConnectRemedy{"database", "the server is well and has no database of that name",
                  create_database},
    ConnectRemedy{"full", "the server admits no more connections",
                  [](const DatabaseUnderTest&) -> std::string {
                      return "stele doctor --only server-connections";
                  }},
    ConnectRemedy{"starting", "the server is starting up, or recovers from a crash",
                  [](const DatabaseUnderTest&) -> std::string {
                      return "stele db status  # again in a moment";
                  }},
    ConnectRemedy{
        "pool", "every connection of this process's pool is in use",
        [](const DatabaseUnderTest&) -> std::string { return "stele doctor --only pool"; }},
};

Finding examine_connect(DatabaseUnderTest& database) {
    const pg::ConnInfo info = database.info();
    if (!database.problem())
        return pass(fmt::format("PostgreSQL {} at {}, database {}, as {}", database.facts().version,
                                info.where(), database.facts().database, database.facts().login));
    const Problem& problem = *database.problem();
    for (const ConnectRemedy& remedy : kConnectRemedies)
        if (remedy.kind == problem.kind)
            return fail(fmt::format("{}: {}", problem.kind, problem.message),
                        std::string(remedy.cause), remedy.mend(database));
    return fail(problem.message, "the connection failed", problem.hint);
}

}  // namespace

const Check kConnect{"connect", "The database can be reached", Needs::nothing, examine_connect};

}  // namespace stele::doctor
