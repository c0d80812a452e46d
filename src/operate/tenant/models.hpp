// Embedding models have another number in each database; in a file they are places in its header's
// list.
#pragma once

#include <vector>

#include "operate/tenant/catalog.hpp"

namespace stele::tenant {

// Models in the file's order with their ids in one database; the id 0 is nobody's.
struct ModelNumbers {
    std::vector<ModelRef> models;
    std::vector<int> ids;

    // SQL for the place, given the column; and for the id, given the place.
    std::string place_of(const std::string& column) const;
    std::string id_of(const std::string& place) const;
};

// Those that this tenant's rows refer to.
ModelNumbers models_in_use(Session& session, const std::vector<Table>& tables);

// Finds the file's models here. With `write`, those that are missing are registered, otherwise they
// get the id 0; both add their names to `missing`. Throws Error(conflict) where one is registered
// here with other dimensions.
ModelNumbers find_models(Session& session, const std::vector<ModelRef>& models, bool write,
                         std::vector<std::string>& missing);

}  // namespace stele::tenant
