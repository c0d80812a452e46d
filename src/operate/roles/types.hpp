// The inputs and outputs of db roles.
#pragma once

#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::roles {

using reflect::field;
using reflect::fields;

struct RolesInput {
    bool sql = false;
    bool check = false;
    template <class S = RolesInput>
    static auto describe() {
        return fields(
            field("sql", &S::sql, "Print the whole SQL, for an administrator to run"),
            field("check", &S::check, "Exit code 1 when a role has not exactly what it needs"));
    }
};

struct ApplyInput {
    static auto describe() { return fields(); }
};

struct RoleFinding {
    std::string role;
    std::string object;
    std::vector<std::string> missing;
    std::vector<std::string> excess;
    std::vector<std::string> sql;
    template <class S = RoleFinding>
    static auto describe() {
        return fields(field("role", &S::role, "stele_runtime, …"),
                      field("object", &S::object, "role, a schema or a table"),
                      field("missing", &S::missing, "What it needs and has not"),
                      field("excess", &S::excess, "What it has and does not need"),
                      field("sql", &S::sql, "What mends it"));
    }
};

struct RolesOutput {
    int exit_code = 0;
    bool applied = false;
    std::string owner;
    std::string login;
    std::vector<std::string> login_excess;
    std::vector<RoleFinding> findings;
    std::string sql;
    template <class S = RolesOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0, or 1 with check and something to mend"),
            field("applied", &S::applied, "The findings have been mended"),
            field("owner", &S::owner, "Who owns the tables; empty: there are none yet"),
            field("login", &S::login, "Who serving processes connect as"),
            field("loginExcess", &S::login_excess, "What that login can do beyond the rules"),
            field("findings", &S::findings, "Where a role differs from the rules"),
            field("sql", &S::sql, "With sql: everything, safe to run again"));
    }
};

}  // namespace stele::roles
