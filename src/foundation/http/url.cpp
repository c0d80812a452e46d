#include "foundation/http/url.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::http {

namespace {

constexpr long kLastPort = 65535;

class Parts {
  public:
    explicit Parts(const std::string& text) : url_(curl_url(), &curl_url_cleanup) {
        good_ = url_ && set(CURLUPART_URL, text.c_str());
    }
    bool good() const { return good_; }

    std::string get(CURLUPart part, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), part, &text, flags) != CURLUE_OK) return {};
        std::string out(text);
        curl_free(text);
        return out;
    }

    // A null text takes the part away.
    bool set(CURLUPart part, const char* text) {
        return curl_url_set(url_.get(), part, text, 0) == CURLUE_OK;
    }

  private:
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url_;
    bool good_ = false;
};

bool is_version(std::string_view segment) {
    return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

bool is_web(std::string_view scheme) {
    return scheme == "http" || scheme == "https";
}

// curl and a reader agree on what the host is only when none of these is there.
bool is_plain(std::string_view url) {
    return std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
}

std::string host_of(const Parts& parts) {
    std::string host = lower_ascii(parts.get(CURLUPART_HOST));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.ends_with('.')) host.pop_back();
    return host;
}

std::string path_without_slash(const Parts& parts) {
    std::string path = parts.get(CURLUPART_PATH);
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path;
}

}  // namespace

Url parse_url(const std::string& url, std::string_view field) {
    const auto refuse = [&](std::string_view why, std::string hint = {}) {
        throw Error(Code::invalid_argument, fmt::format("{}: {}", field, why), std::move(hint));
    };
    const auto scheme = url.find("://");
    if (scheme == url.npos || !is_web(lower_ascii(url.substr(0, scheme))))
        refuse("expected http://… or https://…");
    if (url.substr(scheme + 3).starts_with('/')) refuse("its host is none");
    if (!is_plain(url))
        refuse("expected printable ASCII without spaces or backslashes", "percent-encode the rest");
    const Parts parts(url);
    if (!parts.get(CURLUPART_USER).empty() || !parts.get(CURLUPART_PASSWORD).empty() ||
        std::string_view(url).substr(0, url.find('/', scheme + 3)).find('@') != url.npos)
        refuse("a user name or password does not belong here",
               "a token goes into STELE_TOKEN or STELE_TOKEN_FILE");
    if (!parts.good()) refuse("is not a URL", "the port is from 1 to 65535");
    Url out{parts.get(CURLUPART_SCHEME), host_of(parts), 0};
    if (out.host.empty() || out.host.find('%') != out.host.npos) refuse("its host is none");
    const long port = std::stol(parts.get(CURLUPART_PORT, CURLU_DEFAULT_PORT));
    if (port < 1 || port > kLastPort) refuse("expected a port from 1 to 65535");
    out.port = int(port);
    return out;
}

std::string checked_url(const std::string& url, std::string_view field) {
    parse_url(url, field);
    if (url.find_first_of("@?#") != url.npos)
        throw Error(Code::invalid_argument,
                    fmt::format("{}: expected an address without query or fragment", field));
    return url.substr(0, url.find_last_not_of('/') + 1);
}

std::string path_segment(std::string_view text) {
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    if (text.empty() || text == "." || text == "..")
        throw Error(Code::invalid_argument, fmt::format("\"{}\" is no name in a path", text));
    std::string out;
    for (const char c : text)
        if (kUnreserved.find(c) != kUnreserved.npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

EndpointUrl endpoint_url(const std::string& text, std::string_view call, std::string_view section) {
    const auto refuse = [&](const std::string& why) {
        throw Error(Code::configuration, fmt::format("{}.url {}", section, why),
                    "give the address of an OpenAI-compatible endpoint, such as "
                    "http://127.0.0.1:11434/v1");
    };
    Parts url(text);
    if (!url.good()) refuse("is not a URL");
    if (!is_web(url.get(CURLUPART_SCHEME))) refuse("must begin with http:// or https://");
    if (!url.get(CURLUPART_USER).empty() || !url.get(CURLUPART_PASSWORD).empty())
        refuse(fmt::format("must not contain a user name or password; a key goes into {}.apiKey",
                           section));
    std::string path = path_without_slash(url);
    const std::string wanted = "/" + std::string(call);
    if (!path.ends_with(wanted))
        path += is_version(path.substr(path.rfind('/') + 1)) ? wanted : "/v1" + wanted;
    if (!url.set(CURLUPART_PATH, path.c_str())) refuse("is not a URL");
    url.set(CURLUPART_FRAGMENT, nullptr);
    EndpointUrl out;
    out.call = url.get(CURLUPART_URL);
    url.set(CURLUPART_QUERY, nullptr);
    out.shown = url.get(CURLUPART_URL);
    try {
        parse_url(out.call);
    } catch (const Error& error) {
        refuse(std::string("is not a URL: ") + error.what());
    }
    return out;
}

}  // namespace stele::http
