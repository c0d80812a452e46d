// Cuts a SQL script into its statements, as the server's own lexer would.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stele::ops {

struct ScriptStatement {
    std::string_view text;           // without the semicolon and without comments around it
    int line = 1;                    // where it begins
    std::vector<std::string> words;  // identifiers and keywords in order; unquoted ones lower-case
};

// Knows comments (nested ones too), strings, dollar quotes, quoted identifiers, parentheses and the
// bodies of BEGIN ATOMIC functions. Throws Error(configuration) for a quote that is never closed.
// The views point into `script`.
std::vector<ScriptStatement> split_script(std::string_view script);

}  // namespace stele::ops
