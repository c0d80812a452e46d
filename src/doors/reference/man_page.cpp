#include <fmt/format.h>

#include "doors/cli/cli.hpp"
#include "doors/reference/pages.hpp"
#include "foundation/base/text.hpp"

namespace stele::reference {

namespace {

// Text as roff: no escapes, no requests.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '`')
            out += "\\(ga";
        else
            out += c;
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

std::string entry(std::string_view term, std::string_view text) {
    return fmt::format(".TP\n.B {}\n{}\n", roff(term), roff(text));
}

std::string commands(const Sources& sources) {
    std::string out = ".SH COMMANDS\n";
    for (const runtime::Operation& op : sources.registry.all())
        if (op.doors & runtime::kCli) out += entry(op.cli_words(), op.summary + ".");
    return out;
}

std::string options() {
    std::string out = ".SH OPTIONS\nThese stand before or after any command.\n";
    out += entry("--json", "Print the result as JSON and nothing else.");
    out += entry("--quiet", "Show no progress.");
    out += entry("--config FILE", "The settings file.");
    for (const auto& [flag, setting] : cli::overriding_flags())
        out += entry(fmt::format("{} VALUE", flag),
                     fmt::format("The setting {}, for this command.", setting));
    out += entry("--help", "What a command does, with its flags and examples.");
    return out;
}

std::string variables(const reflect::Shape& shape, const std::string& prefix) {
    std::string out;
    for (const reflect::FieldInfo& field : shape.fields) {
        const std::string key = prefix + std::string(field.name);
        if (!field.shape->fields.empty())
            out += variables(*field.shape, key + ".");
        else
            out += entry(fmt::format("{}", fmt::join(runtime::variables_of(key), ", ")),
                         fmt::format("{}: {}.", key, field.doc));
    }
    return out;
}

constexpr std::string_view kRest = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The operation ran and failed.
.TP
.B 2
Usage or configuration.
.TP
.B 3
The database does not answer.
.TP
.B 4
Refused for safety.
.SH FILES
.TP
.I stele.toml, stele.yaml, stele.yml
Settings: in the working directory, else in $XDG_CONFIG_HOME/stele.
.TP
.I $STELE_HOME
The local PostgreSQL, its passwords and its backups.
.SH EXAMPLES
.nf
stele setup
stele memory store 'Tests need port 6543' \-\-category fact
stele memory search 'which port do tests need'
stele serve
.fi
.SH SEE ALSO
.BR psql (1),
.BR systemctl (1)
)";

}  // namespace

std::string man_page(const Sources& sources) {
    return fmt::format(
               ".\\\" Made by `stele reference man`.\n"
               ".TH STELE 1 \"\" \"stele {}\" \"User Commands\"\n"
               ".SH NAME\nstele \\- the durable source of truth for AI agents, on PostgreSQL\n"
               ".SH SYNOPSIS\n.B stele\n.I command\n[\\fIarguments\\fR] [\\fIoptions\\fR]\n"
               ".SH DESCRIPTION\nStele keeps what agents remember, what was said, what came from "
               "what and which job ran,\nin a PostgreSQL database.\n"
               ".B stele \\fIcommand\\fB \\-\\-help\ntells what a command takes, with examples.\n",
               sources.version) +
           commands(sources) + options() + ".SH ENVIRONMENT\n" +
           variables(reflect::shape_of<runtime::Settings>(), "") + std::string(kRest);
}

}  // namespace stele::reference
