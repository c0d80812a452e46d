#include "operate/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "operate/lint/linter.hpp"
#include "operate/migrations/migration_files.hpp"
#include "runtime/local_files.hpp"

namespace stele::lint {

namespace {

namespace fs = std::filesystem;

// The SQL files of a folder and of the folders in it, in the order of their paths. Throws
// Error(not_found) when there is none: a check that read nothing must not look like one that
// passed.
std::vector<fs::path> files_of(const fs::path& path) {
    if (!fs::is_directory(path)) return {path};
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file() && lower_ascii(entry.path().extension().string()) == ".sql")
            out.push_back(entry.path());
    if (out.empty())
        throw Error(Code::not_found, fmt::format("there is no .sql file in {}", path.string()),
                    "name the folder that holds the migrations");
    std::ranges::sort(out);
    return out;
}

int lint_embedded(Linter& linter) {
    const auto files = ops::embedded_migration_files();
    for (const ops::MigrationFile& file : files)
        linter.lint("migrations/" + std::string(file.name), file.text);
    return int(files.size());
}

int lint_files(Linter& linter, const std::vector<std::string>& paths) {
    int files = 0;
    for (const std::string& path : paths)
        for (const fs::path& file : files_of(path)) {
            const auto text = ops::read_file(file);
            if (!text)
                throw Error(Code::not_found, fmt::format("there is no file {}", file.string()));
            linter.lint(file.string(), *text);
            ++files;
        }
    return files;
}

}  // namespace

LintOutput lint(runtime::Context& context, const LintInput& input) {
    if (!input.files.empty())
        runtime::require_local_files(context, "files", "run `stele db lint` there");
    Linter linter;
    LintOutput out;
    out.format = input.format;
    out.files = input.files.empty() ? lint_embedded(linter) : lint_files(linter, input.files);
    for (Finding& finding : linter.take_findings()) {
        const RuleText& rule = text_of(finding.rule);
        out.findings.push_back({std::string(rule.id), std::move(finding.file), finding.line,
                                finding.column, std::move(finding.message), std::string(rule.why),
                                std::string(rule.safe)});
    }
    out.exit_code = out.findings.empty() ? 0 : 1;
    return out;
}

}  // namespace stele::lint
