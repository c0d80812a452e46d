// Migrations that a test writes, a database for them, and runners that are processes of their own.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "foundation/base/error.hpp"
#include "operate/migrations/migrations.hpp"
#include "support/test_database.hpp"

namespace stele::ops {

using namespace std::chrono_literals;
using testing::query;
using testing::TestDatabase;

// A folder of migrations that a test writes.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/stele-migrations.XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder& add(const std::string& id, const std::string& up) {
        std::ofstream(path_ / (id + ".up.sql")) << up;
        std::ofstream(path_ / (id + ".down.sql")) << "SELECT 1";
        return *this;
    }
    Migrations load() const { return migrations_in(path_); }

  private:
    std::filesystem::path path_;
};

// Another process that migrates; the exit code is 0, or the error's.
inline pid_t fork_runner_on(const std::string& url, const Migrations& migrations) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    int status = 0;
    try {
        migrate(pg::ConnInfo::parse(url), {.migrations = &migrations, .into_existing = true});
    } catch (const Error& error) {
        std::fprintf(stderr, "runner: %s\n", error.what());
        status = exit_code_of(error.code());
    }
    ::_exit(status);
}

class Migrate : public testing::Test {
  protected:
    Migrate() : database(TestDatabase::Schema::none) {}

    MigrateResult run(const Migrations& migrations, MigrateOptions options = {}) {
        options.migrations = &migrations;
        return migrate(pg::ConnInfo::parse(database.url()), options);
    }

    Error refusal(const Migrations& migrations, MigrateOptions options = {}) {
        try {
            run(migrations, options);
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "nothing was refused"};
    }

    std::string ask(const std::string& sql) { return query(database.url(), sql); }
    std::string ledger() {
        return ask(
            "SELECT string_agg(version::text, ',' ORDER BY version) "
            "FROM public.schema_migrations");
    }

    pid_t fork_runner(const Migrations& migrations) {
        return fork_runner_on(database.url(), migrations);
    }

    TestDatabase database;
};

inline int wait_for(pid_t pid) {
    int raw = 0;
    ::waitpid(pid, &raw, 0);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

template <class Condition>
bool eventually(Condition condition) {
    for (const auto limit = deadline_in(20s); time_left(limit).count() > 0;
         std::this_thread::sleep_for(10ms))
        if (condition()) return true;
    return false;
}

}  // namespace stele::ops
