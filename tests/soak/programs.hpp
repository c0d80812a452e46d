// The programs of a soak: each is started, killed with SIGKILL and started again, as its case says.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <mutex>
#include <vector>

#include "foundation/os/process.hpp"

namespace stele::soak {

class Program {
  public:
    Program(ops::Command command, std::filesystem::path log)
        : command_(std::move(command)), log_(std::move(log)) {
        start();
    }
    ~Program() { kill(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void start();
    void kill();  // SIGKILL, and reaped
    bool running() const { return pid_ > 0; }

  private:
    ops::Command command_;
    std::filesystem::path log_;
    pid_t pid_ = -1;
};

}  // namespace stele::soak
