// Free TCP ports of 127.0.0.1, as PostgreSQL would find them.
#pragma once

#include <vector>

namespace stele::ops {

inline constexpr int kDefaultPort = 5432;

// Could a server listen there at this moment?
bool port_is_free(int port);

// Another port than `not_these` that is free now: near the default one, so that people recognise
// it, else any. Throws Error(unavailable) when there is none.
int other_free_port(const std::vector<int>& not_these);

}  // namespace stele::ops
