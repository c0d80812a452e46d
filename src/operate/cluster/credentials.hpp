// Secrets that everybody knows: the guard of production refuses them, the doctor names them.
#pragma once

#include <string_view>

namespace stele::ops {

// A default, a word that every list of passwords begins with, or what documentation puts where a
// secret should go ("CHANGE_ME", "<password>", "${PASSWORD}"). In any case and spelling.
bool is_placeholder(std::string_view secret);

}  // namespace stele::ops
