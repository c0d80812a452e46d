// What a server offers, as plain structs with functions: tools, resources, prompts. The catalog
// knows no transport, no JSON-RPC and no era of the protocol.
//
// Handlers run on any thread, several at once, and throw stele::Error. A catalog is complete before
// the first session opens and does not change afterwards.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"
#include "runtime/caller/caller.hpp"

namespace stele::mcp {

class Call;
class Session;

struct ServerInfo {
    std::string name;
    std::string title;
    std::string version;
};

// Content blocks as the protocol has them: {"type": "text", "text": …}.
json::object text_content(std::string_view text);

// What a caller must have to use something; who can never have it does not see it listed.
struct Needs {
    runtime::ScopeSet scopes;
    bool any_tenant = false;  // reaches beyond one tenant
    bool met_by(const runtime::Caller& caller) const {
        return caller.scopes.includes(scopes) && (caller.any_tenant || !any_tenant);
    }
};

struct ToolResult {
    json::array content;                     // empty: the pretty JSON of `structured`
    std::optional<json::object> structured;  // must match the tool's output schema
    bool is_error = false;
    json::object meta;

    static ToolResult text(std::string_view text);
};

struct Tool {
    std::string name;
    std::string title;
    std::string description;
    json::object input_schema;
    std::optional<json::object> output_schema;
    json::object annotations;  // readOnlyHint …
    Needs needs;
    std::function<ToolResult(Call&, const json::object& arguments)> call;
};

// One content of a resource: text, or base64 in `blob`.
struct Contents {
    std::string uri;
    std::string mime_type;
    std::optional<std::string> text;
    std::optional<std::string> blob;

    json::object json() const;
};

struct Resource {
    std::string uri;
    std::string name;
    std::string title;
    std::string description;
    std::string mime_type;
    std::function<std::vector<Contents>(Call&)> read;
    Needs needs;
};

// Suggestions for one argument: what was typed so far and the arguments already filled in.
using Complete = std::function<std::vector<std::string>(Call&, std::string_view typed,
                                                        const json::object& context)>;

// `uri_template` is RFC 6570 level 1: {name} stands for one path segment or less.
struct ResourceTemplate {
    std::string uri_template;
    std::string name;
    std::string title;
    std::string description;
    std::string mime_type;
    // `variables` holds the percent-decoded values. Throws Error(not_found) for what does not
    // exist.
    std::function<std::vector<Contents>(Call&, const std::string& uri,
                                        const json::object& variables)>
        read;
    std::map<std::string, Complete> complete;  // by variable
    Needs needs;
};

struct PromptArgument {
    std::string name;
    std::string description;
    bool required = false;
    Complete complete;  // may be empty
};

struct Prompt {
    std::string name;
    std::string title;
    std::string description;
    std::vector<PromptArgument> arguments;
    // Messages as the protocol has them: {"role": "user", "content": {…}}. All arguments are
    // strings.
    std::function<json::array(Call&, const json::object& arguments)> messages;
    Needs needs;
};

// Tells the sessions that subscribed to a resource that it changed. Any thread.
class Announcer {
  public:
    // To the sessions of this tenant; without one, to all.
    void announce(const std::string& uri, const runtime::Caller* of = nullptr);
    void add(std::weak_ptr<Session> session);

  private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Session>> sessions_;
};

using ToolNames = std::set<std::string, std::less<>>;

struct Catalog {
    ServerInfo server;
    std::string instructions;
    std::vector<Tool> tools;
    // The names of the tools that a session lists and calls, from what it was opened with; throws
    // Error(configuration). Not set: every session has all of them.
    std::function<ToolNames(std::string_view chosen)> choose_tools;
    std::vector<Resource> resources;
    std::vector<ResourceTemplate> templates;
    std::vector<Prompt> prompts;
    bool subscriptions = false;  // whether anything is ever announced
    std::shared_ptr<Announcer> announcer = std::make_shared<Announcer>();

    const Tool* tool(std::string_view name) const;
    const Prompt* prompt(std::string_view name) const;
    struct Found {  // one of the two, or none
        const Resource* resource = nullptr;
        const ResourceTemplate* pattern = nullptr;
        json::object variables;
        const Needs& needs() const { return resource ? resource->needs : pattern->needs; }
    };
    Found resource(std::string_view uri) const;
    // All scopes that this message, or one of this batch, needs.
    runtime::ScopeSet scopes_of(const json::value& message) const;
    bool has_completions() const;
};

// The variables of `uri` under the template, or nothing when it does not match.
std::optional<json::object> match_template(std::string_view uri_template, std::string_view uri);

}  // namespace stele::mcp
