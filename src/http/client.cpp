#include "http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"

namespace stele::http {

namespace {

void init_curl() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw Error(Code::internal, "libcurl cannot be initialised");
    });
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

std::string checked_url(const std::string& url) {
    const auto scheme = url.find("://");
    const std::string_view name = std::string_view(url).substr(0, std::min(scheme, url.size()));
    if (scheme == std::string::npos || (name != "http" && name != "https"))
        throw Error(Code::invalid_argument, "url: expected http://… or https://…");
    if (url.find('@') != std::string::npos)
        throw Error(Code::invalid_argument, "url: a user name or password does not belong here",
                    "a token goes into STELE_TOKEN or STELE_TOKEN_FILE");
    if (url.find_first_of("?# \t\r\n") != std::string::npos || url.size() == scheme + 3)
        throw Error(Code::invalid_argument, "url: expected an address without query or fragment");
    return url.substr(0, url.find_last_not_of('/') + 1);
}

struct Client::Handle {
    Handle() : curl(curl_easy_init(), &curl_easy_cleanup) {
        if (!curl) throw Error(Code::internal, "libcurl cannot be initialised");
    }
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl;
};

Client::Client(std::vector<std::string> headers) : headers_(std::move(headers)) {
    // Without this line curl asks "Expect: 100-continue" before long bodies and waits a second.
    headers_.emplace_back("Expect:");
    init_curl();
}

Client::~Client() = default;

std::unique_ptr<Client::Handle> Client::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Handle>();
    auto handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
}

void Client::give_back(std::unique_ptr<Handle> handle) {
    curl_easy_reset(handle->curl.get());  // options go, connections stay
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
}

Reply Client::send(const std::string& method, const std::string& url, const std::string& body,
                   const Limits& limits, const std::vector<std::string>& more) {
    auto handle = take();
    CURL* curl = handle->curl.get();
    curl_slist* list = nullptr;
    for (const std::string& header : headers_) list = curl_slist_append(list, header.c_str());
    for (const std::string& header : more) list = curl_slist_append(list, header.c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                              &curl_slist_free_all);
    Received received{{}, limits.reply_bytes};
    std::array<char, CURL_ERROR_SIZE> reason{};
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole(limits.total));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     whole(std::min(limits.connect, limits.total)));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    if (method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    } else {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason.data());

    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_off_t retry_after = 0, connected = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &connected);
    // After a failure the connection's state is unknown: the handle goes, and it with it.
    if (received.overflow)
        throw TransportError("the reply is larger than " + std::to_string(limits.reply_bytes) +
                             " bytes");
    if (code != CURLE_OK)
        throw TransportError(reason[0] != '\0' ? reason.data() : curl_easy_strerror(code),
                             code == CURLE_OPERATION_TIMEDOUT, connected > 0);
    give_back(std::move(handle));
    Reply reply{static_cast<int>(status), std::move(received.body), {}};
    if (retry_after > 0) reply.retry_after = std::chrono::seconds(retry_after);
    return reply;
}

}  // namespace stele::http
