#include "operate/lint/linter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "operate/lint/checks.hpp"
#include "operate/lint/marks.hpp"
#include "operate/migrations/migration_files.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Check {
    std::string_view kind;  // of the statement's tree
    void (*run)(const Statement&, Scope&);
};

constexpr Check kChecks[] = {{"DropStmt", check_drop},
                             {"AlterTableStmt", check_alter_table},
                             {"AlterDomainStmt", check_alter_domain},
                             {"AlterEnumStmt", check_alter_enum},
                             {"RenameStmt", check_rename},
                             {"AlterObjectSchemaStmt", check_set_schema},
                             {"AlterDefaultPrivilegesStmt", check_default_privileges},
                             {"CreateStmt", check_create_table},
                             {"CreateForeignTableStmt", check_create_foreign_table},
                             {"CreateTableAsStmt", check_create_table_as},
                             {"ViewStmt", check_create_view},
                             {"IndexStmt", check_create_index},
                             {"RuleStmt", check_create_rule},
                             {"ReindexStmt", check_reindex},
                             {"TruncateStmt", check_truncate},
                             {"DeleteStmt", check_rows},
                             {"UpdateStmt", check_rows},
                             {"MergeStmt", check_rows},
                             {"InsertStmt", check_rows},
                             {"SelectStmt", check_rows},
                             {"LockStmt", check_lock},
                             {"VacuumStmt", check_vacuum},
                             {"ClusterStmt", check_cluster},
                             {"RefreshMatViewStmt", check_refresh},
                             {"GrantStmt", check_revoke},
                             {"GrantRoleStmt", check_revoke_role},
                             {"VariableSetStmt", check_set},
                             {"TransactionStmt", check_transaction}};

void check_rules(const Statement& statement, Scope& scope) {
    const std::string_view kind = statement.root().kind();
    if (const auto check = std::ranges::find(kChecks, kind, &Check::kind);
        check != std::end(kChecks))
        return check->run(statement, scope);
    if (kind.starts_with("Drop")) check_drop_other(statement, scope);
}

// psql's own commands, \\if and \\set: the server knows none of them.
bool is_of_psql(const Token& token) {
    return ops::is_symbol(token, "\\");
}

void check_statement(const Statement& statement, Scope& scope) {
    check_lock_timeout(statement, scope);
    const bool told = statement.open() || std::ranges::any_of(statement.tokens, is_of_psql);
    if (!told && !statement.tree.problem.empty())
        scope.found(Rule::unreadable_statement, start_of(statement),
                    fmt::format("this statement could not be read: {}; its rules were not checked",
                                statement.tree.problem));
    check_rules(statement, scope);
    for (const Statement& inner : statement.inner) check_rules(inner, scope);
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

    void check(const Statement& statement) {
        const std::uint32_t last = statement.end_line;
        // An allow behind the statement before, on the very same line, is this one's, too.
        const std::uint32_t after = std::min(previous_, start_of(statement).line - 1);
        check_statement(statement, scope_);
        for (Violation& found : scope_.take_found())
            if (!is_allowed(allows_, found.rule, after, last)) out_.push_back(std::move(found));
        previous_ = last;
    }

  private:
    Scope& scope_;
    const std::vector<Allow> allows_;
    std::vector<Violation>& out_;
    std::uint32_t previous_ = 0;  // the line on which the statement before ends
};

}  // namespace

const Token& word_in(const Statement& statement, std::string_view word) {
    const auto found = std::ranges::find_if(
        statement.tokens, [&](const Token& token) { return ops::is_word(token, word); });
    return found == statement.tokens.end() ? start_of(statement) : *found;
}

void Linter::lint(const std::string& file, std::string_view text) {
    const std::string problem = ops::encoding_problem(text);
    if (!problem.empty())
        findings_.push_back({Rule::not_plain_sql, file, 1, 1, "the file " + problem});
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    else if (!problem.empty())
        return;
    const ops::Script script(text);
    const bool down = file.ends_with(".down.sql");
    Scope scope(relations_, down || ops::header_says(text, "stele:phase contract"),
                !ops::header_says(text, "stele:no-transaction"));
    std::vector<Allow> allows = read_marks(text, script.comments(), scope);
    for (const Token& token : script.tokens()) {
        if (token.kind == ops::TokenKind::unterminated)
            scope.found(Rule::unterminated, token, "this is never closed");
        if (is_of_psql(token))
            scope.found(Rule::not_plain_sql, token,
                        "a backslash outside a string: a command of psql?");
    }
    std::vector<Violation> found = scope.take_found();
    Statements statements(scope, std::move(allows), found);
    for (const Statement& statement : script.statements()) statements.check(statement);
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
