// Tenants in which a task failed, for tasks whose work is found across tenants: they are left alone
// for a while, longer from time to time, and the log says why once, until the reason changes.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/clock.hpp"
#include "foundation/pg/database.hpp"

namespace stele::background {

class Backoffs {
  public:
    void failed(std::string_view task, const pg::Tenant& tenant, const std::string& reason);
    void succeeded(const pg::Tenant& tenant);

    // Those that are left alone now, as two arrays.
    struct Tenants {
        std::vector<Uuid> orgs, projects;
    };
    Tenants resting() const;

  private:
    struct Failure {
        int attempts = 0;
        std::string said;
        Deadline until{};
    };
    std::map<std::pair<Uuid, Uuid>, Failure> failures_;
};

}  // namespace stele::background
