#include "operate/lint/marks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/text.hpp"
#include "operate/migrations/migration_files.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kPrefix = "stele:";
constexpr std::string_view kSpace = " \t\r";

// Takes the first word off.
std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(kSpace));
    text.remove_prefix(word.size());
    return word;
}

// "stele:allow drop-table it is empty" of "-- stele:allow drop-table it is empty".
std::string_view mark_of(std::string_view comment) {
    if (!comment.starts_with("--")) return {};
    comment.remove_prefix(std::min(comment.find_first_not_of("- \t"), comment.size()));
    return comment.starts_with(kPrefix) ? comment : std::string_view();
}

void read_allow(std::string_view rest, const Token& comment, bool header, Scope& scope,
                std::vector<Allow>& out) {
    const std::string_view id = take_word(rest);
    const std::optional<Rule> rule = rule_named(id);
    if (!rule || text_of(*rule).lifted == Lifted::never)
        return scope.found(Rule::allow_unknown_rule, comment,
                           fmt::format("there is no rule \"{}\" to allow", excerpt(id, 60)));
    if (take_word(rest).empty())
        return scope.found(Rule::allow_without_reason, comment,
                           fmt::format("allows {} and does not say why", id));
    out.push_back({*rule, comment.line, header});
}

// What the runner reads, it reads in the comment at the top alone.
void check_runner_mark(std::string_view mark, const Token& comment, bool header, Scope& scope) {
    std::string_view rest = mark;
    const std::string_view word = take_word(rest);
    const std::string_view value = take_word(rest);
    const bool phase = word == "stele:phase" && (value == "contract" || value == "expand");
    if (!phase && word != "stele:no-transaction")
        return scope.found(Rule::unknown_mark, comment,
                           fmt::format("there is no mark \"{}\"", excerpt(mark, 60)));
    if (!header)
        scope.found(Rule::unknown_mark, comment,
                    fmt::format("{} counts in the comment at the top alone", word));
}

}  // namespace

std::vector<Allow> read_marks(std::string_view text, Tokens comments, Scope& scope) {
    std::vector<Allow> out;
    const char* header_end = text.data() + ops::header_of(text).size();
    for (const Token& comment : comments) {
        const std::string_view mark = mark_of(comment.text);
        if (mark.empty()) continue;
        const bool header = comment.text.data() < header_end;
        std::string_view rest = mark;
        if (take_word(rest) == "stele:allow")
            read_allow(rest, comment, header, scope, out);
        else
            check_runner_mark(mark, comment, header, scope);
    }
    return out;
}

bool is_allowed(const std::vector<Allow>& allows, Rule rule, std::uint32_t after_line,
                std::uint32_t last_line) {
    return std::ranges::any_of(allows, [&](const Allow& allow) {
        const bool here = allow.line > after_line && allow.line <= last_line;
        return allow.rule == rule && (allow.whole_file || here);
    });
}

}  // namespace stele::lint
