#include "doors/cli/help.hpp"

#include <fmt/format.h>

#include <set>

#include "foundation/base/text.hpp"

namespace stele::cli {

namespace {

constexpr std::size_t kWidth = 100;

// Breaks text at spaces; every line but the first is indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (column > indent && column + 1 + end > kWidth) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += text.substr(0, end);
        column += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string value_name(const reflect::FieldInfo& field) {
    using reflect::Kind;
    const reflect::Shape& shape =
        field.shape->kind == Kind::array ? *field.shape->items : *field.shape;
    switch (shape.kind) {
        case Kind::boolean:
            return "";
        case Kind::integer:
        case Kind::number:
            return " N";
        case Kind::timestamp:
            return " TIME";
        case Kind::enumeration:
            return fmt::format(" {}", fmt::join(shape.enum_values, "|"));
        case Kind::object:
            return " JSON";
        default:
            return field.rules.format == "uuid" ? " ID" : " TEXT";
    }
}

std::string flag_line(const reflect::FieldInfo& field) {
    std::string left = field.rules.positional ? "  <" + kebab_case(field.name) + ">"
                                              : "  --" + kebab_case(field.name) + value_name(field);
    if (!field.rules.alias.empty()) left += fmt::format(", -{}", field.rules.alias);
    std::string doc(field.doc);
    if (field.rules.required) doc += " (required)";
    if (field.shape->kind == reflect::Kind::array) doc += " (may be repeated)";
    const bool has_default = !field.default_value.is_null() && !field.rules.secret &&
                             field.default_value != json::value("") &&
                             !field.default_value.is_bool() && !field.default_value.is_array() &&
                             !field.default_value.is_object();
    if (has_default) {
        const json::value& value = field.default_value;
        doc += fmt::format(" [{}]",
                           value.is_string() ? std::string(value.get_string()) : serialize(value));
    }
    constexpr std::size_t kColumn = 28;
    if (left.size() >= kColumn)
        return left + "\n" + std::string(kColumn, ' ') + wrapped(doc, kColumn) + "\n";
    return left + std::string(kColumn - left.size(), ' ') + wrapped(doc, kColumn) + "\n";
}

std::string command_lines(const runtime::Registry& registry, std::string_view words) {
    std::string out;
    for (const runtime::Operation& op : registry.all())
        if (const std::string own = op.cli_words();
            (op.doors & runtime::kCli) &&
            (words.empty() || own.starts_with(std::string(words) + " ")))
            out += fmt::format("  {:<26}{}\n", own, op.summary);
    return out;
}

}  // namespace

std::string overview(const runtime::Registry& registry) {
    return "Stele keeps what agents remember, in PostgreSQL.\n\n"
           "Usage: stele <command> [arguments] [--json]\n\n"
           "Commands:\n" +
           command_lines(registry, "") +
           "\nEverywhere:\n"
           "  --json                    Print the result as JSON and nothing else\n"
           "  --config FILE             runtime::Settings file (default: stele.toml, stele.yaml)\n"
           "  --database-url URL        The PostgreSQL to use, for this command\n"
           "  --scope, --org, --project, --instance, --posse\n"
           "                            On whose behalf, for this command\n"
           "  --quiet                   No progress\n"
           "  --help                    What a command does, with examples\n"
           "  --version\n\n"
           "Start with:\n"
           "  stele setup                              a database of its own, ready to use\n"
           "  stele memory store 'Tests need port 6543' --category fact\n"
           "  stele memory search 'which port do tests need'\n"
           "  stele mcp                                what an AI client starts\n"
           "  stele serve                              the HTTP API, http://127.0.0.1:7600/docs\n";
}

std::string group_help(const runtime::Registry& registry, std::string_view words) {
    return fmt::format(
        "Usage: stele {} <command>\n\nCommands:\n{}\n`stele {} <command> --help` tells more.\n",
        words, command_lines(registry, words), words);
}

std::string operation_help(const runtime::Operation& op) {
    std::string usage = "stele " + op.cli_words();
    std::string arguments, flags;
    for (const reflect::FieldInfo& field : op.input->fields) {
        if (field.rules.positional)
            usage += field.rules.required ? fmt::format(" <{}>", kebab_case(field.name))
                                          : fmt::format(" [{}]", kebab_case(field.name));
        (field.rules.positional ? arguments : flags) += flag_line(field);
    }
    std::string out = fmt::format("{}\n\n{}\n\nUsage: {} [flags]\n", op.summary,
                                  wrapped(op.description, 0), usage);
    if (!arguments.empty()) out += "\nArguments:\n" + arguments;
    if (!flags.empty()) out += "\nFlags:\n" + flags;
    out += "\n  --input FILE              The whole input as JSON; - reads standard input\n";
    out += "\nExamples:\n";
    for (const runtime::Example& example : op.examples)
        out +=
            fmt::format("  # {}\n  {}\n", example.title, runtime::command_line(op, example.input));
    return out;
}

}  // namespace stele::cli
