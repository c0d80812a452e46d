#include "api/background.hpp"

#include "base/log.hpp"

namespace stele::api {

namespace {

constexpr std::chrono::milliseconds kRest{1000};
constexpr std::chrono::milliseconds kRestAfterFailure{5000};

}  // namespace

Background::Background(std::string waits, MakeContext make_context, Step step, AtEnd at_end)
    : waits_(std::move(waits)),
      make_context_(std::move(make_context)),
      step_(std::move(step)),
      at_end_(at_end),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Background::~Background() {
    thread_.request_stop();
    wake_.notify_all();
}

void Background::run(const std::stop_token& stop) {
    std::string last_problem;
    while (!stop.stop_requested()) {
        auto rest = kRest;
        try {
            Context context = make_context_();
            if (at_end_ == AtEnd::cancel_step) context.cancelled = stop;
            if (step_(context) > 0) rest = std::chrono::milliseconds{0};
            last_problem.clear();
        } catch (const std::exception& error) {
            // Said once per problem: the database may be away for hours.
            if (last_problem != error.what() && !stop.stop_requested())
                log::warn("{}: {}", waits_, error.what());
            last_problem = error.what();
            rest = kRestAfterFailure;
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, rest, [] { return false; });
    }
}

}  // namespace stele::api
