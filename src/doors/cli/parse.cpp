#include "doors/cli/parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "doors/cli/help.hpp"
#include "doors/cli/usage_error.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "runtime/config.hpp"

namespace stele::cli {

const std::map<std::string_view, std::string>& overriding_flags() {
    static const std::map<std::string_view, std::string> kFlags{
        {"--org", "agent.org"},
        {"--project", "agent.project"},
        {"--instance", "agent.instance"},
        {"--posse", "agent.posse"},
        {"--scope", "agent.scope"},
        {"--database-url", "database.url"},
        {"--log-level", "logLevel"},
        {"--embedding", "embedding.kind"},
        {"--host", "server.host"},
        {"--port", "server.port"},
        {"--admin-url", "database.adminUrl"}};
    return kFlags;
}

namespace {

std::vector<std::string> split_words(const std::string& words) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < words.size()) {
        const auto end = std::min(words.find(' ', at), words.size());
        out.push_back(words.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

// "--json" and what else any command takes.
std::vector<std::string_view> global_flags() {
    std::vector<std::string_view> out{"--json", "--quiet", "--help", "--config"};
    for (const auto& [flag, setting] : overriding_flags()) out.push_back(flag);
    return out;
}

// How many of the leading words name this operation: all of its words, or 0.
std::size_t words_matched(const runtime::Operation& op, const std::vector<std::string>& args) {
    const std::vector<std::string> words = split_words(op.cli_words());
    if (args.size() < words.size()) return 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        // store_batch may be typed as store-batch.
        std::string typed = args[i];
        std::replace(typed.begin(), typed.end(), '-', '_');
        if (typed != words[i] && args[i] != words[i]) return 0;
    }
    return words.size();
}

std::string read_all(std::istream& in) {
    return {std::istreambuf_iterator<char>(in), {}};
}

// One operation's arguments, word by word.
class Arguments {
  public:
    Arguments(const runtime::Operation& op, std::vector<std::string> args, Globals& globals)
        : op_(op), args_(std::move(args)), globals_(globals) {
        for (const reflect::FieldInfo& field : op.input->fields)
            if (field.rules.positional) positionals_.push_back(&field);
    }

    json::object read() {
        while (at_ < args_.size()) {
            const std::string word = args_[at_++];
            if (word == "--") {
                while (at_ < args_.size()) positional(args_[at_++]);
            } else if (word.starts_with("--")) {
                long_flag(word);
            } else if (word.size() > 1 && word[0] == '-' && !is_number(word)) {
                short_flag(word);
            } else {
                positional(word);
            }
        }
        return std::move(input_);
    }

  private:
    static bool is_number(const std::string& word) {
        return word.find_first_not_of("-+.0123456789eE") == std::string::npos;
    }

    static bool is_one_of(const reflect::Shape& shape, const std::string& text) {
        const auto& values = shape.enum_values;
        return shape.kind != reflect::Kind::enumeration ||
               std::ranges::find(values, text) != values.end();
    }

    const reflect::FieldInfo* field_named(std::string_view flag) const {
        for (const reflect::FieldInfo& field : op_.input->fields)
            if (kebab_case(field.name) == flag || field.name == flag) return &field;
        return nullptr;
    }

    std::string value_after(const std::string& flag,
                            const std::optional<std::string>& inline_value) {
        if (inline_value) return *inline_value;
        if (at_ == args_.size())
            usage_error(fmt::format("{} needs a value", flag), op_.cli_words(),
                        fmt::format("After {} stands its value, or {}=VALUE.", flag, flag));
        return args_[at_++];
    }

    void long_flag(const std::string& word) {
        const auto equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        std::optional<std::string> value;
        if (equals != std::string::npos) value = word.substr(equals + 1);
        if (const reflect::FieldInfo* field = field_named(name)) return set(*field, value);
        if (name == "input") return whole_input(value_after("--input", value));
        if (name == "config") {
            globals_.config = value_after("--config", value);
            return;
        }
        if (const auto global = overriding_flags().find("--" + name);
            global != overriding_flags().end()) {
            globals_.overrides[global->second] = value_after("--" + name, value);
            return;
        }
        std::vector<std::string_view> globals = global_flags();
        globals.push_back("--input");
        unknown_flag(op_, "--" + name, globals);
    }

    void short_flag(const std::string& word) {
        for (const reflect::FieldInfo& field : op_.input->fields) {
            if (field.rules.alias.empty() || word.substr(1, 1) != field.rules.alias) continue;
            return set(field, word.size() > 2 ? std::optional(word.substr(2)) : std::nullopt);
        }
        unknown_flag(op_, word.substr(0, 2), {"-h"});
    }

    void set(const reflect::FieldInfo& field, const std::optional<std::string>& inline_value) {
        if (field.shape->kind == reflect::Kind::boolean && !inline_value) {
            input_[field.name] = true;
            return;
        }
        assign(field, value_after("--" + kebab_case(field.name), inline_value));
    }

    void positional(const std::string& word) {
        if (next_positional_ == positionals_.size()) one_word_too_many(op_, word);
        const reflect::FieldInfo& field = *positionals_[next_positional_];
        if (field.shape->kind != reflect::Kind::array) ++next_positional_;
        const bool is_text = field.shape->kind == reflect::Kind::string;
        assign(field, word == "-" && is_text ? read_all(std::cin) : word);
    }

    void assign(const reflect::FieldInfo& field, const std::string& text) {
        const bool list = field.shape->kind == reflect::Kind::array;
        const reflect::Shape& shape = list ? *field.shape->items : *field.shape;
        const auto value = runtime::value_of_text(shape, text, kebab_case(field.name));
        if (!value || !is_one_of(shape, text)) bad_value(op_, field, text);
        // A list of objects may also be given whole, as a JSON array.
        if (!list || value->is_array()) {
            input_[field.name] = *value;
            return;
        }
        if (!input_.contains(field.name)) input_[field.name] = json::array{};
        input_[field.name].as_array().push_back(*value);
    }

    void whole_input(const std::string& source) {
        std::string text;
        if (source == "-") {
            text = read_all(std::cin);
        } else {
            std::ifstream in(source, std::ios::binary);
            if (!in)
                usage_error(fmt::format("--input: {} cannot be read", source), op_.cli_words());
            text = read_all(in);
        }
        const json::value value = parse_json(text, "--input");
        if (!value.is_object()) usage_error("--input: expected a JSON object", op_.cli_words());
        for (const auto& member : value.get_object()) input_[member.key()] = member.value();
    }

    const runtime::Operation& op_;
    std::vector<std::string> args_;
    Globals& globals_;
    std::vector<const reflect::FieldInfo*> positionals_;
    std::size_t next_positional_ = 0;
    std::size_t at_ = 0;
    json::object input_;
};

// Takes --json, --quiet, --help out, wherever they stand before a "--".
std::vector<std::string> without_switches(const std::vector<std::string>& args, Globals& globals,
                                          bool& help) {
    std::vector<std::string> out;
    bool literal = false;
    for (const std::string& arg : args) {
        literal = literal || arg == "--";
        if (!literal && arg == "--json")
            globals.json = true;
        else if (!literal && arg == "--quiet")
            globals.quiet = true;
        else if (!literal && (arg == "--help" || arg == "-h"))
            help = true;
        else
            out.push_back(arg);
    }
    return out;
}

// Global flags may stand before the command, too.
std::vector<std::string> take_leading_globals(std::vector<std::string> args, Globals& globals) {
    while (args.size() >= 2 && args[0].starts_with("--")) {
        const auto flag = overriding_flags().find(args[0]);
        if (args[0] == "--config")
            globals.config = args[1];
        else if (flag != overriding_flags().end())
            globals.overrides[flag->second] = args[1];
        else
            break;
        args.erase(args.begin(), args.begin() + 2);
    }
    if (!args.empty() && args[0].starts_with("--")) unknown_global(args[0], global_flags());
    return args;
}

// These words, when commands begin with them.
std::string common_group(const runtime::Registry& registry, const std::vector<std::string>& args) {
    const std::string words = fmt::format("{}", fmt::join(args, " "));
    for (const runtime::Operation& op : registry.all())
        if ((op.doors & runtime::kCli) && op.cli_words().starts_with(words + " ")) return words;
    return "";
}

}  // namespace

Parsed parse(const runtime::Registry& registry, const std::vector<std::string>& all) {
    Parsed out;
    bool help = false;
    std::vector<std::string> args =
        take_leading_globals(without_switches(all, out.globals, help), out.globals);
    if (!args.empty() && args[0] == "help") {
        help = true;
        args.erase(args.begin());
    }
    if (args.empty()) {
        out.help = overview(registry);
        return out;
    }
    std::size_t longest = 0;
    for (const runtime::Operation& op : registry.all()) {
        if (!(op.doors & runtime::kCli)) continue;
        const std::size_t matched = words_matched(op, args);
        if (matched <= longest) continue;
        longest = matched;
        out.operation = &op;
    }
    if (!out.operation) {
        const std::string group = common_group(registry, args);
        if (group.empty()) unknown_command(registry, args);
        out.help = group_help(registry, group);
        return out;
    }
    if (help) {
        out.help = operation_help(*out.operation);
        out.operation = nullptr;
        return out;
    }
    args.erase(args.begin(), args.begin() + std::ptrdiff_t(longest));
    out.input = Arguments(*out.operation, std::move(args), out.globals).read();
    return out;
}

}  // namespace stele::cli
