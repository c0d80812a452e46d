// Stele over HTTP: plain synchronous calls that give JSON or throw Error.
//
//     client::Client stele("http://127.0.0.1:7600", token);
//     const std::string id = stele.submit("build", {{"branch", "main"}});
//     const json::object job = stele.wait(id, std::chrono::seconds(30));
#pragma once

#include <string>

#include "client/transport.hpp"
#include "foundation/http/client.hpp"

namespace stele::client {

// On whose behalf; what is empty is as the server's settings say.
struct Caller {
    std::string org = {}, project = {};  // the tenant: UUIDs
    std::string instance = {};
};

class Client : public Transport {
  public:
    // `token` may be empty; it goes to `url` alone and into no message. Throws
    // Error(invalid_argument) for what is no http or https URL.
    explicit Client(const std::string& url, const std::string& token = {},
                    const Caller& caller = {});

    json::object call(std::string_view operation, const json::object& input,
                      std::chrono::milliseconds wait = {}) override;

    // Asks for a job to be done and gives its id. `options`: any field of job.submit. With a key it
    // is safe to say again after an Error(unavailable): the queue takes each key once.
    std::string submit(const std::string& name, const json::value& input,
                       const json::object& options = {});
    json::object get(const std::string& id);
    // The job as it is when it has ended, or when the time (at most a minute) is over.
    json::object wait(const std::string& id, std::chrono::milliseconds time);
    void signal(const std::string& id, const std::string& name, const json::value& payload);

  private:
    std::string url_;
    http::Client http_;
};

}  // namespace stele::client
