#include <fmt/format.h>

#include <set>

#include "doors/cli/cli.hpp"
#include "doors/cli/usage_error.hpp"
#include "foundation/base/text.hpp"

namespace stele::cli {

namespace {

std::string flags_of(const runtime::Operation& op) {
    std::string out = "--json --help";
    for (const reflect::FieldInfo& field : op.input->fields)
        if (!field.rules.positional) out += " --" + kebab_case(field.name);
    return out;
}

// The words that may follow each prefix of words: "" → "memory db …", "memory" → "search store …".
std::map<std::string, std::set<std::string>> tree_of(const runtime::Registry& registry) {
    std::map<std::string, std::set<std::string>> tree;
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kCli)) continue;
        const std::string words = op.cli_words();
        const auto space = words.find(' ');
        tree[""].insert(words.substr(0, space));
        if (space != std::string::npos)
            tree[words.substr(0, space)].insert(words.substr(space + 1));
    }
    return tree;
}

std::string bash(const runtime::Registry& registry) {
    std::string out =
        "# stele completion for bash: source this, or put it into /etc/bash_completion.d/\n"
        "_stele() {\n"
        "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\" i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == -* ]] || words+=\"${words:+ }${COMP_WORDS[i]}\"\n"
        "    done\n"
        "    local reply=\"\"\n"
        "    case \"$words\" in\n";
    for (const runtime::Operation& op : registry.all())
        if (op.doors & runtime::kCli)
            out += fmt::format("        \"{0}\"|\"{0} \"*) reply=\"{1}\" ;;\n", op.cli_words(),
                               flags_of(op));
    for (const auto& [prefix, next] : tree_of(registry))
        out += fmt::format("        \"{}\") reply=\"{}\" ;;\n", prefix, fmt::join(next, " "));
    return out +
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$reply\" -- \"$cur\")\n"
           "}\n"
           "complete -o default -F _stele stele\n";
}

std::string zsh(const runtime::Registry& registry) {
    return "#compdef stele\n"
           "# stele completion for zsh: source this after compinit\n"
           "autoload -U +X bashcompinit && bashcompinit\n" +
           bash(registry);
}

std::string fish(const runtime::Registry& registry) {
    std::string out =
        "# stele completion for fish: ~/.config/fish/completions/stele.fish\n"
        "complete -c stele -f\n";
    for (const auto& [prefix, next] : tree_of(registry))
        for (const std::string& word : next)
            out +=
                prefix.empty()
                    ? fmt::format("complete -c stele -n __fish_use_subcommand -a {}\n", word)
                    : fmt::format("complete -c stele -n '__fish_seen_subcommand_from {}' -a {}\n",
                                  prefix, word);
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kCli)) continue;
        const std::string words = op.cli_words();
        const std::string last = words.substr(words.rfind(' ') + 1);
        for (const reflect::FieldInfo& field : op.input->fields)
            if (!field.rules.positional)
                out += fmt::format("complete -c stele -n '__fish_seen_subcommand_from {}' -l {}\n",
                                   last, kebab_case(field.name));
    }
    return out;
}

}  // namespace

std::string completion_script(const runtime::Registry& registry, std::string_view shell) {
    if (shell == "bash") return bash(registry);
    if (shell == "zsh") return zsh(registry);
    if (shell == "fish") return fish(registry);
    usage_error(fmt::format("shell: expected bash, zsh or fish, got \"{}\"", excerpt(shell, 20)),
                "completion", did_you_mean_in_words(shell, {"bash", "zsh", "fish"}));
}

}  // namespace stele::cli
