// A TCP proxy in front of PostgreSQL that fails on demand.
//
//     FaultProxy proxy(server_url());
//     auto db = pg::Database(pg::ConnInfo::parse(proxy.url()), {});
//     proxy.cut();
//
// Listens on a free port of 127.0.0.1 and forwards to the socket or port of the given URL. Every
// switch takes effect at once, from any thread, and lasts until it is set back.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace stele::testing {

class FaultProxy {
  public:
    explicit FaultProxy(const std::string& url);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::string url() const;  // the given URL, by way of this proxy
    int port() const;

    void cut();                                  // every connection, now
    void refuse(bool on);                        // new connections are refused
    void blackhole(bool on);                     // bytes are taken and go nowhere
    void delay(std::chrono::milliseconds time);  // of each answer's bytes
    // From now on each connection, new or old, is cut when the server has answered this many bytes
    // more; the bytes before the cut arrive. Negative: never.
    void cut_after(std::int64_t bytes);
    int connections() const;  // open ones
    int accepted() const;     // ever

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
    std::string url_;
};

}  // namespace stele::testing
