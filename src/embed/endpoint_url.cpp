#include "embed/endpoint_url.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include "base/error.hpp"

namespace stele::embed {

namespace {

class Url {
  public:
    Url(const std::string& text, std::string_view section)
        : section_(section), url_(curl_url(), &curl_url_cleanup) {
        if (!url_ || curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
            refuse("is not a URL");
    }

    std::string get(CURLUPart part) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), part, &text, 0) != CURLUE_OK) return {};
        std::string out(text);
        curl_free(text);
        return out;
    }

    // A null text takes the part away.
    void set(CURLUPart part, const char* text) {
        if (curl_url_set(url_.get(), part, text, 0) != CURLUE_OK) refuse("is not a URL");
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(Code::configuration, section_ + ".url " + why,
                    "give the address of an OpenAI-compatible endpoint, such as "
                    "http://127.0.0.1:11434/v1");
    }

  private:
    std::string section_;
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url_;
};

bool is_version(std::string_view segment) {
    return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

}  // namespace

EndpointUrl endpoint_url(const std::string& text, std::string_view call, std::string_view section) {
    Url url(text, section);
    const std::string scheme = url.get(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") url.refuse("must begin with http:// or https://");
    if (!url.get(CURLUPART_USER).empty() || !url.get(CURLUPART_PASSWORD).empty())
        url.refuse("must not contain a user name or password; a key goes into " +
                   std::string(section) + ".apiKey");
    std::string path = url.get(CURLUPART_PATH);
    while (!path.empty() && path.back() == '/') path.pop_back();
    const std::string wanted = "/" + std::string(call);
    if (!path.ends_with(wanted))
        path += is_version(path.substr(path.rfind('/') + 1)) ? wanted : "/v1" + wanted;
    url.set(CURLUPART_PATH, path.c_str());
    url.set(CURLUPART_FRAGMENT, nullptr);
    EndpointUrl out;
    out.call = url.get(CURLUPART_URL);
    url.set(CURLUPART_QUERY, nullptr);
    out.shown = url.get(CURLUPART_URL);
    return out;
}

EndpointUrl embeddings_url(const std::string& url) {
    return endpoint_url(url, "embeddings", "embedding");
}

}  // namespace stele::embed
