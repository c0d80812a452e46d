#include "operate/cluster/docker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "operate/cluster/cluster_settings.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/ports.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kUpLimit{15};  // the image may have to be fetched
constexpr std::chrono::minutes kRemoveLimit{2};
constexpr int kPortTries = 4;
const std::string kPasswordVariable = "STELE_PG_PASSWORD=";

fs::path compose_file(const Home& home) {
    return home.root / "compose.yaml";
}
fs::path public_file(const Home& home) {
    return home.root / "compose.public.yaml";
}
fs::path env_file(const Home& home) {
    return home.root / "docker.env";
}
fs::path password_file(const Home& home) {
    return home.root / "docker.pgpass";
}

// An address that other machines may reach. Every address is refused: that one publishes to the
// internet where the machine has an address there, whatever its firewall says about other ports.
bool is_public() {
    for (const char* name : {"STELE_PUBLIC_BIND", "POSTGRES_PUBLIC_BIND"}) {
        const char* bind = std::getenv(name);
        if (!bind || !*bind) continue;
        for (const std::string_view all : {"0.0.0.0", "0", "::", "[::]", "*"})
            if (trim(std::string_view(bind)) == all)
                throw Error(
                    Code::refused,
                    fmt::format("{} is {}: that is every address of this machine", name, bind),
                    "name one address, for example of a private network");
        return true;
    }
    return false;
}

std::vector<std::string> compose(const Home& home, const std::vector<std::string>& words) {
    std::vector<std::string> out{"docker", "compose", "--project-name",
                                 "stele",  "--file",  compose_file(home)};
    if (is_public()) out.insert(out.end(), {"--file", public_file(home)});
    out.insert(out.end(), {"--env-file", env_file(home)});
    out.insert(out.end(), words.begin(), words.end());
    return out;
}

std::string setting_in_env_file(const Home& home, const std::string& name) {
    std::istringstream lines(read_file(env_file(home)).value_or(""));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
    return "";
}

// The volume keeps the password it was made with, so an existing one is used again.
std::string password(const Home& home) {
    const std::string known = setting_in_env_file(home, "STELE_PG_PASSWORD");
    return known.empty() ? random_password() : known;
}

void write_files(const Home& home, int port) {
    const std::string secret = password(home);
    remember_secret(secret);
    write_file(compose_file(home), kComposeFile, 0644);
    write_file(public_file(home), kComposePublicFile, 0644);
    write_file(env_file(home),
               fmt::format("STELE_PG_PASSWORD={}\nSTELE_PG_PORT={}\nSTELE_PG_CPUS={}\n", secret,
                           port, std::min(this_machine().processors, 2)),
               0600);
    write_file(password_file(home), fmt::format("*:*:stele:stele:{}\n", secret), 0600);
}

bool says_port_taken(const std::string& output) {
    for (const char* text : {"port is already allocated", "address already in use",
                             "ports are not available", "failed to bind"})
        if (output.find(text) != std::string::npos) return true;
    return false;
}

[[noreturn]] void docker_failed(const ProcessResult& outcome, int port) {
    const std::string said = redact(excerpt(trim(outcome.output), 600));
    if (outcome.status == 127)
        throw Error(
            Code::unavailable, "docker cannot be started: " + said,
            "install Docker with its compose plugin, or use `stele setup` without --docker");
    throw Error(Code::unavailable, "docker compose failed: " + said,
                says_port_taken(outcome.output)
                    ? fmt::format("port {} is in use; choose another with --port", port)
                    : "is the Docker daemon running, and may this user use it?");
}

// A container whose port could not be bound stays behind, made and not started.
void remove_service(const Home& home) {
    const ProcessResult removed =
        run({.argv = compose(home, {"rm", "--force", "--stop", "postgres"})},
            deadline_in(kRemoveLimit));
    if (removed.status != 0) docker_failed(removed, 0);
}

}  // namespace

bool is_docker_password_file(const fs::path& file) {
    std::error_code error;
    return fs::equivalent(file, password_file(stele_home()), error);
}

void write_docker_password(const std::string& password) {
    const fs::path file = env_file(stele_home());
    std::string out;
    std::istringstream lines(read_file(file).value_or(""));
    for (std::string line; std::getline(lines, line);)
        out += (line.starts_with(kPasswordVariable) ? kPasswordVariable + password : line) + "\n";
    write_file(file, out, 0600);
}

std::vector<std::string> docker_up_command(const Home& home) {
    return compose(home, {"up", "--detach", "--wait", "postgres"});
}

DockerOutcome start_in_docker(const Home& home, std::optional<int> port) {
    std::vector<int> tried;
    // The port of last time first: our own container may be what listens there.
    const std::vector<std::string> up_command = docker_up_command(home);
    const std::string known = setting_in_env_file(home, "STELE_PG_PORT");
    int candidate = port ? *port : known.empty() ? kDefaultPort : std::atoi(known.c_str());
    for (;;) {
        tried.push_back(candidate);
        write_files(home, candidate);
        const ProcessResult up = run({.argv = up_command}, deadline_in(kUpLimit));
        if (up.status == 0) break;
        const bool again = says_port_taken(up.output) && !port && int(tried.size()) < kPortTries;
        if (!again) docker_failed(up, candidate);
        remove_service(home);
        const int other = other_free_port(tried);
        log::info("port {} is in use; trying {}", candidate, other);
        candidate = other;
    }
    return {candidate, fmt::format("postgresql://stele@127.0.0.1:{}/stele?passfile={}", candidate,
                                   percent_encoded(password_file(home)))};
}

}  // namespace stele::ops
