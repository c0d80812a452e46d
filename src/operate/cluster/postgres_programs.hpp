// Finding a PostgreSQL server's programs on this machine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "foundation/os/process.hpp"
#include "foundation/pg/conninfo.hpp"

namespace stele::ops {

inline constexpr int kOldestMajor = 15;
inline constexpr int kNewestMajor = 18;

struct PostgresPrograms {
    std::filesystem::path bin;
    int major = 0;
    std::string version;         // "17.6"
    std::string vector_version;  // of the pgvector beside it; "" when there is none

    std::string program(const char* name) const { return (bin / name).string(); }
};

// What is in one directory; nothing when there is no server that runs here.
std::optional<PostgresPrograms> programs_in(const std::filesystem::path& bin);

// `chosen` (--pg-bin), else STELE_PG_BIN: that directory or an error. Otherwise everything that can
// be found (the private runtime, pg_config, /usr/lib/postgresql); what has pgvector comes first,
// then the newest. With `major`: only that one. Throws Error(unavailable) that names the command
// which provides what is missing.
PostgresPrograms find_programs(const std::string& chosen, std::optional<int> major = {});

// One of PostgreSQL's client programs (psql, pg_dump, …) on a database. The password goes by the
// environment or libpq's file, never by argv.
Command client_command(const std::string& program, const pg::ConnInfo& info);

// True when version `a` ("0.8.10") comes before `b` ("0.9").
bool version_before(const std::string& a, const std::string& b);

}  // namespace stele::ops
