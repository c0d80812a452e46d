// An operation: everything Stele can do, written once; the doors (CLI, REST, MCP, OpenAPI) read it
// here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/reflect.hpp"

namespace stele::http {
class EventChannel;
}

namespace stele::api {

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
    std::string when;     // shares its path with another operation's: takes bodies with this field
    json::object defaults;  // what need not be said here
};

// How an operation whose answer may come later is waited for. Its function itself never waits: it
// answers what there is, and a door that finds nothing in it calls it again when a bell rings, and
// once a second, for no bell is sure to ring. HTTP holds no worker meanwhile.
struct Patience {
    std::vector<std::string> bells;     // what says that there may be something now
    std::chrono::milliseconds time{0};  // how long the caller wants to wait; 0: it does not
};

struct Operation {
    std::string name;         // "memory.search": the domain, then the verb
    std::string summary;      // one line, no final stop: CLI lists, OpenAPI
    std::string description;  // when to use it, in a few sentences: help, MCP, docs
    Effect effect = Effect::read;
    bool idempotent = false;          // the same call twice leaves the same state
    std::vector<std::string> scopes;  // what a token must carry, e.g. "memory:read"
    unsigned doors = kEverywhere;
    bool cleans_up = false;  // watches Context::cancelled: Ctrl-C stops it in order, without debris
    bool offline = false;    // needs no database, so what guards the connection does not concern it
    bool hook = false;       // over HTTP it also takes hooks.token, and is hidden without one
    bool default_tool = false;  // in MCP's default tool set; the others need --tools
    std::string command;        // the CLI words when they differ from the name: "setup"
    std::string tool;           // the MCP tool when it differs from the name: "annotate"
    std::vector<Route> routes;  // additional REST routes
    std::vector<Example> examples;
    const reflect::Shape* input = nullptr;
    const reflect::Shape* output = nullptr;
    std::size_t body_bytes = limits::kBodyBytes;  // the largest HTTP body it takes
    std::chrono::milliseconds time_limit{30'000};
    // Parses and checks the input, runs, returns the output's JSON.
    std::function<json::value(Context&, const json::value&)> run;
    // Empty, or both are there: what this input waits for, and whether an output holds nothing yet.
    std::function<Patience(const Context&, const json::value& input)> patience;
    std::function<bool(const json::value& output)> nothing_yet;
    // Where a route is a stream: server-sent events until the client goes.
    std::function<std::shared_ptr<http::EventChannel>(Context&, const json::value& input)> stream;
    // Of an HTTP answer whose status depends on what it says; empty: the route's.
    std::function<int(const json::value& output)> status;
    // How a person reads the output on a terminal; empty: a generic rendering of the JSON.
    std::function<std::string(const json::value& output)> render;

    std::string tool_name() const;  // "memory_search"
    std::string http_path() const;  // "/v1/memory/search"
    std::string cli_words() const;  // "memory search"
    std::string domain() const;     // "memory"
};

// operation("memory.search", search): the input and output types come from the function, which is
// `Output search(Context&, const Input&)`.
template <class Input, class Output>
Operation operation(std::string name, std::function<Output(Context&, const Input&)> function) {
    Operation op;
    op.name = std::move(name);
    op.input = &reflect::shape_of<Input>();
    op.output = &reflect::shape_of<Output>();
    op.run = [function](Context& context, const json::value& input) {
        return reflect::write(function(context, reflect::read<Input>(input)));
    };
    return op;
}

template <class Input, class Output>
Operation operation(std::string name, Output (*function)(Context&, const Input&)) {
    return operation(std::move(name), std::function<Output(Context&, const Input&)>(function));
}

class Registry {
  public:
    // Throws Error(internal) for what no door could serve: a duplicate name, no summary, no
    // example.
    void add(Operation op);
    const std::vector<Operation>& all() const { return operations_; }
    // Puts something around every operation, whichever door it is called through: metrics.
    using Run = std::function<json::value(Context&, const json::value&)>;
    void wrap_all(const std::function<Run(const Operation&, Run)>& wrap);
    const Operation* find(std::string_view name) const;  // by name or tool name
    // Throws Error(not_found) with a "did you mean".
    const Operation& get(std::string_view name) const;

  private:
    std::vector<Operation> operations_;
};

// The command line that does the same as this input: `stele memory search "postgres port" --limit
// 5`.
std::string command_line(const Operation& op, const json::object& input);

}  // namespace stele::api
