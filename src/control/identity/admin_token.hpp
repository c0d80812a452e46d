// The token that a server's environment brings along for its first set-up.
#pragma once

#include <string>

namespace stele::identity {

// STELE_ADMIN_TOKEN, else the first line of the file that STELE_ADMIN_TOKEN_FILE names, without
// blanks around it; "" when neither is set. Throws Error(configuration) for a file that cannot be
// read and for what is no admin token.
std::string admin_token_of_environment();

}  // namespace stele::identity
