#include "operate/doctor/database_under_test.hpp"

#include <algorithm>
#include <array>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "operate/doctor/sql.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

struct Sign {
    std::string_view sqlstate;  // its beginning; empty: any
    std::string_view text;      // part of the message; empty: any
    const char* kind;
};

// The first that fits counts.
constexpr std::array kSigns{
    Sign{"28", "no pg_hba.conf entry", "hba"},
    Sign{"28000", "does not exist", "role"},
    Sign{"28", "", "password"},
    Sign{"3D000", "", "database"},
    Sign{"53300", "", "full"},
    Sign{"57P03", "", "starting"},
    Sign{"", "no password supplied", "password"},
    Sign{"", "connection refused", "refused"},
    Sign{"", "no server on this socket", "socket"},
    Sign{"", "host name is unknown", "dns"},
    Sign{"", "TLS could not be agreed", "tls"},
    Sign{"", "no database connection came free", "pool"},
    Sign{"", "timeout", "timeout"},
    Sign{"", "did not answer in time", "timeout"},
};

Problem problem_of(const Error& error) {
    const auto* server = dynamic_cast<const pg::ServerError*>(&error);
    const std::string sqlstate = server ? server->sqlstate() : "";
    for (const Sign& sign : kSigns)
        if (sqlstate.starts_with(sign.sqlstate) &&
            error.message().find(sign.text) != std::string_view::npos)
            return {sign.kind, redact(error.message()), redact(error.hint())};
    return {"other", redact(error.message()), redact(error.hint())};
}

// Of one attempt to connect; `database.connectTimeoutMs` counts when it is shorter.
constexpr std::chrono::milliseconds kConnectPatience{3'000};

double seconds(Timestamp t) {
    return double(t.micros) / 1e6;
}

}  // namespace

DatabaseUnderTest::DatabaseUnderTest(runtime::Context& context, Deadline deadline)
    : context_(context), deadline_(deadline) {
    try {
        look();
    } catch (const Error& error) {
        problem_ = problem_of(error);
    }
}

void DatabaseUnderTest::look() {
    // Asked of the pool itself, which tries once: the database's own retries would end at the
    // deadline, and report that instead of the cause. It also keeps the time of connecting out of
    // the clock's comparison.
    context_.db.pool().acquire(std::min(deadline_, deadline_in(kConnectPatience)));
    const Timestamp before = now();
    const pg::Result rows = ask(sql::facts);
    const Timestamp after = now();
    const pg::Row row = rows[0];
    facts_.version = row.get<std::string>(0);
    facts_.database = row.get<std::string>(1);
    facts_.login = row.get<std::string>(2);
    facts_.standby = row.get<bool>(3);
    facts_.schema = row.get<bool>(4);
    facts_.runtime_role = row.get<bool>(5);
    facts_.runtime_member = row.get<bool>(6);
    facts_.login_powerful = row.get<bool>(7);
    facts_.clock_ahead = row.get<double>(8) - (seconds(before) + seconds(after)) / 2;
}

bool DatabaseUnderTest::local_cluster() const {
    return context_.settings.database.url.empty() && ops::local_cluster_urls().has_value();
}

const watch::ActivityOutput& DatabaseUnderTest::activity() {
    if (!activity_) {
        activity_ = watch::activity(context_.db, {.all = false, .min_seconds = 0, .limit = 1000},
                                    deadline_);
        std::erase_if(activity_->sessions,
                      [&](const watch::Session& s) { return s.database != facts_.database; });
    }
    return *activity_;
}

}  // namespace stele::doctor
