#include "foundation/http/framing.hpp"

#include <array>
#include <charconv>

#include "foundation/http/ascii.hpp"
#include "foundation/http/target.hpp"

namespace stele::http {

namespace {

// Fields that two readers of one request must not be able to read differently.
constexpr std::array<std::string_view, 7> kSingle{
    "Host",   "Content-Length", "Transfer-Encoding", "Authorization", "Content-Type",
    "Origin", "Expect"};

// Whatever else a caller's authority rests on: which of two counts would be each reader's choice.
bool carries_authority(std::string_view name) {
    constexpr std::string_view kOurs = "x-stele-";
    if (name.size() > kOurs.size() && iequals(name.substr(0, kOurs.size()), kOurs)) return true;
    constexpr std::array<std::string_view, 9> kNames{
        "Cookie",           "Proxy-Authorization", "X-Forwarded-Proto",
        "X-Forwarded-Host", "Mcp-Session-Id",      "MCP-Protocol-Version",
        "Last-Event-ID",    "Idempotency-Key",     "Access-Control-Request-Method"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view one) { return iequals(name, one); });
}

struct RequestLine {
    std::string_view method;
    std::string_view target;
    std::string_view version;
};

// The next line without its CRLF; scan_head has made sure that every LF follows a CR.
std::string_view take_line(std::string_view& block) {
    const std::size_t end = std::min(block.find('\n'), block.size());
    const std::string_view line = block.substr(0, end == 0 ? 0 : end - 1);
    block.remove_prefix(std::min(end + 1, block.size()));
    return line;
}

std::optional<Refusal> check_version(std::string_view version, Framing& framing) {
    const bool shaped = version.size() == 8 && version.starts_with("HTTP/") &&
                        is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
    if (!shaped) return Refusal{400, "The request line must be METHOD, target and HTTP/1.1"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Refusal{505, "This server speaks HTTP/1.1 and HTTP/1.0"};
    framing.http11 = version == "HTTP/1.1";
    return std::nullopt;
}

std::optional<Refusal> parse_request_line(std::string_view line, RequestLine& out,
                                          Framing& framing) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return Refusal{400, "The request line must be METHOD, target and HTTP/1.1"};
    out = {line.substr(0, first), line.substr(first + 1, last - first - 1), line.substr(last + 1)};
    if (auto refusal = check_version(out.version, framing)) return refusal;
    const bool named = is_token(out.method) && out.method.size() <= kMethodBytes &&
                       std::none_of(out.method.begin(), out.method.end(), is_lower);
    if (!named) return Refusal{400, "The method must be a short upper-case word"};
    if (out.target.empty() || out.target.find(' ') != std::string_view::npos)
        return Refusal{400, "The request target must not hold blanks"};
    if (out.method == "CONNECT") return Refusal{501, "CONNECT is not supported: this is no proxy"};
    return std::nullopt;
}

std::optional<Refusal> parse_field(std::string_view line, Head& head) {
    if (line.front() == ' ' || line.front() == '\t')
        return Refusal{400, "A header must not be folded over several lines"};
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return Refusal{400, "A header must be a name, a colon at once, and a value"};
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) return Refusal{400, "A header value holds a control character"};
    if (head.headers.size() == kHeaderFields) return Refusal{431, "Too many headers"};
    head.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
    return std::nullopt;
}

// Finds the single fields, in the order of kSingle.
std::optional<Refusal> find_single(const Head& head,
                                   std::array<const Header*, kSingle.size()>& found) {
    for (const Header& header : head.headers) {
        for (std::size_t i = 0; i < kSingle.size(); ++i) {
            if (!iequals(header.name, kSingle[i])) continue;
            if (found[i] != nullptr)
                return Refusal{400, "The header " + std::string(kSingle[i]) + " is there twice"};
            found[i] = &header;
        }
        if (!carries_authority(header.name)) continue;
        for (const Header* other = &head.headers.front(); other != &header; ++other)
            if (iequals(other->name, header.name))
                return Refusal{400, "The header " + header.name + " is there twice"};
    }
    return std::nullopt;
}

std::optional<Refusal> check_host(const Header* host, bool http11) {
    if (host == nullptr) {
        if (!http11) return std::nullopt;
        return Refusal{400, "HTTP/1.1 requires a Host header"};
    }
    if (is_authority(host->value)) return std::nullopt;
    return Refusal{400, "The Host header must be a host name or address, and perhaps a port"};
}

std::optional<Refusal> check_length(const Header* length, const Header* coding, Framing& framing) {
    if (coding != nullptr) {
        if (length != nullptr)
            return Refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
        if (!framing.http11) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
        // Exactly this spelling: a proxy in front may not know "Chunked" or "chunked, chunked".
        if (coding->value != "chunked")
            return Refusal{400, "The only Transfer-Encoding spoken here is chunked"};
        framing.chunked = true;
    }
    if (length == nullptr) return std::nullopt;
    const std::string& text = length->value;
    std::uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error != std::errc() || end != text.data() + text.size())
        return Refusal{400, "Content-Length must be one decimal number"};
    framing.content_length = bytes;
    return std::nullopt;
}

std::optional<Refusal> read_connection(const Head& head, Framing& framing) {
    bool close = false;
    bool keep = framing.http11;
    for (const Header& header : head.headers) {
        if (!iequals(header.name, "Connection")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            std::string_view item = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), item.size() + 1));
            item = trim_blanks(item);
            if (!item.empty() && !is_token(item))
                return Refusal{400, "The Connection header must be a list of words"};
            close = close || iequals(item, "close");
            keep = keep || iequals(item, "keep-alive");
        }
    }
    framing.keep_alive = keep && !close;
    return std::nullopt;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, std::size_t scanned) {
    if (!bytes.empty() && !is_upper(bytes.front())) return {.broken = true};
    for (std::size_t i = scanned; (i = bytes.find('\n', i)) != std::string_view::npos; ++i) {
        if (i == 0 || bytes[i - 1] != '\r') return {.broken = true};
        if (i >= 3 && bytes[i - 2] == '\n') return {.size = i + 1};
    }
    return {};
}

std::optional<Refusal> parse_head(std::string_view block, Head& head, Framing& framing) {
    RequestLine start;
    if (auto refusal = parse_request_line(take_line(block), start, framing)) return refusal;
    head.method = start.method;
    head.headers.reserve(12);
    while (true) {
        const std::string_view line = take_line(block);
        if (line.empty()) break;
        if (auto refusal = parse_field(line, head)) return refusal;
    }
    std::array<const Header*, kSingle.size()> single{};
    if (auto refusal = find_single(head, single)) return refusal;
    const auto [host, length, coding, authorization, type, origin, expect] = single;
    if (auto refusal = check_host(host, framing.http11)) return refusal;
    if (auto refusal = check_length(length, coding, framing)) return refusal;
    if (expect != nullptr && framing.http11) {
        if (!iequals(expect->value, "100-continue"))
            return Refusal{417, "The only expectation met here is 100-continue"};
        framing.expect_continue = true;
    }
    if (auto refusal = read_connection(head, framing)) return refusal;
    if (const auto id = head.header("X-Request-Id"); id && is_request_id(*id))
        head.request_id = *id;
    return parse_target(start.target, host == nullptr ? std::string_view() : host->value, head);
}

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= kRequestIdBytes &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace stele::http
