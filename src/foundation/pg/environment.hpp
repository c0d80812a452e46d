// What stands between a database URL and libpq: the environment's variables, and passwords that
// stand in files.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "foundation/pg/conninfo.hpp"

namespace stele::pg {

// Keywords of a ConnInfo that are Stele's own; libpq never sees them.
inline constexpr const char* kPasswordFile = "stele.passwordFile";  // read for each connection
inline constexpr const char* kSchema = "stele.schema";  // the schema that sessions must work in

// What libpq is given for a connection that is opened now: a password that stands in a file is read
// anew, so that a changed one reaches a running server.
std::map<std::string, std::string> libpq_values(const ConnInfo& info);
// The password's first line in `path`. Throws Error(configuration) when it cannot be read.
std::string password_in(const std::string& path);
// Whether a refused password may have been mended in its file meanwhile.
bool password_is_in_file(const ConnInfo& info);

// From now on this process and its children know nothing of libpq's variables (PGHOST, PGSERVICE,
// PGOPTIONS, PGTZ …): they are meant for other servers than the one that Stele runs itself. Called
// before other threads are there, or by processes that have none; a second call changes nothing.
void ignore_libpq_environment();
// A URL that the user gave: what it does not say, the variables say, also those that are ignored.
ConnInfo parse_with_environment(std::string_view url);

}  // namespace stele::pg
