// How fast the built-in embedder is: embed_bench [seconds per row]
//
// Texts per second of one core, by the processor time of the calling thread, so that a busy machine
// gives the same numbers as an idle one; and the milliseconds of processor time that one text
// takes.
#include <ctime>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"

namespace {

using namespace stele::embed;

double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The value of the first line of a /proc file that begins with `name`.
std::string proc_value(const char* file, const std::string& name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name)) return line.substr(line.find_first_not_of(": \t", name.size()));
    return "unknown";
}

std::vector<std::string> texts_of(std::size_t count, std::size_t words) {
    static constexpr const char* kWords[] = {
        "the",   "backup", "of",     "tenant", "data",  "was", "moved",  "to",   "another",
        "disk",  "after",  "deploy", "failed", "with",  "an",  "error",  "in",   "staging",
        "while", "Anna",   "tested", "new",    "login", "for", "mobile", "users"};
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text;
        for (std::size_t w = 0; w < words; ++w)
            text += std::string(text.empty() ? "" : " ") + kWords[(i * 7 + w * 11) % 26];
        out.push_back(std::move(text));
    }
    return out;
}

void row(Embedder& embedder, const char* name, std::size_t words, std::size_t batch,
         double seconds) {
    const auto texts = texts_of(batch, words);
    const auto never = std::chrono::steady_clock::time_point::max();
    embedder.embed(texts, Purpose::document, never);
    const double start = processor_seconds();
    double spent = 0;
    std::size_t done = 0;
    while (spent < seconds) {
        embedder.embed(texts, Purpose::document, never);
        done += batch;
        spent = processor_seconds() - start;
    }
    std::printf("%-34s %9.0f texts/s per core %9.2f ms per text\n", name,
                static_cast<double>(done) / spent, spent * 1e3 / static_cast<double>(done));
}

int run(double seconds) {
    const auto start = std::chrono::steady_clock::now();
    Settings settings;
    settings.query_cache_entries = 0;
    const auto embedder = make_embedder(settings);
    const auto made = std::chrono::steady_clock::now();
    const std::string before = proc_value("/proc/self/status", "VmRSS:");
    embedder->embed(std::vector<std::string>{"first"}, Purpose::query,
                    std::chrono::steady_clock::time_point::max());
    const auto loaded = std::chrono::steady_clock::now();
    const auto ms = [](auto from, auto to) {
        return std::chrono::duration<double, std::milli>(to - from).count();
    };
    std::printf("%s, %s\n", embedder->info().name.c_str(),
                proc_value("/proc/cpuinfo", "model name").c_str());
    std::printf("make_embedder %.1f ms, resident %s; first text %.1f ms, resident %s\n",
                ms(start, made), before.c_str(), ms(made, loaded),
                proc_value("/proc/self/status", "VmRSS:").c_str());
    row(*embedder, "6 words, one at a time", 6, 1, seconds);
    row(*embedder, "6 words, 32 a call", 6, 32, seconds);
    row(*embedder, "30 words, one at a time", 30, 1, seconds);
    row(*embedder, "60 words, one at a time", 60, 1, seconds);
    row(*embedder, "60 words, 32 a call", 60, 32, seconds);
    row(*embedder, "250 words (the window), 4 a call", 250, 4, seconds);
    return 0;
}

}  // namespace

int main(int argc, char** argv) try {
    return run(argc > 1 ? std::atof(argv[1]) : 1.0);
} catch (const stele::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return stele::exit_code_of(error.code());
}
