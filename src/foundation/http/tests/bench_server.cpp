// A server with a trivial handler, to measure what HTTP itself costs: requests per second come from
// the load generator, processor time per request from here.
//
//   http_bench_server inline|worker|blocking [port [workers [io threads]]]     ends when stdin does
//
// inline answers on the I/O thread, worker on a worker; blocking sleeps 1 ms there first, as one
// that waits for a database does.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "foundation/http/server.hpp"

namespace {

double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return double(time.tv_sec) + 1e-6 * double(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace stele::http;
    const std::string mode = argc > 1 ? argv[1] : "inline";
    const bool inline_mode = mode == "inline";
    const bool blocking = mode == "blocking";
    ServerOptions options;
    options.port = std::uint16_t(argc > 2 ? std::atoi(argv[2]) : 0);
    options.workers = std::size_t(argc > 3 ? std::atoi(argv[3]) : 8);
    options.io_threads = std::size_t(argc > 4 ? std::atoi(argv[4]) : 1);
    options.limits.connections = 20000;
    options.limits.requests_per_connection = 1'000'000'000;
    options.admit = [inline_mode](const Head&) { return Admission{.inline_handler = inline_mode}; };
    options.handle = [blocking](const Request&) {
        if (blocking) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return Response{.body = R"({"status":"ok"})"};
    };
    Server server(std::move(options));
    server.start();
    std::printf("listening on 127.0.0.1:%d\n", server.port());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    const auto requests = server.stats().requests;
    std::printf("%llu requests, %.2f us of processor time each\n",
                static_cast<unsigned long long>(requests),
                1e6 * processor_seconds() / double(requests == 0 ? 1 : requests));
    return server.stop() ? 0 : 1;
}
