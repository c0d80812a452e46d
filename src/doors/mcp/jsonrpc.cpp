#include "doors/mcp/jsonrpc.hpp"

#include <utility>

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

}  // namespace

void RequestIdScanner::feed(std::string_view text) {
    for (const char c : text) {
        if (no_object_) return;
        if (in_string_)
            take_in_string(c);
        else
            take(c);
    }
}

void RequestIdScanner::take(char c) {
    const bool member = depth_ == 1;
    switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            return;
        case '"':
            in_string_ = true;
            if (member) text_ = c;
            break;
        case ':':
            if (!member) return;
            in_value_ = true;
            name_ = std::exchange(text_, {});
            break;
        case ',':
        case '}':
        case ']':
            if (member) {
                end_value();
                in_value_ = false;
                text_.clear();
            }
            if (c != ',') --depth_;
            break;
        case '{':
        case '[':
            if (member) text_ = c;
            no_object_ = depth_ == 0 && c == '[';
            ++depth_;
            break;
        default:
            if (depth_ == 0 && (c & 0x80)) return;  // of a byte order mark
            if (member && text_.size() <= kIdBytes) text_ += c;
    }
    if (depth_ <= 0) no_object_ = true;
}

void RequestIdScanner::take_in_string(char c) {
    if (depth_ == 1 && text_.size() <= kIdBytes) text_ += c;
    if (escaped_) {
        escaped_ = false;
    } else if (c == '\\') {
        escaped_ = true;
    } else if (c == '"') {
        in_string_ = false;
        if (depth_ == 1) end_value();
    }
}

void RequestIdScanner::end_value() {
    if (!in_value_) return;
    if (name_ == R"("method")") request_ = true;
    if (name_ != R"("id")") return;
    id_ = nullptr;
    if (text_.size() > kIdBytes) return;
    try {
        json::value id = parse_json(text_, "id");
        if (is_id(id)) id_ = std::move(id);
    } catch (const Error&) {
        // An id that cannot be read is none.
    }
}

json::value RequestIdScanner::id() const {
    return request_ ? id_ : json::value(nullptr);
}

json::value request_id_in(std::string_view text) {
    RequestIdScanner scanner;
    scanner.feed(text);
    return scanner.id();
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
