// `stele reference`: the pages of docs/reference and the man page, made by the program itself.
#pragma once

#include <string>

#include "doors/reference/reference.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::app {

std::string reference_page(reference::Page page, const runtime::Registry& registry,
                           runtime::Dispatcher& dispatcher);

// The registry must be complete when the operation runs, not before.
void register_reference(runtime::Registry& registry, runtime::Dispatcher& dispatcher);

}  // namespace stele::app
