// Secrets that everybody knows: the guard of production refuses them, the doctor names them.
#pragma once

#include <string_view>

namespace stele::ops {

// A default, a word that every list of passwords begins with, or what documentation puts where a
// secret should go ("CHANGE_ME", "<password>", "${PASSWORD}"). In any case and spelling.
bool is_placeholder(std::string_view secret);

// Why anybody could guess it: "the user's name", "the database's name", "a well-known one"; "" when
// nobody can.
std::string_view guessed_password(std::string_view password, std::string_view user,
                                  std::string_view database);

}  // namespace stele::ops
