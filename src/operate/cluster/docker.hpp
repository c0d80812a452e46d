// PostgreSQL in Docker, from the bundled compose file. Always project `stele`, always service
// `postgres`; nothing of any other project is touched, and no volume is ever removed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operate/cluster/home.hpp"

namespace stele::ops {

// deploy/compose.yaml and deploy/compose.public.yaml, embedded at build.
extern const char* const kComposeFile;
extern const char* const kComposePublicFile;

struct DockerOutcome {
    int port = 0;
    std::string url;  // holds no password: libpq takes it from a file in $STELE_HOME
};

// Writes the compose file and its secret into $STELE_HOME, then `docker compose up`. An explicit
// port is honoured or its failure told; a default one that turns out to be taken gives way to
// another.
DockerOutcome start_in_docker(const Home& home, std::optional<int> port);

// Whether it is the file that the container's URL names, and the container's password in the files
// of $STELE_HOME that start_in_docker makes that one from.
bool is_docker_password_file(const std::filesystem::path& file);
void write_docker_password(const std::string& password);

// The commands that start_in_docker would run first, for --dry-run.
std::vector<std::string> docker_up_command(const Home& home);

}  // namespace stele::ops
