#include "embed/http_post.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace stele::embed {

namespace {

void init_curl() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw Error(Code::internal, "libcurl cannot be initialised");
    });
}

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

struct Received {
    std::string body;
    std::size_t limit;
    bool overflow = false;
};

std::size_t receive(char* data, std::size_t, std::size_t size, void* user) {
    auto& received = *static_cast<Received*>(user);
    if (received.body.size() + size > received.limit) {
        received.overflow = true;
        return 0;
    }
    received.body.append(data, size);
    return size;
}

long whole(std::chrono::milliseconds time) {
    return static_cast<long>(std::max<std::chrono::milliseconds::rep>(time.count(), 1));
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

struct HttpPost::Handle {
    Handle() : curl(curl_easy_init(), &curl_easy_cleanup) {
        if (!curl) throw Error(Code::internal, "libcurl cannot be initialised");
    }
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl;
};

HttpPost::HttpPost(std::string url, std::vector<std::string> headers)
    : url_(std::move(url)), headers_(std::move(headers)) {
    // Without this line curl asks "Expect: 100-continue" before long bodies and waits a second.
    headers_.emplace_back("Expect:");
    init_curl();
}

HttpPost::~HttpPost() = default;

std::unique_ptr<HttpPost::Handle> HttpPost::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Handle>();
    auto handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
}

void HttpPost::give_back(std::unique_ptr<Handle> handle) {
    curl_easy_reset(handle->curl.get());  // options go, connections stay
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
}

HttpReply HttpPost::send(const std::string& body, const Limits& limits) {
    auto handle = take();
    CURL* curl = handle->curl.get();
    curl_slist* list = nullptr;
    for (const std::string& header : headers_) list = curl_slist_append(list, header.c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                              &curl_slist_free_all);
    Received received{{}, limits.reply_bytes};
    std::array<char, CURL_ERROR_SIZE> reason{};
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole(limits.total));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     whole(std::min(limits.connect, limits.total)));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason.data());

    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
    // After a failure the connection's state is unknown: the handle goes, and it with it.
    if (received.overflow)
        throw TransportError("the reply is larger than " + std::to_string(limits.reply_bytes) +
                             " bytes");
    if (code != CURLE_OK)
        throw TransportError(reason[0] != '\0' ? reason.data() : curl_easy_strerror(code),
                             code == CURLE_OPERATION_TIMEDOUT);
    give_back(std::move(handle));
    HttpReply reply{static_cast<int>(status), std::move(received.body), {}};
    if (retry_after > 0) reply.retry_after = std::chrono::seconds(retry_after);
    return reply;
}

}  // namespace stele::embed
