// The `-- stele:` comments of a file: what they allow, and what is wrong with them.
#pragma once

#include "operate/lint/scope.hpp"

namespace stele::lint {

struct Allow {
    Rule rule;
    std::uint32_t line;
    bool whole_file;  // it stands in the comment at the top
};

// `comments` are the file's; wrong marks become findings. A mark is a comment of one line.
std::vector<Allow> read_marks(std::string_view text, Tokens comments, Scope& scope);

// An allow holds for the statement that it stands in, behind or directly before: with no other
// statement ending between them.
bool is_allowed(const std::vector<Allow>& allows, Rule rule, std::uint32_t after_line,
                std::uint32_t last_line);

}  // namespace stele::lint
