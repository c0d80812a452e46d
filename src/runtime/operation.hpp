// An operation: everything Stele can do, written once; the doors (CLI, REST, MCP, OpenAPI) read it
// here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "runtime/caller/recorder.hpp"
#include "runtime/context.hpp"

namespace stele::http {
class EventChannel;
}

namespace stele::runtime {

enum class Effect { read, write, destructive };

// Where an operation can be reached. All but a few are everywhere; what starts processes on the
// operator's machine or needs a terminal is CLI only.
enum Door : unsigned { kCli = 1, kHttp = 2, kMcp = 4, kEverywhere = kCli | kHttp | kMcp };

// A use of the operation that help and docs show and a test runs: `input` as JSON; the CLI line is
// derived from it.
struct Example {
    std::string title;
    json::object input;
};

// A REST route beside POST /v1/<domain>/<verb>: its path may hold {field} parts, the rest of the
// input comes from the query string (GET, DELETE) or the body.
struct Route {
    std::string method;
    std::string path;
    int status = 200;     // of the answer when it succeeds: 201 where something is created
    bool stream = false;  // answered by the operation's stream; `Last-Event-ID` becomes afterId
    // Shares its path with another operation's and takes bodies with this field. Before the body is
    // there, the strictest of what both ask for counts.
    std::string when;
    json::object defaults;  // what need not be said here
};

// How an operation whose answer may come later is waited for. Its function itself never waits: it
// answers what there is, and the dispatcher runs it again when it is notified, and once a second,
// for no notification is sure to arrive. HTTP holds no worker meanwhile.
struct LongPoll {
    std::vector<std::string> names;     // notifications that say that there may be something now
    std::chrono::milliseconds time{0};  // how long the caller wants to wait; 0: it does not
};

// A person's terminal, as an output is written for it.
struct Screen {
    std::size_t columns = 80;
    bool styled = true;  // dim text may be used
};

// How an operation's output looks on a terminal, where that is more than what a pipe gets.
struct OnTerminal {
    json::object input;  // asked for too, where the caller does not say otherwise
    std::function<std::string(const json::value& output, const Screen&)> render;
};

struct Operation {
    std::string name;         // "memory.search": the domain, then the verb
    std::string summary;      // one line, no final stop: CLI lists, OpenAPI
    std::string description;  // when to use it, in a few sentences: help, MCP, docs
    Effect effect = Effect::read;
    bool idempotent = false;          // the same call twice leaves the same state
    std::vector<std::string> scopes;  // what a caller must have, all of them: "memory:read"
    bool any_caller = false;          // needs no scope: whoever is known may
    // Shows or changes what is not one tenant's: only for callers that may choose their tenant.
    bool across_tenants = false;
    runtime::Audit audit = runtime::Audit::none;
    std::string audit_type = "admin";  // of the audit event
    // Answers with Stele's own report about itself (status, settings, findings), in which secrets
    // are redacted. What callers stored passes as it is: nothing that answers with it may be one of
    // these.
    bool diagnostic = false;
    unsigned doors = kEverywhere;
    bool cleans_up = false;  // watches Context::cancelled: Ctrl-C stops it in order, without debris
    bool offline = false;    // needs no database, so what guards the connection does not concern it
    bool hook = false;       // over HTTP it also takes hooks.token, and is hidden without one
    bool default_tool = false;  // in MCP's default tool set; the others need --tools
    std::string command;        // the CLI words when they differ from the name: "setup"
    std::string group;          // of the domain's operations, for help; the registry's unless set
    std::string tool;           // the MCP tool when it differs from the name: "annotate"
    std::vector<Route> routes;  // additional REST routes
    std::vector<Example> examples;
    runtime::ScopeSet needs;  // `scopes`, read by Registry::add
    const reflect::Shape* input = nullptr;
    const reflect::Shape* output = nullptr;
    std::size_t body_bytes = limits::kBodyBytes;  // the largest HTTP body it takes
    std::chrono::milliseconds time_limit{30'000};
    // Of an HTTP answer whose status depends on what it says; empty: the route's.
    std::function<int(const json::value& output)> status;
    // How a person reads the output on a terminal; empty: a generic rendering of the JSON.
    std::function<std::string(const json::value& output)> render;
    OnTerminal on_terminal;  // without a function: as `render`

    std::string tool_name() const;  // "memory_search"
    std::string http_path() const;  // "/v1/memory/search"
    std::string cli_words() const;  // "memory search"
    std::string domain() const;     // "memory"

    // Parses and checks the input, runs, gives the output's JSON.
    using Run = std::function<json::value(Context&, const json::value&)>;
    // What this input waits for, and whether an output holds nothing yet.
    using Poll = std::function<LongPoll(const Context&, const json::value& input)>;
    using Nothing = std::function<bool(const json::value& output)>;
    // Server-sent events until the client goes.
    using Stream =
        std::function<std::shared_ptr<http::EventChannel>(Context&, const json::value& input)>;
    void runs(Run run) { run_ = std::move(run); }
    void waits(Poll poll, Nothing is_empty);
    void streams(Stream stream) { stream_ = std::move(stream); }
    bool can_run() const { return bool(run_); }
    bool can_wait() const { return bool(poll_); }
    bool can_stream() const { return bool(stream_); }

    // Registration says all of this in one expression:
    //     registry.add(operation("job.get", get).says("Show a job", "Use it …").with_render(show));
    Operation&& says(std::string summary_text, std::string description_text) &&;
    Operation&& with_effect(Effect value) && { return set(&Operation::effect, value); }
    Operation&& with_idempotent(bool value = true) && { return set(&Operation::idempotent, value); }
    Operation&& with_scopes(std::vector<std::string> value) && {
        return set(&Operation::scopes, std::move(value));
    }
    Operation&& with_across_tenants() && { return set(&Operation::across_tenants, true); }
    Operation&& with_audit(runtime::Audit value) && { return set(&Operation::audit, value); }
    Operation&& with_diagnostic() && { return set(&Operation::diagnostic, true); }
    Operation&& with_doors(unsigned value) && { return set(&Operation::doors, value); }
    Operation&& with_cleans_up() && { return set(&Operation::cleans_up, true); }
    Operation&& with_offline() && { return set(&Operation::offline, true); }
    Operation&& with_hook() && { return set(&Operation::hook, true); }
    Operation&& with_default_tool(bool value = true) && {
        return set(&Operation::default_tool, value);
    }
    Operation&& with_command(std::string value) && {
        return set(&Operation::command, std::move(value));
    }
    Operation&& with_tool(std::string value) && { return set(&Operation::tool, std::move(value)); }
    Operation&& with_routes(std::vector<Route> value) && {
        return set(&Operation::routes, std::move(value));
    }
    Operation&& with_examples(std::vector<Example> value) && {
        return set(&Operation::examples, std::move(value));
    }
    Operation&& with_body_bytes(std::size_t value) && { return set(&Operation::body_bytes, value); }
    Operation&& with_time_limit(std::chrono::milliseconds value) && {
        return set(&Operation::time_limit, value);
    }
    Operation&& with_status(std::function<int(const json::value& output)> value) && {
        return set(&Operation::status, std::move(value));
    }
    Operation&& with_render(std::function<std::string(const json::value& output)> value) && {
        return set(&Operation::render, std::move(value));
    }
    Operation&& with_on_terminal(OnTerminal value) && {
        return set(&Operation::on_terminal, std::move(value));
    }
    Operation&& with_group(std::string value) && {
        return set(&Operation::group, std::move(value));
    }
    Operation&& that_waits(Poll poll, Nothing is_empty) &&;
    Operation&& that_streams(Stream stream) &&;

  private:
    template <class T>
    Operation&& set(T Operation::*field, T value) {
        this->*field = std::move(value);
        return std::move(*this);
    }
    // Nobody else calls an operation: what is checked and counted is checked and counted there.
    friend class Dispatcher;
    Run run_;
    Poll poll_;
    Nothing is_empty_;
    Stream stream_;
};

// operation("memory.search", search): the input and output types come from the function, which is
// `Output search(Context&, const Input&)`.
template <class Input, class Output>
Operation operation(std::string name, std::function<Output(Context&, const Input&)> function) {
    Operation op;
    op.name = std::move(name);
    op.input = &reflect::shape_of<Input>();
    op.output = &reflect::shape_of<Output>();
    op.runs([function](Context& context, const json::value& input) {
        return reflect::write(function(context, reflect::read<Input>(input)));
    });
    return op;
}

template <class Input, class Output>
Operation operation(std::string name, Output (*function)(Context&, const Input&)) {
    return operation(std::move(name), std::function<Output(Context&, const Input&)>(function));
}

// The same operation, marked as one that answers with Stele's own report about itself.
inline Operation diagnostic(Operation op) {
    op.diagnostic = true;
    return op;
}

class Registry {
  public:
    // The group of the operations that are added from now on.
    void group(std::string name) { group_ = std::move(name); }
    // Throws Error(internal) for what no door could serve: a duplicate name, no summary, no
    // example, a scope that does not exist.
    void add(Operation op);
    const std::vector<Operation>& all() const { return operations_; }
    const Operation* find(std::string_view name) const;  // by name or tool name
    // Throws Error(not_found) with a "did you mean".
    const Operation& get(std::string_view name) const;

  private:
    std::vector<Operation> operations_;
    std::string group_;
};

// The command line that does the same as this input: `stele memory search "postgres port" --limit
// 5`.
std::string command_line(const Operation& op, const json::object& input);

}  // namespace stele::runtime
