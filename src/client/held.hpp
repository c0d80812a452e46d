// What a worker knows of a job that it has. Of this folder alone.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "client/transport.hpp"
#include "foundation/base/json.hpp"

namespace stele::client {

// What waits to be reported is sent at the latest when it is so much.
inline constexpr std::size_t kReportItems = 500;
inline constexpr std::size_t kReportBytes = 4 << 20;

struct Held {
    Held(json::object job, Transport& to, std::stop_token giving_up);

    // The claim that every word about it begins with.
    json::object claim() const { return {{"id", id}, {"generation", generation}}; }
    void lose() {
        lost = true;
        stop.request_stop();
    }
    // True, and the job is lost, when the answer calls it stale.
    bool stale_in(const json::object& answer);

    void add(const char* list, json::value item);
    // Sends what waits. Throws Error when it is refused; what was refused is gone.
    void flush();

    const json::object leased;
    const std::string id, name, queue;
    const int generation;
    Transport& transport;
    const std::stop_token give_up;  // the worker ends: what is not answered now is not said again
    std::atomic<bool> lost = false;
    std::atomic<bool> suspended = false;  // it gave itself back to wait for something
    std::stop_source stop;
    std::map<std::string, json::value, std::less<>> steps;  // finished; the handler's thread only
    json::value checkpoint;                                 // likewise
    bool wait_answered = false;                             // likewise

  private:
    std::mutex sending_;  // one report at a time, so that they arrive in their order
    std::mutex mutex_;    // guards what follows
    json::object report_;
    std::size_t items_ = 0, bytes_ = 0;
};

}  // namespace stele::client
