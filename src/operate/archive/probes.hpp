// Does a restored database answer, and not only hold the right rows?
#pragma once

#include "foundation/pg/conninfo.hpp"
#include "operate/archive/types.hpp"

namespace stele::runtime {
struct Context;
}

namespace stele::archive {

// Searches in the scopes of memories that are there, each as its own tenant and by words alone.
// Appends what did not answer, and to `checked` what was asked.
void probe(runtime::Context& context, const pg::ConnInfo& info, std::vector<std::string>& checked,
           Findings& findings);

}  // namespace stele::archive
