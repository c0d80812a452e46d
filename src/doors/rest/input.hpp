// A request as an operation sees it: which one it is for, on whose behalf, and its input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/message.hpp"
#include "runtime/operation.hpp"

namespace stele::rest {

// "/job/7" → "job", "7"
std::vector<std::string_view> segments_of(std::string_view path);

// A route that leads to an operation, cut into segments; "{id}" matches any one of them.
struct OperationRoute : runtime::Route {
    std::vector<std::string> segments;
    const runtime::Operation* operation;
    // Operations that a request to this route may turn out to mean, once its body is there; this
    // one first.
    std::vector<const OperationRoute*> variants = {};

    bool matches(const std::vector<std::string_view>& asked) const {
        if (asked.size() != segments.size()) return false;
        for (std::size_t i = 0; i < asked.size(); ++i)
            if (!is_parameter(segments[i]) && segments[i] != asked[i]) return false;
        return true;
    }
    static bool is_parameter(const std::string& segment) { return segment.starts_with('{'); }
    bool has_parameter() const { return path.find('{') != path.npos; }
};

// The body, which is an object or nothing. Throws Error(invalid_argument).
json::object body_of(const http::Request& request);

// The body with what the query, the head and the path say, and with what need not be said.
json::object input_of(const OperationRoute& route, const http::Request& request, json::object body);

}  // namespace stele::rest
