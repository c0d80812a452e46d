// The inputs and outputs of `db lint` and `db validate`.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/reflect.hpp"

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
    static constexpr auto describe() {
        using S = LintInput;
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
    static constexpr auto describe() {
        using S = FindingOutput;
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
    static constexpr auto describe() {
        using S = LintOutput;
        return fields(field("exitCode", &S::exit_code, "0, or 1 when there are findings"),
                      field("format", &S::format, "As it was asked for"),
                      field("files", &S::files, "How many were read"),
                      field("findings", &S::findings, "By file, line and column"));
    }
};

}  // namespace stele::lint
