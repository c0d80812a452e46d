// Reading a request: head first, then, once it is admitted, the body.
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>

#include "foundation/http/ascii.hpp"
#include "foundation/http/session_exchange.hpp"

namespace stele::http {

namespace {

namespace beast = boost::beast;

constexpr std::size_t kBodyStep = 64 * 1024;
// Chunk heads and trailers must fit in here; Beast reads that much at once.
constexpr std::size_t kChunkBuffer = 64 * 1024;

}  // namespace

// Waits for bytes without taking them. Ends the exchange when the deadline passes.
Session::Outcome Session::wait_readable(Yield yield) {
    error_code error;
    socket_.async_wait(Socket::wait_read, yield[error]);
    if (!error) return std::nullopt;
    if (expired_) return Stop{Refusal{408, "The request did not arrive in time"}};
    return Stop{};
}

Session::Outcome Session::read_head(Exchange& exchange, Yield yield) {
    const Limits& limits = core_.options.limits;
    arm(limits.header_timeout);
    std::size_t scanned = 0;
    while (true) {
        const std::string_view bytes = buffered();
        const HeadScan scan = scan_head(bytes, scanned);
        if (scan.broken)
            return Stop{Refusal{400, "This is not HTTP/1.1: a head is lines that end with CRLF"}};
        if (scan.size > limits.header_bytes ||
            (scan.size == 0 && bytes.size() >= limits.header_bytes))
            return Stop{Refusal{431, "The request line and headers are too long"}};
        if (scan.size > 0) {
            Head& head = exchange.request.head;
            auto refusal = parse_head(bytes.substr(0, scan.size), head, exchange.framing);
            buffer_.consume(scan.size);
            if (!refusal) return std::nullopt;
            head = {};
            return Stop{std::move(*refusal)};
        }
        scanned = bytes.size();
        if (auto stop = wait_readable(yield)) return stop;
        error_code error;
        const std::size_t read = socket_.read_some(buffer_.prepare(kReadBytes), error);
        if (error && error != asio::error::would_block) return Stop{};
        buffer_.commit(read);
    }
}

Session::Outcome Session::read_body(Exchange& exchange, Yield yield) {
    const Framing& framing = exchange.framing;
    if (!framing.has_body()) return std::nullopt;
    const std::size_t limit = exchange.admission.body_limit;
    const std::size_t length = framing.content_length.value_or(0);
    if (length > limit)
        return Stop{Refusal{413, "The body is larger than the " + std::to_string(limit) +
                                     " bytes that this request may have"}};
    if (framing.expect_continue && buffer_.size() == 0 &&
        !write("HTTP/1.1 100 Continue\r\n\r\n", yield))
        return Stop{};
    arm(exchange.admission.body_timeout);
    std::string& body = exchange.request.body;
    return framing.chunked ? read_chunked(body, limit, yield) : read_sized(body, length, yield);
}

// Memory is taken as bytes arrive, never because a length was announced.
Session::Outcome Session::read_sized(std::string& body, std::size_t length, Yield yield) {
    const std::size_t here = std::min(length, buffer_.size());
    body.assign(buffered().substr(0, here));
    buffer_.consume(here);
    while (body.size() < length) {
        if (auto stop = wait_readable(yield)) return stop;
        const std::size_t have = body.size();
        body.resize(have + std::min(length - have, kBodyStep));
        error_code error;
        const std::size_t read =
            socket_.read_some(asio::buffer(body.data() + have, body.size() - have), error);
        body.resize(have + read);
        if (error && error != asio::error::would_block) return Stop{};
    }
    return std::nullopt;
}

// Beast takes the chunks apart, under a head that we wrote: it has no say in where the body begins
// or which coding it has, and trailers end in a message that nobody reads.
Session::Outcome Session::read_chunked(std::string& body, std::size_t limit, Yield yield) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.body_limit(limit);
    parser.eager(true);
    // A bare LF in a chunk extension ends the line for some proxies, and not for Beast.
    auto check_extension = [](std::uint64_t, beast::string_view text, error_code& error) {
        if (!is_field_value({text.data(), text.size()}))
            error = beast::http::error::bad_chunk_extension;
    };
    parser.on_chunk_header(check_extension);
    error_code error;
    constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    parser.put(asio::buffer(kHead), error);
    buffer_.max_size(buffer_.size() + kChunkBuffer);
    if (!error) beast::http::async_read(socket_, buffer_, parser, yield[error]);
    buffer_.max_size(std::numeric_limits<std::size_t>::max());
    if (!error) {
        body = std::move(parser.get().body());
        return std::nullopt;
    }
    if (expired_) return Stop{Refusal{408, "The request did not arrive in time"}};
    if (error == beast::http::error::body_limit)
        return Stop{Refusal{413, "The body is larger than the " + std::to_string(limit) +
                                     " bytes that this request may have"}};
    if (error.category() == make_error_code(beast::http::error::bad_chunk).category() &&
        error != beast::http::error::partial_message && error != beast::http::error::end_of_stream)
        return Stop{Refusal{400, "The chunks of the body are malformed"}};
    return Stop{};
}

// A refused request's body: taken out of the way when all of it is here, so that the connection can
// go on.
bool Session::skip_body(const Framing& framing) {
    if (!framing.has_body()) return true;
    if (framing.chunked || *framing.content_length > buffer_.size()) return false;
    buffer_.consume(*framing.content_length);
    return true;
}

}  // namespace stele::http
