#include "foundation/http/client.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "foundation/base/error.hpp"

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

// One call's verdict on the addresses that its host resolves to.
struct Connecting {
    const std::string& host;
    std::string_view setting;
    std::string refusal;
};

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.sa_family == AF_INET)
        inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(),
                  text.size());
    else if (address.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text.data(),
                  text.size());
    return text.data();
}

// curl asks for a socket with the address that it is about to connect it to.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* to) {
    auto& connecting = *static_cast<Connecting*>(user);
    const std::string_view kind = kind_of_address(to->addr);
    if (kind.empty()) return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    connecting.refusal = fmt::format("{} is at {}, {}, and {} does not name it", connecting.host,
                                     text_of(to->addr), kind, connecting.setting);
    return CURL_SOCKET_BAD;
}

void judge_addresses(CURL* curl, Connecting& connecting) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &connecting);
    // A proxy would be what is judged, and would resolve the name again.
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

void set_bounds(CURL* curl, const Client::Limits& limits) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole(limits.total));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     whole(std::min(limits.connect, limits.total)));
}

bool was_connected(CURL* curl) {
    curl_off_t connected = 0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &connected);
    return connected > 0;
}

Reply reply_of(CURL* curl, std::string body) {
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
    Reply reply{static_cast<int>(status), std::move(body), {}};
    if (retry_after > 0) reply.retry_after = std::chrono::seconds(retry_after);
    return reply;
}

Url url_or_nothing_sent(const OutboundPolicy& policy, const std::string& text) {
    try {
        Url url = parse_url(text);
        if (const std::string why = policy.refusal(url); !why.empty())
            throw TransportError(why, false, false);
        return url;
    } catch (const Error& error) {
        throw TransportError(error.what(), false, false);
    }
}

}  // namespace

struct Client::Handle {
    Handle() : curl(curl_easy_init(), &curl_easy_cleanup) {
        if (!curl) throw Error(Code::internal, "libcurl cannot be initialised");
    }
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl;
};

Client::Client(OutboundPolicy policy, std::vector<std::string> headers)
    : policy_(std::move(policy)), headers_(std::move(headers)) {
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

Client::HeaderList Client::headers_for(const Url& place,
                                       const std::vector<std::string>& more) const {
    curl_slist* list = nullptr;
    for (const std::string& header : headers_) list = curl_slist_append(list, header.c_str());
    for (const std::string& header : more) list = curl_slist_append(list, header.c_str());
    if (!policy_.bearer.empty() && policy_.trusted.names(place.host))
        list = curl_slist_append(list, ("Authorization: Bearer " + policy_.bearer).c_str());
    return {list, &curl_slist_free_all};
}

Reply Client::send(const std::string& method, const std::string& url, const std::string& body,
                   const Limits& limits, const std::vector<std::string>& more) {
    const Url place = url_or_nothing_sent(policy_, url);
    Connecting connecting{place.host, policy_.setting, {}};
    auto handle = take();
    CURL* curl = handle->curl.get();
    const HeaderList headers = headers_for(place, more);
    Received received{{}, limits.reply_bytes};
    std::array<char, CURL_ERROR_SIZE> reason{};
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    set_bounds(curl, limits);
    if (!policy_.named.names(place.host)) judge_addresses(curl, connecting);
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
    // After a failure the connection's state is unknown: the handle goes, and it with it.
    if (received.overflow)
        throw TransportError("the reply is larger than " + std::to_string(limits.reply_bytes) +
                             " bytes");
    if (code != CURLE_OK && !connecting.refusal.empty())
        throw TransportError(connecting.refusal, false, false);
    if (code != CURLE_OK)
        throw TransportError(reason[0] != '\0' ? reason.data() : curl_easy_strerror(code),
                             code == CURLE_OPERATION_TIMEDOUT, was_connected(curl));
    Reply reply = reply_of(curl, std::move(received.body));
    give_back(std::move(handle));
    return reply;
}

}  // namespace stele::http
