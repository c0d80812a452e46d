// A PgBouncer between a test and the server of this run.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace stele::testing {

class Pooler {
  public:
    enum class Mode { session, transaction };

    // In front of the server that STELE_TEST_DATABASE_URL names, at most `connections` to it. Fails
    // the test when there is no pgbouncer on this machine.
    explicit Pooler(Mode mode, int connections = 4);
    ~Pooler();
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;

    // `url`, as TestDatabase gives it, by way of this pooler.
    std::string url(const std::string& url) const;

  private:
    std::filesystem::path directory_;
    int port_ = 0;
    pid_t pid_ = -1;
};

}  // namespace stele::testing
