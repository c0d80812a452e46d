// A worker of three steps, as short as one gets: stele_example_worker URL [QUEUE [LEASE SECONDS]].
// Each step writes its name to standard output, so that one sees what a worker that takes the job
// over does not run again.
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "client/worker.hpp"
#include "foundation/base/error.hpp"

using namespace stele;

namespace {

json::value say(const client::Job& job, const char* step, int result) {
    std::printf("%s %s attempt %d\n", job.id().c_str(), step, job.attempt());
    std::fflush(stdout);
    return result;
}

json::value deploy(client::Job& job) {
    const json::value built = job.step("build", [&] { return say(job, "build", 1); });
    job.event("progress", "built");
    const json::value tested = job.step("test", [&] {
        // Long enough for somebody to pull the plug.
        std::this_thread::sleep_for(
            std::chrono::milliseconds(job.input().at("testMs").to_number<int>()));
        return say(job, "test", 2);
    });
    if (job.input().as_object().contains("approval")) job.wait_signal("go");
    job.sleep("settle", std::chrono::seconds(1));
    const json::value shipped = job.step("ship", [&] { return say(job, "ship", 3); });
    return json::object{{"steps", json::array{built, tested, shipped}}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: stele_example_worker URL [QUEUE [LEASE SECONDS]]\n", stderr);
        return 2;
    }
    try {
        const char* token = std::getenv("STELE_TOKEN");
        client::Client stele(argv[1], token ? token : "");
        client::Worker worker(stele,
                              {.queues = {argc > 2 ? argv[2] : "default"},
                               .concurrency = 2,
                               .lease = std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 60)});
        worker.on("deploy", deploy);
        worker.run({});  // until it is killed
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return exit_code_of(error.code());
    }
}
