// What the linter finds in a piece of SQL.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "operate/lint/linter.hpp"

namespace stele::lint {

inline constexpr std::string_view kTimeout = "SET LOCAL lock_timeout = '5s';\n";

inline std::vector<Finding> findings(std::string_view sql, const std::string& file = "a.up.sql") {
    Linter linter;
    linter.lint(file, sql);
    return linter.take_findings();
}

inline std::vector<std::string> ids(const std::vector<Finding>& found) {
    std::vector<std::string> out;
    for (const Finding& one : found) out.emplace_back(text_of(one.rule).id);
    return out;
}

// What is found in SQL behind a lock_timeout.
inline std::vector<std::string> lint(std::string_view sql) {
    return ids(findings(std::string(kTimeout) + std::string(sql)));
}

struct Case {
    const char* sql;
    std::string_view rule = {};  // empty: nothing is found
};

inline void PrintTo(const Case& one, std::ostream* out) {
    *out << one.sql;
}

}  // namespace stele::lint
