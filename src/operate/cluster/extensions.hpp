// The extensions that Stele stands on, and the oldest pgvector it works with.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"

namespace stele::pg {
class Connection;
class Database;
}  // namespace stele::pg

namespace stele::ops {

inline constexpr std::array kRequiredExtensions{"vector", "pg_trgm", "pgcrypto"};

// 0.8 brought iterative scans; halfvec and sparsevec are 0.7's.
inline constexpr const char* kOldestVector = "0.8";
// Before it an HNSW index can be corrupted by concurrent inserts, so none may be built.
inline constexpr const char* kOldestHnsw = "0.8.6";
// What mends it, as SQL, when the server's files are new enough already.
inline constexpr const char* kUpdateVector = "ALTER EXTENSION vector UPDATE";

// "0.7.4 is too old, 0.8 is needed"; empty when that version will do or none is installed (which
// is another finding).
std::string vector_problem(const std::optional<std::string>& version);

// Throws Error(unavailable) when the database has, or would be given, too old a pgvector.
void refuse_old_extensions(pg::Connection& connection, Deadline deadline);
void refuse_old_extensions(pg::Database& db, Deadline deadline);

}  // namespace stele::ops
