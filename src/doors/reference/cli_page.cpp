#include <fmt/format.h>

#include "doors/cli/help.hpp"
#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"

namespace stele::reference {

namespace {

// Where a line that is too long may go on in the next: behind a space outside single quotes, or
// behind a comma of JSON that is in no string; 0: nowhere.
struct Quotes {
    bool shell = false, json = false;
};
std::size_t cut_of(std::string_view line, Quotes& quotes, bool& in_json) {
    Quotes now = quotes;
    std::size_t cut = 0;
    char before = ' ';
    for (std::size_t i = 0; i < kColumns - 2; before = line[i++]) {
        const char c = line[i];
        if (c == '\'') now.shell = !now.shell;
        if (now.shell && c == '"' && before != '\\') now.json = !now.json;
        const bool comma = c == ',' && now.shell && !now.json;
        if (i < 8 || !(comma || (c == ' ' && !now.shell))) continue;
        cut = i + 1;
        in_json = comma;
        quotes = now;
    }
    return cut;
}

std::string folded(std::string_view line) {
    std::string out;
    Quotes quotes;
    bool in_json = false;
    while (line.size() > kColumns) {
        const std::size_t cut = cut_of(line, quotes, in_json);
        if (cut == 0) break;
        out += std::string(line.substr(0, cut)) + (in_json ? "\n" : "\\\n      ");
        line.remove_prefix(cut);
    }
    return out + std::string(line);
}

std::string folded_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += folded(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::string cli_page(const Sources& sources) {
    std::string out =
        title("Command line", "cli") +
        prose(
            "`stele COMMAND --help` prints the same. A result goes to standard output, what is "
            "said about it to standard error. `--json` prints the result as JSON and nothing "
            "else. `--input FILE` takes the whole input as JSON.") +
        "\n\nExit codes: 0 done, 1 failed, 2 usage or configuration, 3 database, "
        "4 refused for safety ([errors](errors.md)).\n\n";
    for (const runtime::Operation& op : sources.registry.all())
        if (op.doors & runtime::kCli)
            out += fmt::format("## stele {}\n\n```text\n{}```\n\n", op.cli_words(),
                               folded_lines(cli::operation_help(op)));
    out.pop_back();
    return out;
}

}  // namespace stele::reference
