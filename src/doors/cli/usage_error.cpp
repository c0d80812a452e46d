#include "doors/cli/usage_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "doors/cli/help.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"

namespace stele::cli {

namespace {

constexpr std::size_t kTyped = 60;  // bytes of a typed word that are said again
constexpr std::size_t kFew = 3;     // words that are suggested

std::vector<std::string> commands_of(const runtime::Registry& registry) {
    std::vector<std::string> out;
    for (const runtime::Operation& op : registry.all())
        if (op.doors & runtime::kCli) out.push_back(op.cli_words());
    return out;
}

// The commands near what was typed; else those that end with it, for its domain may have been left
// out; else the domains near its first word.
std::vector<std::string> near_commands(const std::vector<std::string>& commands,
                                       const std::string& typed) {
    const std::string first = typed.substr(0, typed.find(' '));
    const std::vector<std::string_view> all(commands.begin(), commands.end());
    std::vector<std::string> out;
    const auto add = [&](const std::vector<std::string_view>& near) {
        for (const std::string_view one : near)
            if (out.size() < kFew && std::ranges::find(out, one) == out.end())
                out.emplace_back(one);
    };
    add(nearest_few(typed, all, kFew));
    std::vector<std::string_view> same_verb, domains;
    for (const std::string_view one : all) {
        if (one.ends_with(" " + first)) same_verb.push_back(one);
        domains.push_back(one.substr(0, one.find(' ')));
    }
    if (out.empty()) add(same_verb);
    if (out.empty() && std::ranges::find(domains, first) == domains.end())
        add(nearest_few(first, domains, kFew));
    return out;
}

std::string quoted_choice(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += fmt::format("{}\"{}\"",
                           i == 0                  ? ""
                           : i + 1 == words.size() ? " or "
                                                   : ", ",
                           words[i]);
    return out;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& near) {
    if (near.empty()) return "";
    return fmt::format("\"{}\": did you mean {}?", excerpt(typed, kTyped), quoted_choice(near));
}

std::string expected(const reflect::Shape& shape) {
    switch (shape.kind) {
        case reflect::Kind::boolean:
            return "true or false";
        case reflect::Kind::integer:
            return "a whole number";
        case reflect::Kind::number:
            return "a number";
        case reflect::Kind::timestamp:
            return "a time such as 2026-11-20T08:15:30Z";
        case reflect::Kind::enumeration:
            return fmt::format("one of {}", fmt::join(shape.enum_values, ", "));
        case reflect::Kind::object:
            return "a JSON object";
        default:
            return "JSON";
    }
}

}  // namespace

std::string did_you_mean_in_words(std::string_view typed,
                                  const std::vector<std::string_view>& known) {
    const auto near = nearest_few(typed.substr(0, 64), known, kFew);
    return did_you_mean(typed, {near.begin(), near.end()});
}

void usage_error(const std::string& message, std::string_view words, const std::string& remedy) {
    throw Error(Code::invalid_argument, message,
                fmt::format("{}{}`stele {}{}--help` shows what it takes", remedy,
                            remedy.empty() ? "" : " ", words, words.empty() ? "" : " "));
}

void unknown_command(const runtime::Registry& registry, const std::vector<std::string>& args) {
    const std::vector<std::string> commands = commands_of(registry);
    std::string typed = args[0];
    if (args.size() > 1 && !args[1].starts_with('-')) typed += " " + args[1];
    const bool domain = std::ranges::any_of(
        commands, [&](const std::string& one) { return one.starts_with(args[0] + " "); });
    usage_error(fmt::format("there is no command \"{}\"", excerpt(typed, kTyped)),
                domain ? args[0] : "", did_you_mean(typed, near_commands(commands, typed)));
}

void unknown_flag(const runtime::Operation& op, const std::string& flag,
                  const std::vector<std::string_view>& globals) {
    std::vector<std::string> own;
    for (const reflect::FieldInfo& field : op.input->fields) {
        own.push_back("--" + kebab_case(field.name));
        if (!field.rules.alias.empty()) own.push_back("-" + std::string(field.rules.alias));
    }
    std::vector<std::string_view> known(own.begin(), own.end());
    known.insert(known.end(), globals.begin(), globals.end());
    usage_error(fmt::format("{} has no flag {}", op.cli_words(), excerpt(flag, kTyped)),
                op.cli_words(), did_you_mean_in_words(flag, known));
}

void unknown_global(const std::string& flag, const std::vector<std::string_view>& globals) {
    usage_error(
        fmt::format("there is no flag {} that stands before a command", excerpt(flag, kTyped)), "",
        did_you_mean_in_words(flag, globals));
}

void bad_value(const runtime::Operation& op, const reflect::FieldInfo& field,
               const std::string& typed) {
    const reflect::Shape& shape =
        field.shape->kind == reflect::Kind::array ? *field.shape->items : *field.shape;
    usage_error(fmt::format("{}: expected {}, got \"{}\"", kebab_case(field.name), expected(shape),
                            excerpt(typed, kTyped)),
                op.cli_words(), did_you_mean_in_words(typed, shape.enum_values));
}

void one_word_too_many(const runtime::Operation& op, const std::string& typed) {
    usage_error(
        fmt::format("{} does not take \"{}\"", op.cli_words(), excerpt(typed, kTyped)),
        op.cli_words(),
        fmt::format("\"{}\" is one word more than `{}`; words that belong together stand in "
                    "quotes.",
                    excerpt(typed, kTyped), usage_of(op)));
}

}  // namespace stele::cli
