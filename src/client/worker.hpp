// A worker: takes jobs from queues and hands them to functions, by name. The one header that a
// program needs to work for Stele.
//
//     client::Client stele("http://127.0.0.1:7600", token);
//     client::Worker worker(stele, {.queues = {"builds"}, .concurrency = 4});
//     worker.on("build", [](client::Job& job) {
//         const json::value commit = job.step("fetch", [&] { return fetch(job.input()); });
//         return job.step("compile", [&] { return compile(commit); });
//     });
//     worker.run(stop_token);
//
// What a function returns is the job's output. Delivery is at least once: a worker that falls
// silent loses its jobs to others after their lease, and what it says about them then is not taken;
// steps that are finished are not run again.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.hpp"
#include "client/job.hpp"
#include "client/tally.hpp"

namespace stele::client {

using Handler = std::function<json::value(Job&)>;

struct WorkerOptions {
    // When to end without being on_end: never, when there is nothing left, after one job.
    enum class Until { stopped, drained, once };

    std::vector<std::string> queues = {"default"};  // in the order to look at them
    std::vector<std::string> names = {};            // only these; empty: those with a function
    std::string name = {};                          // who this is; empty: the host and the pid
    int concurrency = 1;                            // 1 to 500
    std::chrono::seconds lease{60};  // renewed at a third; 0: the job's, renewed every 20 s
    std::chrono::seconds grace{10};  // what runs may go on for, once the worker is stopped
    Until until = Until::stopped;
};

class Worker {
  public:
    // `transport` must outlive this.
    Worker(Transport& transport, WorkerOptions options);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Before run(). Functions run on `concurrency` threads at once.
    void on(const std::string& name, Handler handler);
    void on_any(Handler handler);  // of every other name
    // Is on_end how each attempt ended, on a thread of the worker's: complete, failed, released,
    // suspended or lost; and why.
    using OnEnd = std::function<void(const Job&, std::string_view outcome, const std::string& why)>;
    void on_end(OnEnd on_end);

    // Works until it is stopped, or as the options say. A server that is away is asked again, ever
    // more patiently. When stopped it leases no more, lets what runs go on for the grace, asks it
    // to stop, and hands back what was not done. Returns when every function has returned. Throws
    // the Error of a lease that will never be given: a wrong token, a wrong queue.
    Tally run(const std::stop_token& stop);

  private:
    class Shift;
    Transport& transport_;
    WorkerOptions options_;
    std::map<std::string, Handler> handlers_;
    Handler any_;
    OnEnd on_end_;
};

}  // namespace stele::client
