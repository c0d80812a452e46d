#include "operate/migrations/sql_blocks.hpp"

#include <algorithm>
#include <set>

namespace stele::ops {

namespace {

// The fields of PL/pgSQL's statements that hold one of SQL.
struct Holder {
    std::string_view kind, field;
};
constexpr Holder kHolders[] = {{"PLpgSQL_stmt_execsql", "sqlstmt"},
                               {"PLpgSQL_stmt_perform", "expr"},
                               {"PLpgSQL_stmt_fors", "query"},
                               {"PLpgSQL_stmt_return_query", "query"},
                               {"PLpgSQL_stmt_open", "query"}};
constexpr std::string_view kExecutes[] = {"PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"};

bool is_plpgsql(const Node& block) {
    for (const Node& argument : block.list("args"))
        if (argument.text("defname") == "language")
            return argument.at("arg").text("sval") == "plpgsql";
    return true;
}

ScannedSql scan_body(const Token& string) {
    const std::size_t tag = string.text.find('$', 1) + 1;
    return scan_sql(string.text.substr(tag, string.text.size() - 2 * tag), string.line);
}

// The body in dollar quotes. In other quotes no place in it would be a place in the file.
const Token* body_of(Tokens block) {
    const auto body = std::ranges::find_if(block, [](const Token& token) {
        return token.kind == TokenKind::string && token.text.starts_with('$');
    });
    return body == block.end() ? nullptr : &*body;
}

class Block {
  public:
    Block(Statement& block, Tokens body, std::uint32_t first_line)
        : block_(block), body_(body), first_line_(first_line) {}

    void read(const Node& node) {
        node.walk([&](const Node& at) {
            take(at);
            return true;
        });
        std::ranges::stable_sort(block_.inner, {}, [](const Statement& statement) {
            return statement.tokens.front().text.data();
        });
    }

  private:
    void take(const Node& at) {
        block_.opaque = block_.opaque || at.has("dynquery") ||
                        std::ranges::find(kExecutes, at.kind()) != std::end(kExecutes);
        for (const Holder& holder : kHolders)
            if (at.is(holder.kind)) take_sql(at, at.at(holder.field).text("query"));
        if (at.is("PLpgSQL_stmt_commit")) take_sql(at, "COMMIT");
        if (at.is("PLpgSQL_stmt_rollback")) take_sql(at, "ROLLBACK");
    }

    void take_sql(const Node& at, std::string_view query) {
        const ScannedSql words = scan_sql(query);
        if (words.tokens.empty()) return;
        Statement& out = block_.inner.emplace_back();
        out.tokens = tokens_of(name_of(words.tokens.front()), std::uint32_t(at.number("lineno")));
        out.text = out.tokens.front().text;
        out.tree = parse_sql(std::string(query), words.tokens);
    }

    // PL/pgSQL's tree names the line alone. The statement is the next on it that begins with the
    // same word, where PERFORM stands for SELECT. Up to what may follow it: its end is not told.
    Tokens tokens_of(const std::string& word, std::uint32_t line) {
        for (std::size_t i = 0; i < body_.size(); ++i) {
            const bool begins =
                is_word(body_[i], word) || (word == "select" && is_word(body_[i], "perform"));
            if (body_[i].line < first_line_ + line - 1 || !begins || !used_.insert(i).second)
                continue;
            StatementEnds ends;
            std::size_t end = i;
            while (end < body_.size() && !ends.ends_with(body_[end])) ++end;
            return body_.subspan(i, end - i);
        }
        return block_.tokens;
    }

    Statement& block_;
    Tokens body_;
    std::uint32_t first_line_;
    std::set<std::size_t> used_;
};

}  // namespace

void read_block(Statement& block, std::deque<ScannedSql>& bodies) {
    const Token* string = body_of(block.tokens);
    block.opaque = !string || !is_plpgsql(block.root());
    if (block.opaque) return;
    const Tokens tokens = bodies.emplace_back(scan_body(*string)).tokens;
    SqlTree body = parse_plpgsql(std::string(block.text), tokens);
    if (!body.problem.empty()) {
        block.opaque = true;
        block.tree.problem = std::move(body.problem);
        return;
    }
    Block reader(block, tokens, string->line);
    for (const json::value& function : body.root.as_array()) reader.read(Node(function));
}

}  // namespace stele::ops
