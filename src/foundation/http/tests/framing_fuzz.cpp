// Fuzz target of the framing check: any bytes in, and what is accepted must hold what the rest of
// the server relies on. Beast's own parser is the second opinion: it must accept all that we accept
// and see the same request. Run by libFuzzer, and for a second by framing_fuzz_test.cpp.
#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "foundation/http/framing.hpp"

namespace {

using namespace stele::http;
namespace beast = boost::beast;

std::string_view g_input;  // for the message of a failure

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "framing: %s\n%.*s\n", what, int(g_input.size()), g_input.data());
    std::abort();
}

bool has_any(std::string_view text, std::string_view bytes) {
    return text.find_first_of(bytes) != std::string_view::npos;
}

void check_shape(const Head& head, const Framing& framing) {
    constexpr std::string_view kBreaks("\r\n\0", 3);
    require(!head.method.empty() && !has_any(head.method, kBreaks), "method");
    require(!has_any(head.target, kBreaks) && !has_any(head.target, " #"), "target");
    require(!has_any(head.path, std::string_view("\0", 1)), "NUL in the path");
    require(head.path == "*" || head.path.starts_with('/'), "path without a root");
    for (const Header& header : head.headers) {
        require(
            !header.name.empty() && !has_any(header.name, kBreaks) && !has_any(header.name, " :"),
            "header name");
        require(!has_any(header.value, kBreaks), "header value");
    }
    for (const auto& [name, value] : head.query)
        require(
            !has_any(name, std::string_view("\0", 1)) && !has_any(value, std::string_view("\0", 1)),
            "NUL in the query");
    require(!(framing.chunked && framing.content_length), "two lengths");
    require(framing.http11 || !framing.chunked, "chunked on 1.0");
    require(!framing.http11 || head.header("Host"), "no host");
    require(head.request_id.empty() || is_request_id(head.request_id), "request id");
}

void compare_with_beast(std::string_view block, const Head& head, const Framing& framing) {
    beast::http::request_parser<beast::http::empty_body> parser;
    parser.header_limit(std::uint32_t(block.size() + 1));
    parser.body_limit(boost::none);
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(block), error);
    require(!error, "Beast refuses what we accept");
    require(used == block.size() && parser.is_header_done(), "Beast sees another end of the head");
    const auto& message = parser.get();
    require(message.method_string() == beast::string_view(head.method), "Beast: another method");
    require(message.version() == (framing.http11 ? 11u : 10u), "Beast: another version");
    require(parser.chunked() == framing.chunked, "Beast: another coding");
    require(parser.content_length().value_or(0) == framing.content_length.value_or(0),
            "Beast: another length");
    // Beast obeys Proxy-Connection too, which no standard knows, and on 1.0 ignores a "close".
    require(parser.keep_alive() || !framing.keep_alive || head.header("Proxy-Connection"),
            "Beast: another fate of the connection");
    require(std::size_t(std::distance(message.begin(), message.end())) == head.headers.size(),
            "Beast: another number of headers");
    for (const Header& header : head.headers) {
        const auto range = message.equal_range(header.name);
        const bool there = std::any_of(range.first, range.second, [&](const auto& field) {
            return field.value() == beast::string_view(header.value);
        });
        require(there, "Beast: another header");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    g_input = bytes;
    const HeadScan scan = scan_head(bytes, 0);
    require(scan.size <= size && !(scan.broken && scan.size > 0), "scan");
    const HeadScan half = scan_head(bytes.substr(0, size / 2), 0);
    if (!half.broken && half.size == 0) {
        const HeadScan rest = scan_head(bytes, size / 2);
        require(rest.size == scan.size && rest.broken == scan.broken, "scan depends on the cut");
    }
    if (scan.broken || scan.size == 0) return 0;
    Head head;
    Framing framing;
    if (const auto refusal = parse_head(bytes.substr(0, scan.size), head, framing)) {
        require(refusal->status >= 400 && !refusal->detail.empty(), "refusal without a reason");
        return 0;
    }
    check_shape(head, framing);
    compare_with_beast(bytes.substr(0, scan.size), head, framing);
    return 0;
}
