// What a worker has to say about how jobs ended, said in batches and until it is taken; and the
// reports that handlers left to be sent. Of this folder alone.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "client/held.hpp"
#include "client/tally.hpp"

namespace stele::client {

// How an attempt ended. Failed ones have `item` with error and retry, released ones with release.
struct Ending {
    enum class Kind { complete, fail, release, nothing };
    std::shared_ptr<Held> job;
    Kind kind = Kind::nothing;
    json::object item;  // output, or error, retry, delaySeconds, release
};

class Outbox {
  public:
    // OnEnd of each ending, on the outbox's thread: complete, failed, released, suspended or lost.
    using OnEnd = std::function<void(const Ending&, std::string_view outcome)>;
    Outbox(Transport& transport, std::stop_token give_up, OnEnd on_end);
    // Says what it has, unless `give_up` was requested and nobody answers.
    ~Outbox();

    void add_job(const std::shared_ptr<Held>& job);
    void end(Ending ending);
    // Everything that the worker has: leased, and no ending answered yet.
    std::vector<std::shared_ptr<Held>> jobs() const;
    Tally tally() const;

  private:
    void run(const std::stop_token& stop);
    void flush_reports();
    void say(std::vector<Ending> endings);  // all completions, or none
    void say_one_by_one(std::vector<Ending> endings, const std::string& why);
    void answered(const Ending& ending, bool taken);

    Transport& transport_;
    const std::stop_token give_up_;
    const OnEnd on_end_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::map<std::string, std::shared_ptr<Held>> jobs_;
    std::vector<Ending> waiting_;
    Tally tally_;
    std::jthread thread_;
};

}  // namespace stele::client
