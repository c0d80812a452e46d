#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/pg/error.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "operate/status/sql.hpp"

namespace stele::doctor {

namespace {

std::string scope_of(const std::string& source, const DatabaseUnderTest& database) {
    if (source == "database")
        return fmt::format("ALTER DATABASE \"{}\" RESET default_transaction_read_only;",
                           database.facts().database);
    if (source == "user")
        return fmt::format("ALTER ROLE \"{}\" RESET default_transaction_read_only;",
                           database.facts().login);
    if (source == "configuration file")
        return "ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();";
    if (source == "client")
        return "take default_transaction_read_only out of the options in STELE_DATABASE_URL and "
               "PGOPTIONS";
    return "ALTER DATABASE \"" + database.facts().database +
           "\" SET default_transaction_read_only = off;";
}

Finding read_only(DatabaseUnderTest& database, const std::string& evidence) {
    if (database.facts().standby)
        return fail(evidence, "the server is a standby: it replays what its primary writes",
                    "point STELE_DATABASE_URL at the primary; when that is lost for good: SELECT "
                    "pg_promote();");
    const auto source = database.ask(sql::read_only_source)[0].get<std::string>(0);
    return fail(evidence, fmt::format("default_transaction_read_only is on (set by: {})", source),
                scope_of(source, database) + "\nstele db status --write-check  # in a new session");
}

Finding finding_of(DatabaseUnderTest& database, const Error& error) {
    const auto* server = dynamic_cast<const pg::ServerError*>(&error);
    const std::string sqlstate = server ? server->sqlstate() : "", evidence(error.message());
    if (sqlstate == "25006") return read_only(database, evidence);
    if (sqlstate == "53100" || evidence.find("No space left") != std::string::npos ||
        evidence.find("File too large") != std::string::npos)
        return fail(
            evidence, "the disk of the server is full, or its quota is used up",
            "df -h  # on the server: free space there, or give it more; nothing was stored");
    if (sqlstate == "42501")
        return fail(evidence, "the role may not write into Stele's tables",
                    "stele doctor --only privileges");
    return fail(evidence, "a row could not be inserted and removed again", error.hint());
}

Finding examine_writes(DatabaseUnderTest& database) {
    try {
        const pg::Call call{.tenant = {}, .deadline = database.deadline()};
        const Uuid id = Uuid::v7();
        const bool whole = database.context().db.transaction(call, [&](pg::Transaction& tx) {
            return tx.query(ops::sql::status_write, id).affected() == 1 &&
                   tx.query(ops::sql::status_unwrite, id).affected() == 1;
        });
        if (whole) return pass("a row was inserted and removed");
        return fail(
            "the row that was written was not there",
            "a trigger or a policy on memories that is not Stele's swallows writes",
            "psql -c '\\d+ memories'  # lists triggers and policies; drop what is not Stele's");
    } catch (const Error& error) {
        return finding_of(database, error);
    }
}

}  // namespace

const Check kWrites{"writes", "The database can be written to", Needs::schema, examine_writes};

}  // namespace stele::doctor
