// Where a request begins and ends, decided from the raw bytes of its head.
//
// Two servers that disagree about this can be played against each other (request smuggling), so
// whatever RFC 9112 leaves to taste is refused here: folded lines, bare CR or LF, blanks before a
// colon, repeated or combined lengths, any transfer coding but `chunked`. Pure functions: no
// socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/http/message.hpp"

namespace stele::http {

inline constexpr std::size_t kHeaderFields = 128;
inline constexpr std::size_t kMethodBytes = 32;
inline constexpr std::size_t kRequestIdBytes = 128;

// Why the server itself says no; the connection is closed after the answer.
struct Refusal {
    int status;
    std::string detail;  // one sentence without a final stop
};

struct Framing {
    bool http11 = true;  // else HTTP/1.0
    bool keep_alive = true;
    bool expect_continue = false;
    bool chunked = false;
    std::optional<std::uint64_t> content_length;  // never together with chunked

    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

struct HeadScan {
    std::size_t size = 0;  // bytes of the head with its empty line; 0: not complete yet
    bool broken = false;   // this will never become a head
};

// Looks for the end of the head. `scanned` is how much an earlier call has seen without finding it.
HeadScan scan_head(std::string_view bytes, std::size_t scanned);

// Takes apart one complete head (as scan_head measured it). Fills everything of `head` but
// remote_address; request_id stays empty unless the client sent a well-formed one. Returns what is
// wrong with it, and then `head` and `framing` mean nothing.
std::optional<Refusal> parse_head(std::string_view block, Head& head, Framing& framing);

bool is_request_id(std::string_view text);  // 1–128 of [A-Za-z0-9._-]

}  // namespace stele::http
