#include "soak/programs.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

namespace stele::soak {

void Program::start() {
    if (pid_ < 0) pid_ = ops::spawn(command_, log_);
}

void Program::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

}  // namespace stele::soak
