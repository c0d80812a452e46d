// The methods of the protocol: from params to result.
#include <fmt/format.h>

#include "doors/mcp/params.hpp"
#include "doors/mcp/session.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/redact_json.hpp"
#include "foundation/base/text.hpp"

namespace stele::mcp {

namespace {

std::string required_uri(const json::object& params) {
    std::string uri = required_string(params, "uri");
    if (uri.size() > limits::kUriBytes)
        throw Error(Code::invalid_argument,
                    fmt::format("params.uri: at most {} bytes are allowed", limits::kUriBytes));
    return uri;
}

// How a client introduced itself, in a size that can be kept and logged.
json::object introduction_in(const json::object& params) {
    const json::object client = object_in(params, "clientInfo");
    json::object out;
    for (const std::string_view name : {"name", "title", "version"})
        if (const json::string* text = string_in(client, name)) out[name] = excerpt(*text, 200);
    return out;
}

ToolResult error_result(const Error& error, std::string_view tool, const CallInfo& info) {
    if (error.code() == Code::internal) {
        log::error("mcp tool {} failed (request {}): {}", tool, info.request_id, error.message());
        ToolResult result = ToolResult::text("Internal error");
        result.is_error = true;
        return result;
    }
    std::string text = error.code() == Code::invalid_argument
                           ? fmt::format("Error: Invalid parameters: {}", error.message())
                           : std::string(error.message());
    if (!error.hint().empty()) text += "\n" + error.hint();
    ToolResult result = ToolResult::text(redact(text));
    result.is_error = true;
    // Not in structuredContent: clients check that against the tool's output schema.
    result.meta["stele/error"] = json::object{{"code", name_of(error.code())},
                                              {"message", redact(error.message())},
                                              {"retryable", error.retryable()},
                                              {"details", redacted(error.details())}};
    return result;
}

}  // namespace

bool Session::at_least(std::string_view version) const {
    const std::lock_guard lock(mutex_);
    return negotiated_.version >= version;
}

json::object Session::capabilities() const {
    json::object out{{"logging", json::object{}}};
    if (!catalog_->tools.empty()) out["tools"] = json::object{{"listChanged", false}};
    if (!catalog_->resources.empty() || !catalog_->templates.empty())
        out["resources"] =
            json::object{{"subscribe", catalog_->subscriptions}, {"listChanged", false}};
    if (!catalog_->prompts.empty()) out["prompts"] = json::object{{"listChanged", false}};
    if (catalog_->has_completions()) out["completions"] = json::object{};
    return out;
}

json::object Session::initialize(const runtime::Caller&, const json::object& params) {
    const std::string wanted = required_string(params, "protocolVersion");
    const std::string version(is_supported(wanted) ? wanted : kVersions.front());
    json::object client = introduction_in(params);
    const json::object offered = object_in(params, "capabilities");
    log::debug("mcp session opened: version {}, client {}", version, serialize(client));
    {
        const std::lock_guard lock(mutex_);
        for (const std::string_view name : {"sampling", "elicitation", "roots"})
            if (offered.contains(name)) negotiated_.client_offers.emplace(name);
        negotiated_.client_info = std::move(client);
        negotiated_.version = version;
    }
    json::object server{{"name", catalog_->server.name}};
    put(server, "title", catalog_->server.title);
    server["version"] = catalog_->server.version;
    json::object out{{"protocolVersion", version},
                     {"capabilities", capabilities()},
                     {"serverInfo", std::move(server)}};
    put(out, "instructions", catalog_->instructions);
    return out;
}

json::object Session::ping(const runtime::Caller&, const json::object&) {
    return {};
}

json::object Session::set_level(const runtime::Caller&, const json::object& params) {
    const std::string name = required_string(params, "level");
    const auto level = log_level_of(name);
    if (!level)
        throw Error(Code::invalid_argument,
                    fmt::format("params.level: expected one of debug, info, notice, warning, "
                                "error, critical, alert, emergency, got \"{}\"",
                                excerpt(name, 40)));
    const std::lock_guard lock(mutex_);
    log_level_ = *level;
    return {};
}

namespace {

Catalog::Found resource_at(const Catalog& catalog, const std::string& uri) {
    Catalog::Found found = catalog.resource(uri);
    if (found.resource || found.pattern) return found;
    throw Error(Code::not_found, fmt::format("there is no resource \"{}\"", excerpt(uri, 200)), {},
                {{"uri", uri}});
}

}  // namespace

json::object Session::subscribe(const runtime::Caller& caller, const json::object& params) {
    const std::string uri = required_uri(params);
    const Catalog::Found found = resource_at(*catalog_, uri);
    if (!found.needs().met_by(caller))
        throw Error(Code::forbidden, fmt::format("resources/subscribe needs the scope {}",
                                                 found.needs().scopes.text()));
    const std::lock_guard lock(mutex_);
    if (subscriptions_.size() >= options_.subscriptions && !subscriptions_.contains(uri))
        throw Error(Code::rate_limited,
                    fmt::format("{} subscriptions are open already", subscriptions_.size()));
    subscriptions_.insert(uri);
    return {};
}

json::object Session::unsubscribe(const runtime::Caller&, const json::object& params) {
    const std::string uri = required_uri(params);
    const std::lock_guard lock(mutex_);
    subscriptions_.erase(uri);
    return {};
}

json::object Session::call_tool(Call& call, const json::object& params) {
    const std::string name = required_string(params, "name");
    const Tool* tool = catalog_->tool(name);
    if (!tool)
        throw Error(Code::invalid_argument, fmt::format("Unknown tool: {}", excerpt(name, 128)));
    if (!offers(*tool))
        throw Error(Code::invalid_argument,
                    fmt::format("Unknown tool: {} is not among this session's tools", name),
                    fmt::format("start `stele mcp --tools default,{0}`, or connect to "
                                "/mcp?tools=default,{0}",
                                name));
    const json::object arguments = object_in(params, "arguments");
    try {
        return render(tool->call(call, arguments));
    } catch (const Error& error) {
        return render(error_result(error, name, call.info()));
    } catch (const std::exception& error) {
        return render(error_result(Error(Code::internal, error.what()), name, call.info()));
    }
}

json::object Session::render(ToolResult result) const {
    json::object out;
    if (result.content.empty() && result.structured)
        result.content.push_back(text_content(pretty(*result.structured)));
    out["content"] = std::move(result.content);
    if (result.structured && at_least("2025-06-18"))
        out["structuredContent"] = std::move(*result.structured);
    if (result.is_error) out["isError"] = true;
    if (!result.meta.empty()) out["_meta"] = std::move(result.meta);
    return out;
}

json::object Session::read_resource(Call& call, const json::object& params) {
    const std::string uri = required_uri(params);
    const Catalog::Found found = resource_at(*catalog_, uri);
    const auto contents = found.resource ? found.resource->read(call)
                                         : found.pattern->read(call, uri, found.variables);
    json::array list;
    for (const Contents& item : contents) list.push_back(item.json());
    return {{"contents", std::move(list)}};
}

json::object Session::get_prompt(Call& call, const json::object& params) {
    const std::string name = required_string(params, "name");
    const Prompt* prompt = catalog_->prompt(name);
    if (!prompt)
        throw Error(Code::invalid_argument, fmt::format("Unknown prompt: {}", excerpt(name, 128)));
    const json::object arguments = object_in(params, "arguments");
    for (const auto& member : arguments)
        if (!member.value().is_string())
            throw Error(
                Code::invalid_argument,
                fmt::format("params.arguments.{}: expected a string", excerpt(member.key(), 128)));
    for (const PromptArgument& argument : prompt->arguments)
        if (argument.required && !arguments.contains(argument.name))
            throw Error(Code::invalid_argument,
                        fmt::format("params.arguments.{}: is required", argument.name));
    json::object out;
    put(out, "description", prompt->description);
    out["messages"] = prompt->messages(call, arguments);
    return out;
}

json::object Session::complete(Call& call, const json::object& params) {
    const json::object ref = object_in(params, "ref");
    const json::object argument = object_in(params, "argument");
    const std::string type = required_string(ref, "type");
    const std::string name = required_string(argument, "name");
    const json::string* typed = string_in(argument, "value");
    const json::object context = object_in(object_in(params, "context"), "arguments");

    const Complete* suggest = nullptr;
    if (type == "ref/prompt") {
        const Prompt* prompt = catalog_->prompt(required_string(ref, "name"));
        if (!prompt) throw Error(Code::invalid_argument, "params.ref.name: no such prompt");
        for (const PromptArgument& known : prompt->arguments)
            if (known.name == name) suggest = &known.complete;
    } else if (type == "ref/resource") {
        const std::string uri = required_string(ref, "uri");
        for (const ResourceTemplate& known : catalog_->templates) {
            const auto found = known.complete.find(name);
            if (known.uri_template == uri && found != known.complete.end())
                suggest = &found->second;
        }
    } else {
        throw Error(Code::invalid_argument,
                    "params.ref.type: expected \"ref/prompt\" or \"ref/resource\"");
    }

    std::vector<std::string> values;
    if (suggest && *suggest)
        values = (*suggest)(call, typed ? std::string_view(*typed) : "", context);
    const std::size_t total = values.size();
    constexpr std::size_t kMost = 100;  // the protocol's own bound
    if (total > kMost) values.resize(kMost);
    json::array list;
    for (const std::string& value : values) list.push_back(json::string(value));
    return {
        {"completion",
         json::object{{"values", std::move(list)}, {"total", total}, {"hasMore", total > kMost}}}};
}

}  // namespace stele::mcp
