#include "work/mesh/types.hpp"

namespace stele::mesh {

Health health_of(double age, bool gone) {
    if (gone || age > limits::kOfflineSeconds) return Health::offline;
    return age > limits::kUnhealthySeconds ? Health::unhealthy : Health::healthy;
}

}  // namespace stele::mesh
