// What is remembered about the local cluster: $STELE_HOME/cluster.json and pgpass.
#pragma once

#include <optional>
#include <string>

#include "foundation/base/reflect.hpp"
#include "foundation/pg/conninfo.hpp"
#include "operate/cluster/cluster_settings.hpp"
#include "operate/cluster/home.hpp"

namespace stele::ops {

// Holds no secret.
struct ClusterState {
    int major = 0;
    std::string bin;          // where its programs were found
    int port = 0;             // of 127.0.0.1 and of the socket's name; it has answered
    bool port_fixed = false;  // the user chose it: never replaced
    std::string account;      // the operating system's account that runs it; "": this user
    json::object settings;    // what --set has changed
    template <class S = ClusterState>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("major", &S::major, "PostgreSQL's major version").required().range(15, 18),
            field("bin", &S::bin, "Directory of the server's programs").required(),
            field("port", &S::port, "TCP port on 127.0.0.1").required().range(1, 65535),
            field("portFixed", &S::port_fixed, "Chosen by the user, so never replaced"),
            field("account", &S::account, "Account that runs the server; empty: the user's own"),
            field("settings", &S::settings, "Settings changed with --set"));
    }
};

std::optional<ClusterState> read_state(const Home& home);
void write_state(const Home& home, const ClusterState& state);

// The roles that log in.
inline constexpr const char* kSuperuser = "postgres";
inline constexpr const char* kOwner = "stele_owner";  // owns the database, runs migrations
inline constexpr const char* kApp = "stele_app";      // a stele_runtime, for everything else
inline constexpr const char* kDatabase = "stele";

// Makes the file of passwords where there is none.
void ensure_passwords(const Home& home);
std::string password_of(const Home& home, const std::string& role);

std::string random_password();                         // 192 bits, in hex
std::string percent_encoded(const std::string& text);  // for the query part of a URL

enum class Via { socket, tcp };
// For other programs the password stays in the file that libpq reads. Ours carry it: a PGPASSWORD
// that is meant for another database would come before the file.
enum class Secret { in_file, in_url };
std::string cluster_url(const Home& home, int port, const std::string& role, Via via,
                        Secret secret = Secret::in_file, const std::string& database = kDatabase);

}  // namespace stele::ops
