// One run against one deployed server: the calls it makes and what the steps leave for each other.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "foundation/base/json.hpp"
#include "foundation/http/client.hpp"

namespace stele::smoke {

// A step failed: the server answered, and not as it should.
class StepFailed : public std::runtime_error {
  public:
    explicit StepFailed(const std::string& what, std::string hint = {})
        : std::runtime_error(what), hint_(std::move(hint)) {}
    const std::string& hint() const { return hint_; }

  private:
    std::string hint_;
};

struct Answer {
    int status = 0;
    json::object body;  // empty when the answer was no JSON object
};

class Session {
  public:
    // `token` may be empty. It goes to `url` alone and into no message.
    Session(std::string url, const std::string& token, std::chrono::milliseconds patience);

    // Any answer. Throws http::TransportError when there is none.
    Answer call(const std::string& method, const std::string& path, const json::object& input = {});
    // The body of an answer 200; any other throws StepFailed with what the server said.
    json::object must(const std::string& method, const std::string& path,
                      const json::object& input = {});

    // A word that no other run and no person stored.
    const std::string& marker() const { return marker_; }
    // What this run stored or submitted and has to take away again; empty: nothing.
    std::string memory_id, message_id, job_id;

  private:
    std::string url_;
    http::Client client_;
    http::Client::Limits limits_;
    std::string marker_;
};

}  // namespace stele::smoke
