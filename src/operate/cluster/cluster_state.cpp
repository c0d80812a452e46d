#include "operate/cluster/cluster_state.hpp"

#include <fmt/format.h>

#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/random.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/os/files.hpp"

namespace stele::ops {

std::string random_password() {
    return random_hex(24);
}

std::string percent_encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("/-_.~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::optional<ClusterState> read_state(const Home& home) {
    const auto text = read_file(home.state());
    if (!text) return std::nullopt;
    return reflect::read<ClusterState>(parse_json(*text, home.state().string()));
}

void write_state(const Home& home, const ClusterState& state) {
    write_file(home.state(), pretty(reflect::write(state)) + "\n", 0644);
}

void ensure_passwords(const Home& home) {
    if (read_file(home.passwords())) return;
    std::string text =
        "# Passwords of Stele's local cluster, in libpq's format. Keep it with the data.\n";
    for (const char* role : {kSuperuser, kOwner, kApp})
        text += fmt::format("*:*:*:{}:{}\n", role, random_password());
    write_file(home.passwords(), text, 0600);
}

std::string password_of(const Home& home, const std::string& role) {
    std::istringstream lines(read_file(home.passwords()).value_or(""));
    const std::string prefix = "*:*:*:" + role + ":";
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(prefix)) {
            const std::string password = line.substr(prefix.size());
            remember_secret(password);
            return password;
        }
    throw Error(Code::configuration,
                fmt::format("{} holds no password for {}", home.passwords().string(), role),
                "put the file back from a backup of this directory");
}

std::string cluster_url(const Home& home, int port, const std::string& role, Via via, Secret secret,
                        const std::string& database) {
    const std::string key = secret == Secret::in_url
                                ? "password=" + password_of(home, role)
                                : "passfile=" + percent_encoded(home.passwords());
    if (via == Via::tcp)
        return fmt::format("postgresql://{}@127.0.0.1:{}/{}?{}", role, port, database, key);
    return fmt::format("postgresql:///{}?host={}&port={}&user={}&{}", database,
                       percent_encoded(home.sockets()), port, role, key);
}

}  // namespace stele::ops
