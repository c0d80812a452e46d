// The outgoing side: one HTTP call with libcurl, within bounds of time and size.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "foundation/http/outbound.hpp"

struct curl_slist;

namespace stele::http {

struct Reply {
    int status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retry_after;
};

// No reply at all: no connection, broken off, out of time, or larger than allowed.
class TransportError : public std::runtime_error {
  public:
    explicit TransportError(const std::string& what, bool timed_out = false, bool sent = true)
        : std::runtime_error(what), timed_out_(timed_out), sent_(sent) {}
    bool timed_out() const { return timed_out_; }
    // false: nobody was reached, so the other side has not done what it was asked.
    bool sent() const { return sent_; }

  private:
    bool timed_out_;
    bool sent_;
};

// Keeps connections open between calls. Safe to call from any number of threads; each call in
// flight has a connection of its own. Redirects are not followed: they would carry the key away,
// and lead to where the policy was not asked.
class Client {
  public:
    struct Limits {
        std::chrono::milliseconds total;
        std::chrono::milliseconds connect;
        std::size_t reply_bytes;
    };

    // `headers` ("Name: value") go with every call; a credential belongs into the policy.
    explicit Client(OutboundPolicy policy, std::vector<std::string> headers = {});
    ~Client();

    // http and https only. A body is sent with POST alone. `headers` go with this call. Throws
    // TransportError, also for what the policy refuses: then nothing was sent. Its text contains
    // neither headers nor bodies.
    Reply send(const std::string& method, const std::string& url, const std::string& body,
               const Limits& limits, const std::vector<std::string>& headers = {});

  private:
    struct Handle;
    using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
    HeaderList headers_for(const Url& place, const std::vector<std::string>& more) const;
    std::unique_ptr<Handle> take();
    void give_back(std::unique_ptr<Handle> handle);

    const OutboundPolicy policy_;
    std::vector<std::string> headers_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace stele::http
