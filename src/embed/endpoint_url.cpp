#include "embed/endpoint_url.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include "base/error.hpp"

namespace stele::embed {

namespace {

class Url {
  public:
    explicit Url(const std::string& text) : url_(curl_url(), &curl_url_cleanup) {
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

    [[noreturn]] static void refuse(const std::string& why) {
        throw Error(Code::configuration, "embedding.url " + why,
                    "give the address of an OpenAI-compatible endpoint, such as "
                    "http://127.0.0.1:11434/v1");
    }

  private:
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url_;
};

bool is_version(std::string_view segment) {
    return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

}  // namespace

EndpointUrl embeddings_url(const std::string& text) {
    Url url(text);
    const std::string scheme = url.get(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") Url::refuse("must begin with http:// or https://");
    if (!url.get(CURLUPART_USER).empty() || !url.get(CURLUPART_PASSWORD).empty())
        Url::refuse("must not contain a user name or password; a key goes into embedding.apiKey");
    std::string path = url.get(CURLUPART_PATH);
    while (!path.empty() && path.back() == '/') path.pop_back();
    const std::string last = path.substr(path.rfind('/') + 1);
    if (last != "embeddings") path += is_version(last) ? "/embeddings" : "/v1/embeddings";
    url.set(CURLUPART_PATH, path.c_str());
    url.set(CURLUPART_FRAGMENT, nullptr);
    EndpointUrl out;
    out.call = url.get(CURLUPART_URL);
    url.set(CURLUPART_QUERY, nullptr);
    out.shown = url.get(CURLUPART_URL);
    return out;
}

}  // namespace stele::embed
