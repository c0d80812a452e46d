#include "foundation/http/wire.hpp"

#include <array>
#include <charconv>

#include "foundation/base/error.hpp"
#include "foundation/http/ascii.hpp"

namespace stele::http {

namespace {

constexpr std::array<std::string_view, 6> kOwnHeaders{"Content-Length", "Content-Type",
                                                      "Connection",     "Transfer-Encoding",
                                                      "X-Request-Id",   "X-Content-Type-Options"};

struct Reason {
    int status;
    std::string_view phrase;
};

constexpr Reason kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
    std::array<char, 24> digits;
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

bool is_settable(const Header& header) {
    for (const std::string_view name : kOwnHeaders)
        if (iequals(header.name, name)) return false;
    return is_token(header.name) && is_field_value(header.value);
}

void append_line(std::string& out, std::string_view field, std::string_view value) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
        throw Error(Code::invalid_argument,
                    "The " + std::string(field) + " of an event must be one line",
                    "Put text of several lines into the event's data");
    out.append(field).append(": ").append(value).append("\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
    for (const Reason& reason : kReasons)
        if (reason.status == status) return reason.phrase;
    return "Status";
}

void check_response(const Response& response) {
    if (response.status < 200 || response.status > 599)
        throw Error(Code::internal, "A handler answered with a status outside 200–599");
    if (!is_field_value(response.content_type) ||
        !std::all_of(response.headers.begin(), response.headers.end(), is_settable))
        throw Error(Code::internal, "A handler set a response header that it must not set");
}

std::string response_head(const Response& response, const ResponseFrame& frame) {
    std::string out;
    out.reserve(256);
    out.append(frame.http11 ? "HTTP/1.1 " : "HTTP/1.0 ");
    append_number(out, response.status);
    out.append(" ").append(reason_phrase(response.status)).append("\r\n");
    if (frame.body_end != BodyEnd::none && !response.content_type.empty())
        append_header(out, "Content-Type", response.content_type);
    if (frame.body_end == BodyEnd::length) {
        out.append("Content-Length: ");
        append_number(out, frame.length);
        out.append("\r\n");
    }
    if (frame.body_end == BodyEnd::chunks) append_header(out, "Transfer-Encoding", "chunked");
    if (!frame.keep_alive) append_header(out, "Connection", "close");
    if (frame.keep_alive && !frame.http11) append_header(out, "Connection", "keep-alive");
    append_header(out, "X-Request-Id", frame.request_id);
    append_header(out, "X-Content-Type-Options", "nosniff");
    for (const Header& header : response.headers) append_header(out, header.name, header.value);
    return out.append("\r\n");
}

std::string chunk_head(std::size_t bytes) {
    std::string out;
    append_number(out, bytes, 16);
    return out.append("\r\n");
}

std::string event_text(const Event& event) {
    std::string out;
    out.reserve(event.data.size() + event.event.size() + event.id.size() + 32);
    if (!event.id.empty()) append_line(out, "id", event.id);
    if (!event.event.empty()) append_line(out, "event", event.event);
    if (event.retry.count() > 0) append_line(out, "retry", std::to_string(event.retry.count()));
    // CR, LF and CRLF all end a line of a stream, so each starts a new data field.
    std::string_view rest = event.data;
    while (true) {
        const std::size_t end = rest.find_first_of("\r\n");
        out.append("data: ").append(rest.substr(0, end)).append("\n");
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return out.append("\n");
}

}  // namespace stele::http
