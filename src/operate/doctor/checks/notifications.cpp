#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/uuid.hpp"
#include "foundation/pg/pooler.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnect{3'000};
constexpr milliseconds kHeard{3'000};

const char* const kPolling =
    "who waits for a job, a signal or an event looks once a second instead of being woken";

std::string name_the_server(const DatabaseUnderTest& database) {
    return fmt::format(
        "export STELE_DATABASE_DIRECT_URL=postgresql://{}@HOST:5432/{}  # PostgreSQL itself, not "
        "the pooler; then restart Stele",
        database.info().get("user"), database.info().get("dbname"));
}

// The connection that waits, as `stele serve` opens it.
pg::ConnInfo session_info(const DatabaseUnderTest& database, const std::string& direct_url) {
    return direct_url.empty() ? database.info() : pg::ConnInfo::parse(direct_url);
}

// A notification from the pool, heard where Stele listens: nothing else shows that both lead to the
// same database.
bool hears(DatabaseUnderTest& database, pg::Connection& session) {
    const std::string channel = "stele_doctor_" + Uuid::v7().text().substr(24);
    session.script("LISTEN " + channel, deadline_in(kConnect));
    database.ask(sql::notify, channel);
    constexpr int kNoWaker = -1;  // poll() ignores it
    return !session.notifications(kNoWaker, kHeard).empty();
}

Finding examine_notifications(DatabaseUnderTest& database) {
    if (database.facts().standby) return skipped("a standby has no notifications");
    const std::string& direct_url = database.context().settings.database.direct_url;
    const char* setting = direct_url.empty() ? "database.url" : "database.directUrl";
    const pg::ConnInfo info = session_info(database, direct_url);
    try {
        const auto session =
            pg::Connection::open(info, {.prepared_statements = false},
                                 std::min(database.deadline(), deadline_in(kConnect)));
        if (pg::behind_transaction_pooler(*session, database.deadline()))
            return warn(fmt::format("{} ({}) is a transaction pooler, which loses LISTEN: waiting "
                                    "polls",
                                    setting, info.where()),
                        kPolling, name_the_server(database));
        if (hears(database, *session))
            return pass(fmt::format("what others notify is heard at {}", info.where()));
    } catch (const Error& error) {
        return warn(fmt::format("{} ({}): {}", setting, info.where(), redact(error.message())),
                    kPolling, name_the_server(database));
    }
    return warn(fmt::format("what is notified through database.url is not heard at {} ({})",
                            setting, info.where()),
                std::string("it is another database, so ") + kPolling, name_the_server(database));
}

}  // namespace

const Check kNotifications{"notifications", "Who waits is woken", Needs::database,
                           examine_notifications};

}  // namespace stele::doctor
