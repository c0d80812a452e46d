// The HTTP transport without sockets, and what tests ask of it.
#pragma once

#include <atomic>

#include "doors/mcp/http_transport.hpp"
#include "events.hpp"

namespace stele::mcp::testing {

using Headers = std::vector<http::Header>;

inline HttpOptions patient() {
    HttpOptions options;
    options.json_wait = kPatience;
    return options;
}

// Every call that has not said anything is a stream.
inline HttpOptions hasty() {
    HttpOptions options;
    options.json_wait = std::chrono::milliseconds(1);
    return options;
}

inline runtime::Caller caller_of(const std::string& principal) {
    runtime::Caller out;
    out.principal = principal;
    return out;
}

// A server without sockets: requests in, responses out.
struct Server {
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::shared_ptr<Catalog> catalog = empty_catalog();
    std::atomic<std::chrono::steady_clock::duration::rep> time{0};
    std::unique_ptr<HttpTransport> transport;

    explicit Server(HttpOptions options = patient()) {
        catalog->subscriptions = true;
        catalog->resources.push_back({.uri = "note://one", .name = "one", .read = [](Call&) {
                                          return std::vector<Contents>{
                                              {.uri = "note://one", .text = "1"}};
                                      }});
        catalog->tools = {
            tool("quick", [](Call&, const json::object&) { return ToolResult::text("quick"); }),
            tool("wait",
                 [gate = gate](Call& call, const json::object&) {
                     return ToolResult::text(gate->pass(call.cancelled()) ? "passed" : "stopped");
                 }),
            tool("chatty",
                 [](Call& call, const json::object&) {
                     call.log(LogLevel::info, "chatty", "hello");
                     return ToolResult::text("chatted");
                 }),
            tool("poll",
                 [gate = gate](Call& call, const json::object&) {
                     call.close_stream();
                     gate->pass(call.cancelled());
                     return ToolResult::text("polled");
                 }),
            tool("ask", [](Call& call, const json::object&) {
                return ToolResult::text(call.elicit({}).at("action").as_string());
            })};
        options.clock = [this] {
            return std::chrono::steady_clock::time_point(
                std::chrono::steady_clock::duration(time.load()));
        };
        transport = std::make_unique<HttpTransport>(catalog, std::move(options));
    }

    void pass_time(std::chrono::steady_clock::duration by) { time += by.count(); }

    http::Response request(std::string_view method, std::string body, Headers headers,
                           const std::string& principal = "local") {
        return request_as(caller_of(principal), method, std::move(body), std::move(headers));
    }
    http::Response request_as(const runtime::Caller& caller, std::string_view method,
                              std::string body, Headers headers) {
        http::Request request;
        request.head.method = method;
        request.head.path = "/mcp";
        request.head.headers = std::move(headers);
        request.body = std::move(body);
        return transport->handle(request, caller);
    }
    static Headers usual(const std::string& session) {
        Headers headers{{"Content-Type", "application/json"},
                        {"Accept", "application/json, text/event-stream"},
                        {"MCP-Protocol-Version", "2025-11-25"}};
        if (!session.empty()) headers.push_back({"Mcp-Session-Id", session});
        return headers;
    }
    http::Response post(const json::value& message, const std::string& session,
                        const std::string& principal = "local") {
        return request("POST", serialize(message), usual(session), principal);
    }
    http::Response post_as(const runtime::Caller& caller, const json::value& message,
                           const std::string& session) {
        return request_as(caller, "POST", serialize(message), usual(session));
    }
    std::string open_as(const runtime::Caller& caller) {
        for (const http::Header& header :
             post_as(caller, initialize_request("2025-11-25", {}), "").headers)
            if (header.name == "Mcp-Session-Id") return header.value;
        return "";
    }
    http::Response call(const std::string& session, std::string_view name, json::value id = 1) {
        return post(make_request(id, "tools/call", {{"name", name}}), session);
    }
    http::Response get(const std::string& session, const std::string& last_event = "") {
        Headers headers{{"Accept", "text/event-stream"}, {"Mcp-Session-Id", session}};
        if (!last_event.empty()) headers.push_back({"Last-Event-ID", last_event});
        return request("GET", "", headers);
    }
    // A new session's id.
    std::string open(const std::string& principal = "local", json::object capabilities = {},
                     std::string_view version = "2025-11-25") {
        const http::Response response =
            post(initialize_request(version, std::move(capabilities)), "", principal);
        EXPECT_EQ(response.status, 200) << response.body;
        for (const http::Header& header : response.headers)
            if (header.name == "Mcp-Session-Id") return header.value;
        return "";
    }
};

inline json::object body_of(const http::Response& response) {
    return parsed(response.body).as_object();
}

}  // namespace stele::mcp::testing
