#include "api/operation.hpp"
#include "memory/operations.hpp"

int main() {
    stele::api::Registry registry;
    stele::memory::register_operations(registry);
}
