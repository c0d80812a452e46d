#include "operate/lint/linter.hpp"

#include <algorithm>
#include <filesystem>

#include "operate/lint/checks.hpp"
#include "operate/lint/marks.hpp"
#include "operate/migrations/migration_files.hpp"
#include "operate/migrations/sql_blocks.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Check {
    std::string_view word;  // the statement's first
    void (*run)(Tokens, Scope&);
};

constexpr Check kChecks[] = {{"drop", check_drop},
                             {"alter", check_alter},
                             {"create", check_create},
                             {"reindex", check_reindex},
                             {"truncate", check_truncate},
                             {"delete", check_delete},
                             {"update", check_update},
                             {"merge", check_merge},
                             {"with", check_with},
                             {"lock", check_lock},
                             {"vacuum", check_vacuum},
                             {"cluster", check_cluster},
                             {"refresh", check_refresh},
                             {"revoke", check_revoke},
                             {"set", check_set},
                             {"commit", check_transaction},
                             {"rollback", check_transaction},
                             {"begin", check_transaction},
                             {"start", check_transaction},
                             {"end", check_transaction},
                             {"abort", check_transaction},
                             {"savepoint", check_transaction},
                             {"release", check_transaction},
                             {"prepare", check_transaction}};

void (*check_for(const Token& first))(Tokens, Scope&) {
    for (const Check& check : kChecks)
        if (ops::is_word(first, check.word)) return check.run;
    return nullptr;
}

// PL/pgSQL's own BEGIN and END are no transaction control; its COMMIT is.
void check_block(Tokens statement, Scope& scope) {
    const std::vector<Token> body = ops::tokens_of_block(statement);
    for (const Tokens piece : ops::pieces_of_block(body)) {
        const auto run = check_for(piece.front());
        const bool ends = ops::is_word(piece.front(), "end");
        if (run && !ends) run(piece, scope);
    }
}

void check_statement(Tokens statement, Scope& scope) {
    const auto run = check_for(statement.front());
    if (run != check_transaction) check_lock_timeout(statement, scope);
    if (ops::is_word(statement.front(), "do"))
        check_block(statement, scope);
    else if (run)
        run(statement, scope);
}

std::uint32_t last_line(const Token& token) {
    return token.line + std::uint32_t(std::count(token.text.begin(), token.text.end(), '\n'));
}

// Columns of places that are asked for in their order: each byte is looked at once, also when the
// whole file is one line.
class Columns {
  public:
    explicit Columns(std::string_view text) : at_(text.data()) {}

    // In characters, not bytes.
    int of(const char* place) {
        for (; at_ < place; ++at_) {
            if ((*at_ & 0xC0) != 0x80) ++column_;
            if (*at_ == '\n') column_ = 1;
        }
        return column_;
    }

  private:
    const char* at_;
    int column_ = 1;
};

// Runs the checks over a file's statements, and leaves out what its marks allow.
class Statements {
  public:
    Statements(Scope& scope, std::vector<Allow> allows, std::vector<Violation>& out)
        : scope_(scope), allows_(std::move(allows)), out_(out) {}

    void check(Tokens tokens) {
        ops::StatementEnds ends;
        std::size_t start = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (!ends.ends_with(tokens[i])) continue;
            check_one(tokens.subspan(start, i - start), tokens[i]);
            start = i + 1;
        }
        if (start < tokens.size()) check_one(tokens.subspan(start), tokens.back());
    }

  private:
    void check_one(Tokens statement, const Token& end) {
        if (statement.empty()) return;
        const std::uint32_t last = last_line(end);
        // An allow behind the statement before, on the very same line, is this one's, too.
        const std::uint32_t after = std::min(previous_, statement.front().line - 1);
        check_statement(statement, scope_);
        for (Violation& found : scope_.take_found())
            if (!is_allowed(allows_, found.rule, after, last)) out_.push_back(std::move(found));
        previous_ = last;
    }

    Scope& scope_;
    const std::vector<Allow> allows_;
    std::vector<Violation>& out_;
    std::uint32_t previous_ = 0;  // the line on which the statement before ends
};

}  // namespace

void Linter::split(std::string_view text) {
    tokens_.clear();
    comments_.clear();
    ops::Tokenizer tokens(text);
    for (Token token; tokens.next(token);)
        (token.kind == ops::TokenKind::comment ? comments_ : tokens_).push_back(token);
}

void Linter::lint(const std::string& file, std::string_view text) {
    const std::string problem = ops::encoding_problem(text);
    if (!problem.empty())
        findings_.push_back({Rule::not_plain_sql, file, 1, 1, "the file " + problem});
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    else if (!problem.empty())
        return;
    split(text);
    const bool down = file.ends_with(".down.sql");
    Scope scope(relations_, down || ops::header_says(text, "stele:phase contract"),
                !ops::header_says(text, "stele:no-transaction"));
    std::vector<Allow> allows = read_marks(text, comments_, scope);
    if (!tokens_.empty() && tokens_.back().kind == ops::TokenKind::unterminated)
        scope.found(Rule::unterminated, tokens_.back(), "this is never closed");
    // psql's own commands, \\if and \\set: the server knows none of them.
    for (const Token& token : tokens_)
        if (ops::is_symbol(token, "\\"))
            scope.found(Rule::not_plain_sql, token,
                        "a backslash outside a string: a command of psql?");
    std::vector<Violation> found = scope.take_found();
    Statements(scope, std::move(allows), found).check(tokens_);
    report(file, text, std::move(found));
    if (down) return;
    for (const std::string& name : scope.made_here())
        relations_.emplace(name, std::filesystem::path(file).filename().string());
}

void Linter::report(const std::string& file, std::string_view text, std::vector<Violation> found) {
    std::ranges::stable_sort(found, {}, [](const Violation& f) { return f.at.text.data(); });
    Columns columns(text);
    for (Violation& one : found)
        findings_.push_back({one.rule, file, int(one.at.line), columns.of(one.at.text.data()),
                             std::move(one.message)});
}

}  // namespace stele::lint
