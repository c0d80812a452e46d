// db dump: one file and its manifest, from one snapshot.
#pragma once

#include "foundation/pg/conninfo.hpp"
#include "operate/archive/types.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

// Writes `file` and its manifest, both 0600, under temporary names until they are whole and on
// disk. Throws Error(conflict) when the file exists, Error(refused) when the role does not see all
// rows.
DumpOutput dump(runtime::Context& context, const pg::ConnInfo& from,
                const std::filesystem::path& file, int jobs);

// <dir>/<prefix><database>-20261120T101500.123Z.dump
std::filesystem::path dump_name(const std::filesystem::path& dir, std::string_view prefix,
                                const std::string& database, Timestamp at);
// A database's name as part of a file's name: what a path or a shell would take for something else
// (a slash, a leading dot, a blank) is percent-encoded, so no two names become one.
std::string file_name_of(std::string_view database);

// The SHA-256 of a file, read whole; progress is shown under `doing`.
std::string sha256_of_file(runtime::Context& context, const std::filesystem::path& file,
                           std::string_view doing);

// The arguments of pg_dump that both dump and copy use.
std::vector<std::string> dump_arguments(const std::string& schema, const std::string& snapshot);

}  // namespace stele::archive
