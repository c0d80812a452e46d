#include "app/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <string_view>
#include <thread>

namespace stele::app {

namespace {

sigset_t ending_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

void hold_signals() {
    const sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

Interrupt::Interrupt() {
    hold_signals();
    std::thread([this] {
        const sigset_t set = ending_signals();
        int number = 0;
        sigwait(&set, &number);
        signal_ = number;
        source_.request_stop();
        static constexpr std::string_view kStopping = "\nstopping; once more to end at once\n";
        if (::write(STDERR_FILENO, kStopping.data(), kStopping.size()) < 0) signal_ = number;
        sigwait(&set, &number);
        ::_exit(128 + number);
    }).detach();
}

int wait_for_signal() {
    const sigset_t set = ending_signals();
    int number = 0;
    sigwait(&set, &number);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    return number;
}

}  // namespace stele::app
