// What goes out, as bytes: response heads, chunks, server-sent events. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/http/message.hpp"

namespace stele::http {

std::string_view reason_phrase(int status);  // "Not Found"; "Status" for a number without a name

// How the end of a response's body is told.
enum class BodyEnd { length, chunks, close, none };

struct ResponseFrame {
    BodyEnd body_end = BodyEnd::length;
    std::size_t length = 0;  // with BodyEnd::length
    bool http11 = true;
    bool keep_alive = true;
    std::string_view request_id;
};

// Throws Error(internal) for a response that would break the framing: a status outside 200–599, a
// header that the server writes itself or with bytes that do not belong in one.
void check_response(const Response& response);

// Status line and headers of a checked response, with the empty line.
std::string response_head(const Response& response, const ResponseFrame& frame);

std::string chunk_head(std::size_t bytes);  // "1f\r\n"
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Throws Error(invalid_argument) when id or event would break out of its line.
std::string event_text(const Event& event);
inline constexpr std::string_view kKeepAliveComment = ": keep-alive\n\n";

}  // namespace stele::http
