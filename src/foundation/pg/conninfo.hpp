// Database URLs: accepted in the spellings people bring, shown without their password.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace stele::pg {

// A parsed connection string: libpq's own keywords, driver suffixes such as postgresql+asyncpg://
// taken off, PGPASSWORD_FILE read. Throws Error(configuration) that never quotes a password.
class ConnInfo {
  public:
    // "" means libpq's environment (PGHOST, PGDATABASE, …) alone.
    static ConnInfo parse(std::string_view url);

    // One keyword, with libpq's environment and defaults applied: host, port, user, dbname, …
    std::string get(const std::string& keyword) const;
    void set(const std::string& keyword, const std::string& value) { values_[keyword] = value; }
    const std::map<std::string, std::string>& values() const { return values_; }

    std::string where() const;         // "127.0.0.1:5432" or "/run/stele/.s.PGSQL.5432"
    std::string redacted_url() const;  // "postgresql://user@127.0.0.1:5432/stele"
    bool is_local() const;             // a socket or a loopback address

  private:
    std::map<std::string, std::string> values_;
};

}  // namespace stele::pg
