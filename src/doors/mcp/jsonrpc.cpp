#include "doors/mcp/jsonrpc.hpp"

#include <algorithm>

#include "foundation/base/redact_json.hpp"

namespace stele::mcp {

namespace {

constexpr std::size_t kIdBytes = 1024;

bool is_id(const json::value& id) {
    return id.is_string() || id.is_number();
}

Parsed refuse(const json::value& id, int code, std::string_view why) {
    return {std::nullopt, make_error(id, code, why)};
}

Parsed parse_response(const json::object& object, const json::value& id) {
    Message message;
    message.kind = Message::Kind::response;
    message.id = id;
    if (const json::value* error = object.if_contains("error")) {
        if (!error->is_object())
            return refuse(nullptr, rpc::kInvalidRequest, "\"error\" must be an object");
        message.error = error->get_object();
    } else {
        message.result = object.at("result");
    }
    return {std::move(message), std::nullopt};
}

Parsed parse_call(const json::object& object, const json::value* id) {
    const json::value* method = object.if_contains("method");
    const json::value answer_to = id ? *id : json::value(nullptr);
    if (!method || !method->is_string())
        return refuse(answer_to, rpc::kInvalidRequest, "\"method\" must be a string");
    Message message;
    message.kind = id ? Message::Kind::request : Message::Kind::notification;
    message.id = answer_to;
    message.method = method->get_string();
    if (const json::value* params = object.if_contains("params")) {
        if (params->is_object())
            message.params = params->get_object();
        else if (id)
            return refuse(*id, rpc::kInvalidParams, "\"params\" must be an object");
        else
            return {};
    }
    return {std::move(message), std::nullopt};
}

// Where the JSON string that begins at `at` ends: behind its closing quote; npos without one.
std::size_t string_end(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return std::string_view::npos;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

json::value scalar_at(std::string_view text, std::size_t at) {
    const bool quoted = at < text.size() && text[at] == '"';
    const std::size_t end = quoted ? string_end(text, at) : text.find_first_of(",} \t\r\n", at);
    if (end == std::string_view::npos || end - at > kIdBytes) return nullptr;
    try {
        return parse_json(text.substr(at, end - at), "id");
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace

json::value request_id_in(std::string_view text) {
    json::value id;
    bool request = false;
    int depth = 0;
    for (std::size_t at = skip_blanks(text, 0); at < text.size(); ++at) {
        const char c = text[at];
        if (depth == 0 && c != '{') break;  // a batch, or no message at all
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (c != '"') continue;
        const std::size_t end = string_end(text, at);
        if (end == std::string_view::npos) break;
        const std::size_t colon = skip_blanks(text, end);
        if (depth == 1 && colon < text.size() && text[colon] == ':') {
            const std::string_view name = text.substr(at + 1, end - at - 2);
            request = request || name == "method";
            if (name == "id") id = scalar_at(text, skip_blanks(text, colon + 1));
        }
        at = end - 1;
        if (request && is_id(id)) break;
    }
    return request && is_id(id) ? id : json::value(nullptr);
}

Parsed parse_message(const json::value& value) {
    if (!value.is_object())
        return refuse(nullptr, rpc::kInvalidRequest, "a JSON-RPC message must be an object");
    const json::object& object = value.get_object();
    const json::value* id = object.if_contains("id");
    const bool response = is_response(value);
    // An answer to an answer would make two peers argue for ever.
    if (response && (!id || !is_id(*id))) return {};
    if (id && !is_id(*id))
        return refuse(nullptr, rpc::kInvalidRequest, "\"id\" must be a string or a number");
    const json::value* version = object.if_contains("jsonrpc");
    if (!version || !version->is_string() || version->get_string() != "2.0")
        return refuse(id ? *id : json::value(nullptr), rpc::kInvalidRequest,
                      "\"jsonrpc\" must be \"2.0\"");
    return response ? parse_response(object, *id) : parse_call(object, id);
}

json::object make_request(const json::value& id, std::string_view method, json::object params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

json::object make_notification(std::string_view method, json::object params) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

json::object make_result(const json::value& id, json::value result) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json::object make_error(const json::value& id, int code, std::string_view message,
                        json::object data) {
    json::object error{{"code", code}, {"message", redact(message)}};
    if (!data.empty()) error["data"] = redacted(std::move(data));
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}};
}

json::object make_error(const json::value& id, const Error& error) {
    const int code = rpc_code_of(error.code());
    if (error.code() == Code::internal) return make_error(id, code, "Internal error");
    std::string message(error.message());
    if (!error.hint().empty()) message += "; " + error.hint();
    return make_error(id, code, message, error.details());
}

int rpc_code_of(Code code) {
    switch (code) {
        case Code::invalid_argument:
        case Code::too_large:
            return rpc::kInvalidParams;
        case Code::unsupported:
            return rpc::kMethodNotFound;
        case Code::conflict:
            return rpc::kInvalidRequest;
        case Code::not_found:
            return rpc::kResourceNotFound;
        case Code::rate_limited:
        case Code::unauthenticated:
        case Code::forbidden:
            return rpc::kServerError;
        default:
            return rpc::kInternalError;
    }
}

bool is_response(const json::value& message) {
    const json::object* object = message.if_object();
    return object && !object->contains("method") &&
           (object->contains("result") || object->contains("error"));
}

}  // namespace stele::mcp
