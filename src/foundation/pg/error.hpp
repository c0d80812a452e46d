// From PostgreSQL's SQLSTATE to stele::Error, in one place.
#pragma once

#include <string>
#include <string_view>

#include "foundation/base/error.hpp"

struct pg_conn;
struct pg_result;

namespace stele::pg {

// What the server or libpq said. Everything else catches stele::Error; foundation/pg and operate
// look at the SQLSTATE to decide what to do next.
class ServerError : public Error {
  public:
    ServerError(Code code, std::string message, std::string hint, std::string sqlstate,
                std::string constraint, bool retryable, bool connection_lost)
        : Error(code, std::move(message), std::move(hint), {{"sqlstate", sqlstate}}, retryable),
          sqlstate_(std::move(sqlstate)),
          constraint_(std::move(constraint)),
          connection_lost_(connection_lost) {}

    const std::string& sqlstate() const { return sqlstate_; }
    const std::string& constraint() const { return constraint_; }  // the violated one, or ""
    bool connection_lost() const { return connection_lost_; }      // the outcome is unknown

  private:
    std::string sqlstate_;
    std::string constraint_;
    bool connection_lost_;
};

// The same transaction may well succeed when run again: serialization failure, deadlock.
bool is_serialization_failure(std::string_view sqlstate);

// From a failed statement; `name` is the statement's.
ServerError error_of(const pg_result* result, std::string_view name);
// From a connection that died or could not be opened; `where` is "host:port" or the socket.
ServerError connection_error(const pg_conn* connection, std::string_view where);
ServerError connection_lost(std::string_view where, std::string_view what);

}  // namespace stele::pg
