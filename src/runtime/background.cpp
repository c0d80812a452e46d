#include "runtime/background.hpp"

#include "foundation/base/log.hpp"
#include "runtime/notifier.hpp"

namespace stele::runtime {

namespace {

constexpr std::chrono::milliseconds kRest{1000};

}  // namespace

Background::Background(std::string waits, MakeContext make_context, Step step, Options options)
    : waits_(std::move(waits)),
      make_context_(std::move(make_context)),
      step_(std::move(step)),
      options_(std::move(options)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Background::~Background() {
    thread_.request_stop();
    wake_.notify_all();
}

void Background::run(const std::stop_token& stop) {
    std::string last_problem;
    while (!stop.stop_requested()) {
        auto rest = kRest;
        Notifier* notifier = nullptr;
        Notifier::Ticket ticket = 0;
        try {
            Context context = make_context_();
            if (options_.at_end == AtEnd::cancel_step) context.cancelled = stop;
            if (!options_.notifications.empty()) notifier = context.notifier;
            if (notifier) ticket = notifier->ticket(options_.notifications);
            if (step_(context) > 0) rest = std::chrono::milliseconds{0};
            last_problem.clear();
        } catch (const std::exception& error) {
            // Said once per problem: the database may be away for hours.
            if (last_problem != error.what() && !stop.stop_requested())
                log::warn("{}: {}", waits_, error.what());
            last_problem = error.what();
            rest = options_.rest_after_failure;
        }
        if (notifier) {
            notifier->wait(options_.notifications, ticket, rest, stop);
            continue;
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, rest, [] { return false; });
    }
}

}  // namespace stele::runtime
