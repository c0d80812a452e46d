// What the checks of one file may look at, and where they write what they find.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operate/lint/rules.hpp"
#include "operate/migrations/sql_script.hpp"

namespace stele::lint {

using ops::Node;
using ops::Statement;
using ops::Token;
using ops::Tokens;

// Tables and views that the files so far have made, and which file made each.
using Relations = std::map<std::string, std::string, std::less<>>;

struct Violation {
    Rule rule;
    Token at;
    std::string message;
};

class Scope {
  public:
    Scope(const Relations& earlier, bool contract, bool in_transaction)
        : earlier_(earlier), contract_(contract), in_transaction_(in_transaction) {}

    bool in_transaction() const { return in_transaction_; }

    // Made in this very file: nobody reads it yet, so nobody waits and nothing is lost.
    bool is_new(const std::string& relation) const { return new_.contains(relation); }
    // "memories, which 0001_foundation.up.sql made", as far as that is known.
    std::string known(const std::string& relation) const;
    // `perhaps`: IF NOT EXISTS, OR REPLACE. What an earlier file made is then not new.
    void made(const std::string& relation, bool perhaps);
    void renamed(const std::string& from, const std::string& to);
    const std::set<std::string>& made_here() const { return new_; }

    void found(Rule rule, const Token& at, std::string message);
    std::vector<Violation> take_found() { return std::exchange(found_, {}); }

    // Constraints that this file added NOT VALID, as "table.constraint".
    std::set<std::string> unvalidated;
    bool lock_timeout = false;           // it is set at this point of the file
    bool lock_timeout_reported = false;  // once is enough

  private:
    const Relations& earlier_;
    const bool contract_;
    const bool in_transaction_;
    std::set<std::string> new_;
    std::vector<Violation> found_;
};

}  // namespace stele::lint
