// Every operation of every domain: the one list of them.
#pragma once

#include <vector>

#include "knowledge/retrieval/fold.hpp"
#include "runtime/dispatcher.hpp"

namespace stele::app {

// All but the commands of the program itself (app/commands.hpp), which need a running App.
void register_operations(api::Registry& registry, api::Dispatcher& dispatcher);

// The domains whose items are searched through segments.
std::vector<retrieval::Source> search_sources();

}  // namespace stele::app
