// The inputs and outputs of db retention.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::retention {

using reflect::field;
using reflect::fields;

struct PlanInput {
    static auto describe() { return fields(); }
};

struct ApplyInput {
    bool force = false;
    std::string confirm;
    template <class S = ApplyInput>
    static auto describe() {
        return fields(field("force", &S::force, "Needed: this deletes data"),
                      field("confirm", &S::confirm, "Needed: apply-retention"));
    }
};

struct ReportRow {
    std::string table;
    std::string retention;
    std::string rule;
    std::int64_t rows = 0;
    std::int64_t tenants = 0;
    std::optional<Timestamp> oldest;
    template <class S = ReportRow>
    static auto describe() {
        return fields(field("table", &S::table, "Where the rows are"),
                      field("class", &S::retention, "ephemeral, standard or audit"),
                      field("rule", &S::rule, "Why they go"),
                      field("rows", &S::rows, "How many go, or went"),
                      field("tenants", &S::tenants, "In how many tenants"),
                      field("oldest", &S::oldest, "When the oldest of them last changed"));
    }
};

struct Kept {
    std::string table;
    std::string retention;
    std::int64_t rows = 0;
    template <class S = Kept>
    static auto describe() {
        return fields(field("table", &S::table, "Where the rows are"),
                      field("class", &S::retention, "Their class"),
                      field("rows", &S::rows, "How many there are in all"));
    }
};

struct RetentionOutput {
    bool applied = false;
    std::int64_t rows = 0;
    std::vector<ReportRow> lines;
    std::vector<Kept> classes;
    template <class S = RetentionOutput>
    static auto describe() {
        return fields(
            field("applied", &S::applied, "The rows are gone; false: nothing was changed"),
            field("rows", &S::rows, "How many go, or went, in all"),
            field("lines", &S::lines, "By table, class and rule"),
            field("classes", &S::classes, "Rows of each class before; held ones, too"));
    }
};

}  // namespace stele::retention
