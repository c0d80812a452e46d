// A database under test: one check at a time, and the mending that it proposes.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/os/process.hpp"
#include "operate/doctor/doctor.hpp"
#include "operate/migrations/migrations.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele::doctor {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;
using testing::ThrowawayServer;
using namespace std::chrono_literals;

class Examination {
  public:
    explicit Examination(const std::string& url, pg::PoolOptions options = {.size = 2})
        : db_(pg::ConnInfo::parse(url), options), url_(url) {
        settings.database.url = url;
        settings.database.pool_size = int(options.size);
        settings.embedding.kind = runtime::EmbedderKind::none;
        caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
        caller.project = caller.org;
    }

    runtime::Context context() {
        return {caller, settings, db_, embedder, deadline_in(1min), {}, "test", true, {}};
    }
    DoctorOutput examine(const DoctorInput& input = {}) {
        runtime::Context c = context();
        return doctor::examine(c, input);
    }
    CheckOutput check(const std::string& name) {
        db_.pool().clear();  // a new session sees what was mended
        return examine({.only = {name}, .list = false}).checks.at(0);
    }
    pg::Database& db() { return db_; }
    const std::string& url() const { return url_; }

    runtime::Settings settings;
    runtime::Caller caller;
    embed::Embedder* embedder = nullptr;

  private:
    pg::Database db_;
    std::string url_;
};

// What a broken database's check must say; returns it, for the mending.
inline CheckOutput expect_finding(const CheckOutput& found, Verdict verdict,
                                  const std::string& evidence, const std::string& cause,
                                  const std::string& mend) {
    EXPECT_EQ(reflect::name_of(found.verdict), reflect::name_of(verdict)) << found.evidence;
    EXPECT_THAT(found.evidence, HasSubstr(evidence));
    EXPECT_THAT(found.cause, HasSubstr(cause));
    EXPECT_THAT(found.mend, HasSubstr(mend));
    EXPECT_FALSE(found.mend.empty());
    return found;
}

inline void expect_pass(const CheckOutput& found) {
    EXPECT_EQ(reflect::name_of(found.verdict), "pass")
        << found.name << ": " << found.evidence << "; " << found.cause;
    EXPECT_EQ(found.mend, "");
}

// Runs the lines of a mending that are SQL, each by itself, as a superuser would in psql.
inline void run_sql(const std::string& url, const std::string& mend) {
    int ran = 0;
    for (std::size_t at = 0; at < mend.size();) {
        const auto end = std::min(mend.find('\n', at), mend.size());
        const std::string line = mend.substr(at, end - at);
        at = end + 1;
        const std::string word = line.substr(0, line.find(' '));
        if (word.empty() || word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != word.npos)
            continue;
        query(url, line);
        ++ran;
    }
    EXPECT_GT(ran, 0) << "no SQL in: " << mend;
}

// Runs a line of a mending as a shell would, with this build's stele in front of PATH.
inline void run_shell(const std::string& url, const std::string& line) {
    const char* const binary = std::getenv("STELE_BINARY");
    if (!binary) FAIL() << "STELE_BINARY does not name the program under test";
    const std::filesystem::path program = binary;
    ops::Command command{.argv = {"/bin/sh", "-c", line}};
    command.environment = {
        {"STELE_DATABASE_URL", url},
        {"STELE_EMBEDDING_KIND", "none"},
        {"PATH", program.parent_path().string() + ":" + testing::server_programs().string() + ":" +
                     std::getenv("PATH")}};
    const ops::ProcessResult outcome = ops::run(command, deadline_in(1min));
    EXPECT_EQ(outcome.status, 0) << line << "\n" << outcome.output;
}

// Looks again until the check says so: what other sessions do takes its time.
template <class Condition>
CheckOutput eventually(Examination& examination, const std::string& name, Condition holds) {
    for (const auto limit = deadline_in(30s);;) {
        CheckOutput found = examination.check(name);
        if (holds(found) || time_left(limit).count() == 0) return found;
        std::this_thread::sleep_for(50ms);
    }
}

inline bool is(const CheckOutput& found, Verdict verdict) {
    return found.verdict == verdict;
}

// A memory of nobody's in particular, put in by the superuser.
inline void put_memory(const std::string& url,
                       const std::string& tenant = "00000000-0000-4000-8000-000000000001") {
    query(url,
          fmt::format("INSERT INTO memories SELECT '{0}', '{0}', gen_random_uuid(), 'global', "
                      "'i', 't', 'c', 's', 'u', text, sha256(text::bytea), "
                      "'{{}}/1000000000', '{{}}', '{{}}', false, NULL, NULL, NULL, NULL, NULL, "
                      "NULL, NULL, NULL, NULL, 1, now(), now() "
                      "FROM (SELECT gen_random_uuid()::text AS text) t",
                      tenant));
}

// A session that runs one statement until it is cut off.
class Busy {
  public:
    Busy(const std::string& url, std::string sql)
        : connection_(testing::connect(url)),
          thread_([this, sql = std::move(sql)] {
              try {
                  connection_->script(sql, deadline_in(1min));
              } catch (const Error&) {  // it was cut off
              }
          }),
          url_(url) {}
    ~Busy() {
        query(url_, fmt::format("SELECT pg_terminate_backend({})", connection_->backend_pid()));
        thread_.join();
    }
    int pid() const { return connection_->backend_pid(); }

  private:
    std::unique_ptr<pg::Connection> connection_;
    std::thread thread_;
    std::string url_;
};

}  // namespace stele::doctor
