// JSON-RPC 2.0: what a message is and how an answer looks. Nothing of MCP, nothing of transports.
#pragma once

#include <optional>
#include <string>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"

namespace stele::mcp {

namespace rpc {
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kServerError = -32000;       // the transport or a full queue refuses
inline constexpr int kResourceNotFound = -32002;  // MCP's own
}  // namespace rpc

struct Message {
    enum class Kind { request, notification, response };
    Kind kind = Kind::request;
    json::value id;  // string or number; null in a notification
    std::string method;
    json::object params;
    json::value result;  // of a response; null when it carries `error`
    json::object error;
};

// A message, or the answer that its sender gets instead, or neither: a malformed notification or
// response must not be answered.
struct Parsed {
    std::optional<Message> message;
    std::optional<json::object> refusal;
};

Parsed parse_message(const json::value& value);

// Finds the id of a request that cannot be parsed (no JSON, too deep, too long), so that its sender
// gets an answer. It takes the text in pieces of any size and keeps next to nothing of it.
class RequestIdScanner {
  public:
    void feed(std::string_view text);
    // Null while there is none that can be read, or when the text is no request.
    json::value id() const;

  private:
    void take(char c);
    void take_in_string(char c);
    void end_value();

    int depth_ = 0;
    bool no_object_ = false;  // a batch, or no message at all
    bool in_string_ = false;
    bool escaped_ = false;
    bool in_value_ = false;    // behind the colon of a member of the message itself
    std::string name_, text_;  // that member, as it is written; cut when it is long
    json::value id_;
    bool request_ = false;
};

// The same of a text in one piece.
json::value request_id_in(std::string_view text);

json::object make_request(const json::value& id, std::string_view method, json::object params);
json::object make_notification(std::string_view method, json::object params);
json::object make_result(const json::value& id, json::value result);
json::object make_error(const json::value& id, int code, std::string_view message,
                        json::object data = {});
// What a protocol method threw. The message and hint are redacted; details become `data`.
json::object make_error(const json::value& id, const Error& error);

// The JSON-RPC code of what a protocol method throws. `conflict` is a request that the session's
// state forbids (invalid request), `not_found` a resource that does not exist.
int rpc_code_of(Code code);

bool is_response(const json::value& message);

}  // namespace stele::mcp
