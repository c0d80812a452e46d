#include "doors/mcp/catalog.hpp"

#include <algorithm>

#include "doors/mcp/session.hpp"

namespace stele::mcp {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += char(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

template <class Item>
const Item* by_name(const std::vector<Item>& items, std::string_view name) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const Item& item) { return item.name == name; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

namespace {

// "" for what is not there or no text.
std::string_view text_at(const json::value& value, std::string_view name) {
    const json::object* object = value.if_object();
    const json::value* member = object ? object->if_contains(name) : nullptr;
    const json::string* text = member ? member->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

json::object text_content(std::string_view text) {
    return {{"type", "text"}, {"text", text}};
}

ToolResult ToolResult::text(std::string_view text) {
    ToolResult result;
    result.content.push_back(text_content(text));
    return result;
}

json::object Contents::json() const {
    json::object out{{"uri", uri}};
    if (!mime_type.empty()) out["mimeType"] = mime_type;
    if (text) out["text"] = *text;
    if (blob) out["blob"] = *blob;
    return out;
}

const Tool* Catalog::tool(std::string_view name) const {
    return by_name(tools, name);
}

const Prompt* Catalog::prompt(std::string_view name) const {
    return by_name(prompts, name);
}

Catalog::Found Catalog::resource(std::string_view uri) const {
    for (const Resource& known : resources)
        if (known.uri == uri) return {.resource = &known, .pattern = nullptr, .variables = {}};
    for (const ResourceTemplate& known : templates)
        if (auto variables = match_template(known.uri_template, uri))
            return {.resource = nullptr, .pattern = &known, .variables = std::move(*variables)};
    return {};
}

runtime::ScopeSet Catalog::scopes_of(const json::value& message) const {
    runtime::ScopeSet out;
    if (const json::array* batch = message.if_array()) {
        for (const json::value& one : *batch)
            if (one.is_object()) out = out | scopes_of(one);
        return out;
    }
    const std::string_view method = text_at(message, "method");
    const json::object* object = message.if_object();
    const json::value* params = object ? object->if_contains("params") : nullptr;
    if (!params) return out;
    if (method == "tools/call") {
        if (const Tool* known = tool(text_at(*params, "name"))) return known->needs.scopes;
    } else if (method == "prompts/get") {
        if (const Prompt* known = prompt(text_at(*params, "name"))) return known->needs.scopes;
    } else if (method == "resources/read" || method == "resources/subscribe") {
        const Found found = resource(text_at(*params, "uri"));
        if (found.resource || found.pattern) return found.needs().scopes;
    }
    return out;
}

bool Catalog::has_completions() const {
    const auto completes = [](const PromptArgument& argument) { return bool(argument.complete); };
    return std::any_of(templates.begin(), templates.end(),
                       [](const ResourceTemplate& t) { return !t.complete.empty(); }) ||
           std::any_of(prompts.begin(), prompts.end(), [&](const Prompt& p) {
               return std::any_of(p.arguments.begin(), p.arguments.end(), completes);
           });
}

std::optional<json::object> match_template(std::string_view uri_template, std::string_view uri) {
    json::object variables;
    while (!uri_template.empty()) {
        const auto open = uri_template.find('{');
        const auto literal = uri_template.substr(0, open);
        if (!uri.starts_with(literal)) return std::nullopt;
        uri.remove_prefix(literal.size());
        if (open == std::string_view::npos) break;
        const auto close = uri_template.find('}', open);
        if (close == std::string_view::npos) return std::nullopt;
        const auto name = uri_template.substr(open + 1, close - open - 1);
        uri_template.remove_prefix(close + 1);
        // The value ends where the template goes on, and never spans a slash.
        const auto next = uri_template.substr(0, uri_template.find('{'));
        const auto end = std::min(uri.find('/'), next.empty() ? uri.size() : uri.find(next));
        const auto value = uri.substr(0, end);
        if (value.empty()) return std::nullopt;
        variables[name] = percent_decoded(value);
        uri.remove_prefix(value.size());
    }
    return uri.empty() ? std::optional(std::move(variables)) : std::nullopt;
}

void Announcer::add(std::weak_ptr<Session> session) {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [](const auto& s) { return s.expired(); });
    sessions_.push_back(std::move(session));
}

void Announcer::announce(const std::string& uri, const runtime::Caller* of) {
    std::vector<std::weak_ptr<Session>> sessions;
    {
        const std::lock_guard lock(mutex_);
        sessions = sessions_;
    }
    for (const auto& weak : sessions)
        if (const auto session = weak.lock()) {
            const runtime::Caller& caller = session->caller();
            if (!of || (caller.org == of->org && caller.project == of->project))
                session->resource_updated(uri);
        }
}

}  // namespace stele::mcp
