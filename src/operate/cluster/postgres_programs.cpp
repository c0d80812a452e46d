#include "operate/cluster/postgres_programs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "foundation/os/process.hpp"
#include "foundation/pg/environment.hpp"
#include "operate/cluster/home.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kVersionLimit{10};

std::string first_line_of(const std::string& program, const std::string& argument) {
    const ProcessResult outcome = run({.argv = {program, argument}}, deadline_in(kVersionLimit));
    return outcome.status == 0 ? outcome.output.substr(0, outcome.output.find('\n')) : "";
}

int number(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Servers find their share directory relative to the program, in one of these layouts.
std::string vector_version_beside(const fs::path& bin, int major) {
    std::error_code error;
    const fs::path real = fs::canonical(bin, error);
    if (error) return "";
    const fs::path up = real.parent_path();
    for (const fs::path& share : {up / "share", up / "share/postgresql",
                                  up.parent_path().parent_path().parent_path() /
                                      "share/postgresql" / std::to_string(major)}) {
        const std::string text = read_file(share / "extension/vector.control").value_or("");
        const std::string key = "default_version = '";
        if (const auto at = text.find(key); at != std::string::npos) {
            const auto from = at + key.size();
            return text.substr(from, text.find('\'', from) - from);
        }
    }
    return "";
}

std::vector<fs::path> places() {
    std::vector<fs::path> out{stele_prefix() / "postgresql/bin"};
    if (const std::string dir = first_line_of("pg_config", "--bindir"); !dir.empty())
        out.emplace_back(dir);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error))
        out.push_back(entry.path() / "bin");
    return out;
}

[[noreturn]] void nothing_found(std::optional<int> major) {
    if (major)
        throw Error(Code::unavailable,
                    fmt::format("the local cluster was made by PostgreSQL {0}, whose programs are "
                                "no longer here",
                                *major),
                    fmt::format("install them again (script/postgres-runtime, or apt-get install "
                                "postgresql-{0}), or name their directory with --pg-bin",
                                *major));
    throw Error(Code::unavailable, "there is no PostgreSQL 15 to 18 on this machine",
                "script/postgres-runtime provides one without root; or use apt-get install "
                "postgresql postgresql-17-pgvector, `stele setup --docker`, or DATABASE_URL");
}

PostgresPrograms chosen_programs(const std::string& bin, std::optional<int> major) {
    const auto found = programs_in(bin);
    if (!found)
        throw Error(Code::unavailable,
                    fmt::format("there is no PostgreSQL 15 to 18 that runs here in {}", bin),
                    "--pg-bin and STELE_PG_BIN name the directory of initdb, pg_ctl and postgres");
    if (major && found->major != *major)
        throw Error(Code::unavailable,
                    fmt::format("{} holds PostgreSQL {}, and the local cluster was made by {}", bin,
                                found->major, *major),
                    "name a directory with that version; a cluster cannot change it in place");
    return *found;
}

}  // namespace

std::optional<PostgresPrograms> programs_in(const fs::path& bin) {
    for (const char* name : {"postgres", "initdb", "pg_ctl"})
        if (::access((bin / name).c_str(), X_OK) != 0) return std::nullopt;
    // "postgres (PostgreSQL) 17.6 (Debian 17.6-0+deb13u1)"
    const std::string line = first_line_of(bin / "postgres", "--version");
    const auto at = line.find(") ");
    if (at == std::string::npos) return std::nullopt;
    PostgresPrograms out{bin, 0, line.substr(at + 2, line.find(' ', at + 2) - at - 2), ""};
    out.major = number(out.version);
    if (out.major < kOldestMajor || out.major > kNewestMajor) return std::nullopt;
    out.vector_version = vector_version_beside(bin, out.major);
    return out;
}

PostgresPrograms find_programs(const std::string& chosen, std::optional<int> major) {
    if (!chosen.empty()) return chosen_programs(chosen, major);
    if (const char* variable = std::getenv("STELE_PG_BIN"); variable && *variable)
        return chosen_programs(variable, major);
    std::optional<PostgresPrograms> best;
    for (const fs::path& place : places()) {
        const auto found = programs_in(place);
        if (!found || (major && found->major != *major)) continue;
        const auto rank = [](const PostgresPrograms& p) {
            return std::pair(!p.vector_version.empty(), p.major);
        };
        if (!best || rank(*found) > rank(*best)) best = found;
    }
    if (!best) nothing_found(major);
    return *best;
}

Command client_command(const std::string& program, const pg::ConnInfo& info) {
    Command command{.argv = {program}};
    std::string words;
    for (const auto& [keyword, value] : pg::libpq_values(info)) {
        if (keyword == "password") {
            command.environment["PGPASSWORD"] = value;
            continue;
        }
        std::string quoted;
        for (const char c : value)
            quoted += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
        words += fmt::format("{}='{}' ", keyword, quoted);
    }
    command.argv.push_back("--dbname=" + words);
    return command;
}

bool version_before(const std::string& a, const std::string& b) {
    const auto next = [](std::string_view& text) {
        const int value = number(text);
        const auto dot = text.find('.');
        text = dot == text.npos ? std::string_view() : text.substr(dot + 1);
        return value;
    };
    std::string_view left = a, right = b;
    while (!left.empty() || !right.empty()) {
        const int x = next(left), y = next(right);
        if (x != y) return x < y;
    }
    return false;
}

}  // namespace stele::ops
