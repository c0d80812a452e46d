#include "http/wire.hpp"

#include <array>
#include <charconv>

#include "base/error.hpp"
#include "http/ascii.hpp"

namespace stele::http {

namespace {

constexpr std::array<std::string_view, 6> kOwnHeaders{"Content-Length", "Content-Type",
                                                      "Connection",     "Transfer-Encoding",
                                                      "X-Request-Id",   "X-Content-Type-Options"};

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
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 499:
            return "Client Closed Request";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
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
