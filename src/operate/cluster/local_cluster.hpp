// A PostgreSQL of Stele's own on this machine: made, started, stopped and found again.
//
// It lives in $STELE_HOME (home.hpp), listens on a socket there and on 127.0.0.1, and asks for the
// passwords in $STELE_HOME/pgpass. Everything here that changes something holds $STELE_HOME/.lock.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "operate/cluster/cluster_settings.hpp"

namespace stele::ops {

struct ClusterUrls {
    std::string app;        // stele_app: a stele_runtime, under row-level security
    std::string admin;      // stele_owner: migrations
    std::string superuser;  // postgres: extensions
};

// Nothing when there is no local cluster. Reads one small file and connects to nothing. The URLs
// name the socket and the file of passwords, and hold no secret.
std::optional<ClusterUrls> local_cluster_urls();

// False when there is no local cluster; true when it answers, started here or before. Throws
// Error(unavailable) when it cannot be started in time, with the server's own words.
bool start_local_cluster_if_stopped(std::chrono::milliseconds timeout);

struct SetupCluster {
    std::string pg_bin;       // "": found
    std::string pg_user;      // only as root; "": postgres, else stele
    std::optional<int> port;  // set: honoured or refused; else 5432, or another that is free
    Settings settings = {};   // beside those sized to the machine; remembered
};

struct ClusterOutcome {
    bool created = false;
    bool started = false;
    int port = 0;
    std::string version;         // of the server: "17.6"
    std::string vector_version;  // "" when pgvector is missing
    std::filesystem::path data;
};

// Makes, starts and prepares whatever is missing: the cluster, its roles, the database, extensions.
// The port is written down only after a write and a read through it. A second call changes nothing.
ClusterOutcome ensure_local_cluster(const SetupCluster& wanted);

ClusterOutcome start_local_cluster(std::chrono::milliseconds timeout);
bool stop_local_cluster();  // false when it was not running

// The newest of the server's log files. Throws Error(not_found) when there is none.
std::filesystem::path local_cluster_log();

}  // namespace stele::ops
