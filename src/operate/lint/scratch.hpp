// A database that exists as long as this object: to try things in that no real one should see.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "foundation/pg/connection.hpp"
#include "runtime/context.hpp"

namespace stele::lint {

// The server to work on, and who may do what there.
struct ScratchServer {
    pg::ConnInfo login;                     // may create databases
    std::optional<pg::ConnInfo> superuser;  // makes the extensions, where one is known
};

// Where `url` says, else the configured database's server as its owner.
ScratchServer scratch_server(const runtime::Context& context, const std::string& url);

class ScratchDatabase {
  public:
    // Named stele_validate_<random>. Throws Error(refused) when the login may not create databases.
    explicit ScratchDatabase(const ScratchServer& server);
    // Drops it with everybody who is connected. What cannot be dropped is named in the log.
    ~ScratchDatabase();
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    const pg::ConnInfo& info() const { return info_; }
    std::unique_ptr<pg::Connection> connect() const;

  private:
    void make_extensions(const ScratchServer& server) const;
    void drop() noexcept;

    pg::ConnInfo login_;
    pg::ConnInfo info_;
    std::string name_;
};

}  // namespace stele::lint
