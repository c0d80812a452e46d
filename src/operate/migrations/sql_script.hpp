// A SQL script as its statements: for the runner their text, for who reads them their trees.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "operate/migrations/sql_tokens.hpp"
#include "operate/migrations/sql_tree.hpp"

namespace stele::ops {

struct ScriptStatement {
    std::string_view text;           // without the semicolon and without comments around it
    int line = 1;                    // where it begins
    std::vector<std::string> words;  // identifiers and keywords in order; unquoted ones lower-case
};

// Nothing is parsed: a server may know syntax that the library does not. Throws
// Error(configuration) for a quote that is never closed. The views point into `script`.
std::vector<ScriptStatement> split_script(std::string_view script);

struct Statement {
    std::string_view text;       // as in ScriptStatement
    Tokens tokens;               // at least one
    std::uint32_t end_line = 1;  // of its semicolon
    SqlTree tree;
    // A DO block in PL/pgSQL runs with the file, so the statements that stand in it in plain sight
    // are read like the file's own. What it puts together and EXECUTEs is not seen, and neither are
    // the bodies of functions and blocks in other languages: they are opaque.
    std::vector<Statement> inner;
    bool opaque = false;  // something in the block is

    Node root() const { return Node(tree.root); }
    // A string or comment in it is never closed; it is not parsed then.
    bool open() const { return tokens.back().kind == TokenKind::unterminated; }
};

class Script {
  public:
    // `text` must outlive it.
    explicit Script(std::string_view text);
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    const std::vector<Statement>& statements() const { return statements_; }
    Tokens tokens() const { return scanned_.tokens; }
    Tokens comments() const { return scanned_.comments; }

  private:
    ScannedSql scanned_;
    std::deque<ScannedSql> bodies_;  // of DO blocks
    std::vector<Statement> statements_;
};

// Calls `read` for each statement and for those inside blocks, in order.
template <class F>
void for_each_statement(const Script& script, F read) {
    for (const Statement& statement : script.statements()) {
        read(statement);
        for (const Statement& inner : statement.inner) read(inner);
    }
}

}  // namespace stele::ops
