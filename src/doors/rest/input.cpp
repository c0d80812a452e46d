#include "doors/rest/input.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "runtime/config.hpp"

namespace stele::rest {

namespace {

// Query parameters become fields: repeated ones fill an array, text becomes the field's kind.
// ConcurrentTask a body (`bare` is false) those count that are fields and not in it: POST
// /job?local=true.
void add_query(const http::Head& head, const runtime::Operation& op, bool bare,
               json::object& input) {
    const json::object body = bare ? json::object{} : input;
    for (const auto& [name, text] : head.query) {
        // The contract's short name for a search's question.
        const std::string_view wanted = name == "q" ? std::string_view("query") : name;
        const reflect::FieldInfo* field = nullptr;
        for (const reflect::FieldInfo& f : op.input->fields)
            if (f.name == wanted) field = &f;
        if (!bare && (!field || body.contains(wanted))) continue;
        const bool list = field && field->shape->kind == reflect::Kind::array;
        std::optional<json::value> value;
        if (field)
            value =
                runtime::value_of_text(list ? *field->shape->items : *field->shape, text, wanted);
        if (!value) value = json::string(text);  // the operation's own parser says what is wrong
        if (!list) {
            input[wanted] = *value;
            continue;
        }
        if (!input.contains(wanted)) input[wanted] = json::array{};
        input[wanted].as_array().push_back(*value);
    }
}

// Whoever sends a request again says so with a header; operations have a field for it.
void add_key(const http::Head& head, const runtime::Operation& op, json::object& input) {
    const auto key = head.header("idempotency-key");
    if (!key || input.contains("key")) return;
    for (const reflect::FieldInfo& field : op.input->fields)
        if (field.name == "key") input["key"] = json::string(*key);
}

}  // namespace

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);  // the leading slash
        const auto end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

json::object body_of(const http::Request& request) {
    if (request.body.empty()) return {};
    json::value body = parse_json(request.body, "request body");
    if (!body.is_object())
        throw Error(Code::invalid_argument, "the request body is not a JSON object");
    return std::move(body.get_object());
}

json::object input_of(const OperationRoute& route, const http::Request& request,
                      json::object input) {
    const runtime::Operation& op = *route.operation;
    const bool bare = route.method == "GET" || route.method == "DELETE";
    add_query(request.head, op, bare, input);
    if (const auto last = request.head.header("last-event-id"); last && route.stream)
        add_query({.query = {{"afterId", std::string(*last)}}}, op, bare, input);
    add_key(request.head, op, input);
    const auto path = segments_of(request.head.path);
    for (std::size_t i = 0; i < route.segments.size(); ++i) {
        const std::string& segment = route.segments[i];
        if (OperationRoute::is_parameter(segment))
            input[std::string_view(segment).substr(1, segment.size() - 2)] = json::string(path[i]);
    }
    for (const auto& [name, value] : route.defaults) input.emplace(name, value);
    return input;
}

}  // namespace stele::rest
