// The inputs and outputs of `db lint` and `db validate`.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::lint {

using reflect::field;
using reflect::fields;

enum class ReportFormat { text, json, sarif };

}  // namespace stele::lint

namespace stele::reflect {

template <>
struct EnumNames<lint::ReportFormat> {
    static constexpr std::array<std::pair<lint::ReportFormat, std::string_view>, 3> values{
        {{lint::ReportFormat::text, "text"},
         {lint::ReportFormat::json, "json"},
         {lint::ReportFormat::sarif, "sarif"}}};
};

}  // namespace stele::reflect

namespace stele::lint {

struct LintInput {
    std::vector<std::string> files;
    ReportFormat format = ReportFormat::text;
    template <class S = LintInput>
    static auto describe() {
        return fields(field("files", &S::files,
                            "Files and folders of SQL, in the order in which they run; none: the "
                            "migrations of this program")
                          .positional()
                          .max_items(10'000),
                      field("format", &S::format, "How the findings are printed"));
    }
};

struct FindingOutput {
    std::string rule;
    std::string file;
    int line = 1;
    int column = 1;
    std::string message;
    std::string why;
    std::string safe;
    template <class S = FindingOutput>
    static auto describe() {
        return fields(field("rule", &S::rule, "The rule's id, as -- stele:allow takes it"),
                      field("file", &S::file, "As it was named"), field("line", &S::line, "From 1"),
                      field("column", &S::column, "From 1, in characters"),
                      field("message", &S::message, "What was found"),
                      field("why", &S::why, "What goes wrong with it under load"),
                      field("safe", &S::safe, "The way to do it"));
    }
};

struct LintOutput {
    int exit_code = 0;
    ReportFormat format = ReportFormat::text;
    int files = 0;
    std::vector<FindingOutput> findings;
    template <class S = LintOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when there are findings"),
                      field("format", &S::format, "As it was asked for"),
                      field("files", &S::files, "How many were read"),
                      field("findings", &S::findings, "By file, line and column"));
    }
};

struct ValidateInput {
    std::string dir;
    int runners = 8;
    std::string scratch_url;
    template <class S = ValidateInput>
    static auto describe() {
        return fields(field("dir", &S::dir,
                            "The folder of migrations to validate; none: those of this program"),
                      field("runners", &S::runners, "How many migrate at once").range(2, 64),
                      field("scratchUrl", &S::scratch_url,
                            "A login that may create databases, on the server to use; none: the "
                            "owner's (database.adminUrl)")
                          .secret());
    }
};

struct CheckOutput {
    std::string name;
    bool passed = false;
    std::string evidence;
    template <class S = CheckOutput>
    static auto describe() {
        return fields(
            field("name", &S::name, "The check's name"), field("passed", &S::passed, "It holds"),
            field("evidence", &S::evidence, "What was looked at, or everything that is wrong"));
    }
};

struct ValidateOutput {
    int exit_code = 0;
    std::string server;
    int migrations = 0;
    std::vector<CheckOutput> checks;
    template <class S = ValidateOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when a check failed"),
                      field("server", &S::server, "Where the scratch databases were made"),
                      field("migrations", &S::migrations, "How many were validated"),
                      field("checks", &S::checks, "In the order in which they were made"));
    }
};

}  // namespace stele::lint
