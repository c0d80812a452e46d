#include "doors/cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "foundation/base/text.hpp"

namespace stele::cli {

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (column > indent && column + 1 + end > width) {
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

namespace {

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

std::string command_lines(const runtime::Registry& registry) {
    std::string out;
    for (const runtime::Operation& op : registry.all())
        if (op.doors & runtime::kCli)
            out += fmt::format("  {:<26}{}\n", op.cli_words(), op.summary);
    return out;
}

// A domain's help is read on a screen of 24 lines, the last of which has the next prompt.
constexpr std::size_t kScreenRows = 23;
constexpr std::size_t kFrameRows = 4;  // usage, two empty lines, where there is more

// Commands of a domain that belong together. Folded, the first has its line and the others are
// only named.
struct Group {
    std::string name;
    std::vector<const runtime::Operation*> operations;
    bool folded = false;
    std::size_t lines() const { return folded ? 2 : operations.size(); }
};

std::vector<Group> groups_of(const runtime::Registry& registry, std::string_view words) {
    std::vector<Group> out;
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kCli)) continue;
        if (!op.cli_words().starts_with(std::string(words) + " ")) continue;
        const auto known = std::ranges::find(out, op.group, &Group::name);
        Group& group = known == out.end() ? out.emplace_back(Group{op.group, {}}) : *known;
        group.operations.push_back(&op);
    }
    return out;
}

// "submit" of "job submit", in the help of `job`.
std::string verb_of(const runtime::Operation& op, std::string_view words) {
    return op.cli_words().substr(words.size() + 1);
}

std::string lines_of(const std::vector<Group>& groups, std::string_view words) {
    std::size_t name_width = 0, verb_width = 0;
    for (const Group& group : groups) {
        name_width = std::max(name_width, group.name.size() + 2);
        for (const runtime::Operation* op : group.operations)
            verb_width = std::max(verb_width, verb_of(*op, words).size() + 2);
    }
    if (groups.size() < 2) name_width = 0;
    const std::size_t indent = 2 + name_width;
    std::string out;
    for (const Group& group : groups) {
        std::string name = groups.size() < 2 ? "" : group.name, others;
        for (const runtime::Operation* op : group.operations) {
            const std::string verb = verb_of(*op, words);
            if (group.folded && op != group.operations.front()) {
                others += (others.empty() ? "also " : ", ") + verb;
                continue;
            }
            const std::size_t room = kWidth - indent - verb_width;
            const std::string line =
                fmt::format("  {:<{}}{:<{}}", name, name_width, verb, verb_width);
            const bool fits = op->summary.size() <= room;
            out += line + (fits ? op->summary : excerpt(op->summary, room - 1)) + "\n";
            name.clear();
        }
        if (!others.empty()) out += std::string(indent, ' ') + wrapped(others, indent) + "\n";
    }
    return out;
}

std::size_t rows_of(const std::vector<Group>& groups, std::string_view words) {
    return std::size_t(std::ranges::count(lines_of(groups, words), '\n'));
}

}  // namespace

std::string overview(const runtime::Registry& registry) {
    return "Stele keeps what agents remember, in PostgreSQL.\n\n"
           "Usage: stele <command> [arguments] [--json]\n\n"
           "Commands:\n" +
           command_lines(registry) +
           "\nEverywhere:\n"
           "  --json                    Print the result as JSON and nothing else\n"
           "  --config FILE             Settings file (default: stele.toml, stele.yaml)\n"
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
    std::vector<Group> groups = groups_of(registry, words);
    while (rows_of(groups, words) > kScreenRows - kFrameRows) {
        Group* largest = nullptr;
        for (Group& group : groups)
            if (group.lines() > 2 && (!largest || group.lines() > largest->lines()))
                largest = &group;
        if (!largest) break;
        largest->folded = true;
    }
    return fmt::format(
        "Usage: stele {0} <command> [arguments]\n\n{1}\n`stele {0} <command> --help` tells more.\n",
        words, lines_of(groups, words));
}

std::string usage_of(const runtime::Operation& op) {
    std::string out = "stele " + op.cli_words();
    for (const reflect::FieldInfo& field : op.input->fields)
        if (field.rules.positional)
            out += field.rules.required ? fmt::format(" <{}>", kebab_case(field.name))
                                        : fmt::format(" [{}]", kebab_case(field.name));
    return out + " [flags]";
}

std::string operation_help(const runtime::Operation& op) {
    std::string arguments, flags;
    for (const reflect::FieldInfo& field : op.input->fields)
        (field.rules.positional ? arguments : flags) += flag_line(field);
    std::string out = fmt::format("{}\n\n{}\n\nUsage: {}\n", op.summary, wrapped(op.description, 0),
                                  usage_of(op));
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
