// All instances of a tenant as routing sees them: how they are, anew each time, and what they said
// of themselves, kept in this process until they say something else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "foundation/base/uuid.hpp"
#include "runtime/context.hpp"
#include "work/mesh/routing/reliability.hpp"
#include "work/mesh/types.hpp"

namespace stele::mesh {

// What an instance said when it registered; never changes.
struct Profile {
    int revision = 0;
    std::string name, role, endpoint;
    std::vector<std::string> models;
    int model = 0;  // of the vector
    std::vector<float> vector;
};

struct Entry {
    Uuid id;
    std::shared_ptr<const Profile> profile;
    Health health = Health::offline;
    bool idle = true;
    int active_jobs = 0;
    Outcomes outcomes;
};

// One round trip; another when somebody registered since the last time. In no order.
std::vector<Entry> members(runtime::Context& context);

}  // namespace stele::mesh
