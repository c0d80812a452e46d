// A database beside the target, in which a dump is restored and looked at before it counts.
//
// Nothing half-restored is ever seen under the target's name: the scratch database takes that name
// in one transaction when all has been compared. What a killed run left is dropped by the next.
#pragma once

#include <memory>
#include <string>

#include "api/context.hpp"
#include "ops/archive/snapshot.hpp"
#include "pg/connection.hpp"

namespace stele::archive {

class Scratch {
  public:
    // Throws Error(conflict) while another run works on this server, Error(refused) when the role
    // may not create a database.
    Scratch(const pg::ConnInfo& target, const Identity& like, Deadline deadline);
    ~Scratch();  // drops it
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const pg::ConnInfo& info() const { return info_; }
    // Stele's roles and extensions, without which a dump cannot be restored.
    void prepare(const Manifest& manifest);
    // Privileges of Stele's roles, which a dump does not hold.
    void grant(const Manifest& manifest);
    // Takes the target's name, owner, settings and privileges; the old database is dropped. Ends
    // the sessions of the target.
    void replace_target(api::Context& context);

  private:
    void drop(const std::string& database) noexcept;
    void take_settings();
    void rename();

    pg::ConnInfo target_;
    Identity like_;
    Deadline deadline_;
    std::unique_ptr<pg::Connection> server_;  // on the maintenance database; holds the lock
    std::string name_;
    pg::ConnInfo info_;
};

}  // namespace stele::archive
