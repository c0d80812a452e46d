#include "app/signals.hpp"

#include <pthread.h>
#include <signal.h>

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

int wait_for_signal() {
    const sigset_t set = ending_signals();
    int number = 0;
    sigwait(&set, &number);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    return number;
}

std::stop_token stop_on_signal() {
    std::stop_source source;
    // It waits until the process ends, and nobody waits for it.
    std::thread([source]() mutable {
        wait_for_signal();
        source.request_stop();
    }).detach();
    return source.get_token();
}

}  // namespace stele::app
