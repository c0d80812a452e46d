// What the checks look at. What several of them need is asked once.
#pragma once

#include <optional>
#include <string>

#include "foundation/pg/database.hpp"
#include "operate/watch/watch.hpp"
#include "runtime/context.hpp"

namespace stele::doctor {

// Why there is no database to ask.
struct Problem {
    std::string kind;  // refused, socket, timeout, dns, tls, hba, password, role, database, full,
                       // starting, pool, other
    std::string message;
    std::string hint;
};

// What the server said about itself and this session.
struct Facts {
    std::string version;   // "17.6"
    std::string database;  // the name
    std::string login;
    bool standby = false;
    bool schema = false;          // Stele's tables are there
    bool runtime_role = false;    // stele_runtime exists
    bool runtime_member = false;  // and this login may become it
    bool login_powerful = false;  // superuser, BYPASSRLS, or owner of Stele's tables
    double clock_ahead = 0;       // of ours, in seconds; half a round trip is taken off
};

class DatabaseUnderTest {
  public:
    // Connects; never throws.
    DatabaseUnderTest(runtime::Context& context, Deadline deadline);

    runtime::Context& context() { return context_; }
    Deadline deadline() const { return deadline_; }
    const std::optional<Problem>& problem() const { return problem_; }
    const Facts& facts() const { return facts_; }  // only without a problem
    pg::ConnInfo info() const { return context_.db.pool().info(); }
    bool local_cluster() const;  // the database is the one that `stele setup` makes

    // One statement outside any tenant.
    template <class... Args>
    pg::Result ask(const pg::Statement& statement, const Args&... args) {
        return context_.db.untenanted(deadline_, statement, args...);
    }
    // Of this database; what others on the server do to theirs is not Stele's to judge.
    const watch::ActivityOutput& activity();

  private:
    void look();

    runtime::Context& context_;
    Deadline deadline_;
    std::optional<Problem> problem_;
    Facts facts_;
    std::optional<watch::ActivityOutput> activity_;
};

}  // namespace stele::doctor
