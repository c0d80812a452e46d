// What is said when a command line is not understood. The message names the word that was typed;
// the hint names it again with those that are near, and the help that has them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/operation.hpp"

namespace stele::cli {

// All of these throw Error(invalid_argument). `words` are those of a command, "" for `stele`
// itself.
[[noreturn]] void usage_error(const std::string& message, std::string_view words,
                              const std::string& remedy = {});
[[noreturn]] void unknown_command(const runtime::Registry& registry,
                                  const std::vector<std::string>& args);
// `flag` as it was typed, "--limt" or "-x"; `globals` are the flags that any command takes.
[[noreturn]] void unknown_flag(const runtime::Operation& op, const std::string& flag,
                               const std::vector<std::string_view>& globals);
[[noreturn]] void unknown_global(const std::string& flag,
                                 const std::vector<std::string_view>& globals);
[[noreturn]] void bad_value(const runtime::Operation& op, const reflect::FieldInfo& field,
                            const std::string& typed);
[[noreturn]] void one_word_too_many(const runtime::Operation& op, const std::string& typed);

// "\"limt\": did you mean \"limit\"?", or "" when nothing is near.
std::string did_you_mean_in_words(std::string_view typed,
                                  const std::vector<std::string_view>& known);

}  // namespace stele::cli
