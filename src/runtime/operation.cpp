#include "runtime/operation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

namespace {

std::string with_separator(std::string name, char separator) {
    std::replace(name.begin(), name.end(), '.', separator);
    return name;
}

// A word that a shell takes as it is stays so.
std::string shell_word(std::string_view text) {
    const bool plain =
        !text.empty() &&
        text.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@,+") ==
            std::string_view::npos;
    return plain ? std::string(text) : shell_quoted(text);
}

void append_flag(std::string& line, const reflect::FieldInfo& field, const json::value& value) {
    const std::string flag = "--" + kebab_case(field.name);
    if (value.is_bool()) {
        line += value.get_bool() ? " " + flag : " " + flag + "=false";
    } else if (value.is_array() && field.shape->kind == reflect::Kind::array &&
               field.shape->items->kind != reflect::Kind::object) {
        for (const json::value& item : value.get_array()) append_flag(line, field, item);
    } else {
        const std::string text =
            value.is_string() ? std::string(value.get_string()) : serialize(value);
        line += field.rules.positional ? " " + shell_word(text)
                                       : fmt::format(" {} {}", flag, shell_word(text));
    }
}

}  // namespace

std::string Operation::tool_name() const {
    return tool.empty() ? with_separator(name, '_') : tool;
}
std::string Operation::http_path() const {
    return "/v1/" + with_separator(name, '/');
}
std::string Operation::cli_words() const {
    return command.empty() ? with_separator(name, ' ') : command;
}
std::string Operation::domain() const {
    return name.substr(0, name.find('.'));
}

Operation&& Operation::says(std::string summary_text, std::string description_text) && {
    summary = std::move(summary_text);
    description = std::move(description_text);
    return std::move(*this);
}

Operation&& Operation::that_waits(Poll poll, Nothing is_empty) && {
    waits(std::move(poll), std::move(is_empty));
    return std::move(*this);
}

Operation&& Operation::that_streams(Stream stream) && {
    streams(std::move(stream));
    return std::move(*this);
}

void Operation::waits(Poll poll, Nothing is_empty) {
    poll_ = std::move(poll);
    is_empty_ = std::move(is_empty);
}

void Registry::add(Operation op) {
    if (find(op.name)) throw Error(Code::internal, "operation registered twice: " + op.name);
    if (op.summary.empty() || op.description.empty() || op.examples.empty() || !op.can_run())
        throw Error(Code::internal,
                    op.name + ": an operation needs a summary, a description and an example");
    try {
        op.needs = runtime::ScopeSet::of(op.scopes);
    } catch (const Error& error) {
        throw Error(Code::internal, op.name + ": " + std::string(error.message()) +
                                        "; runtime/caller/scopes.cpp has them all");
    }
    if (op.group.empty()) op.group = group_;
    operations_.push_back(std::move(op));
}

const Operation* Registry::find(std::string_view name) const {
    for (const Operation& op : operations_)
        if (op.name == name || op.tool_name() == name) return &op;
    return nullptr;
}

const Operation& Registry::get(std::string_view name) const {
    if (const Operation* op = find(name)) return *op;
    std::vector<std::string_view> known;
    for (const Operation& op : operations_) known.push_back(op.name);
    throw Error(Code::not_found, fmt::format("there is no operation \"{}\"{}", excerpt(name, 60),
                                             did_you_mean(name, known)));
}

std::string command_line(const Operation& op, const json::object& input) {
    std::string line = "stele " + op.cli_words();
    for (const bool positional : {true, false})
        for (const reflect::FieldInfo& field : op.input->fields)
            if (field.rules.positional == positional)
                if (const json::value* value = input.if_contains(field.name))
                    append_flag(line, field, *value);
    return line;
}

}  // namespace stele::runtime
