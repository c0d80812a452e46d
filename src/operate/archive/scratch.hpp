// A database beside the target, in which a dump is restored and looked at before it counts.
//
// Nothing half-restored is ever seen under the target's name: the scratch database takes that name
// in one transaction when all has been compared. What a killed run left is dropped by the next.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "foundation/pg/connection.hpp"
#include "operate/archive/snapshot.hpp"
#include "runtime/context.hpp"

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
    // Stele's roles, and the schemas and extensions without which a dump cannot be restored, where
    // it expects them.
    void prepare(const Manifest& manifest);
    // Privileges of Stele's roles, which a dump does not hold.
    void grant(const Manifest& manifest);
    // Takes the target's name, attributes and extensions; the old database is dropped. Ends the
    // sessions of the target. Returns what could not be taken over.
    std::vector<std::string> replace_target(runtime::Context& context);

  private:
    void drop(const std::string& database) noexcept;
    void take_extensions(std::vector<std::string>& notes);
    void take_attributes(std::vector<std::string>& notes);
    void rename();

    pg::ConnInfo target_;
    Identity like_;
    Deadline deadline_;
    std::unique_ptr<pg::Connection> server_;  // on the maintenance database; holds the lock
    std::string name_;
    pg::ConnInfo info_;
    std::string search_path_;  // of what was prepared
};

// What search_path must be for Stele's tables and its extensions to be found; "" when the server's
// default finds them.
std::string search_path_of(const std::string& schema, const std::vector<Extension>& extensions);

}  // namespace stele::archive
