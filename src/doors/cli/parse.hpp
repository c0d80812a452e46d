// From words on the command line to an operation and its input.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doors/cli/cli.hpp"

namespace stele::cli {

struct Parsed {
    const runtime::Operation* operation = nullptr;  // null: help or version was asked for
    json::object input;
    Globals globals;
    std::optional<std::string> help;  // the text to print instead of running
};

// Throws Error(invalid_argument) that names the word, with a "did you mean" and the help command.
Parsed parse(const runtime::Registry& registry, const std::vector<std::string>& args);

}  // namespace stele::cli
