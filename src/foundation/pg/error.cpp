#include "foundation/pg/error.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>

#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"

namespace stele::pg {

namespace {

struct Meaning {
    std::string_view prefix;  // of the SQLSTATE; the first match counts
    Code code;
    bool retryable;
    bool lost;  // the connection is of no more use
    std::string_view hint;
};

// https://www.postgresql.org/docs/17/errcodes-appendix.html
constexpr std::array kMeanings{
    Meaning{"08", Code::unavailable, true, true, "is PostgreSQL running? `stele db status` tells"},
    Meaning{"57P01", Code::unavailable, true, true, "the server is shutting down or restarting"},
    Meaning{"57P02", Code::unavailable, true, true, "the server crashed and is recovering"},
    Meaning{"57P03", Code::unavailable, true, true, "the server is starting up; try again shortly"},
    Meaning{"57P05", Code::unavailable, true, true, ""},
    Meaning{"57014", Code::deadline_exceeded, true, false,
            "the statement ran past its deadline; narrow the request or allow more time"},
    Meaning{"28", Code::unavailable, false, true,
            "the server refused the user or the password; check the database URL "
            "(STELE_DATABASE_URL) or PGPASSWORD_FILE"},
    Meaning{"3D000", Code::unavailable, false, true,
            "the database does not exist; create it, or run `stele setup` for a local one"},
    Meaning{"53300", Code::unavailable, true, true,
            "the server has no connection left; lower database.poolSize or raise max_connections"},
    Meaning{"53100", Code::unavailable, true, false,
            "the disk of the database server is full; free space there, nothing was stored"},
    Meaning{"53", Code::unavailable, true, false, "the database server is out of resources"},
    Meaning{"25P03", Code::deadline_exceeded, false, true,
            "a transaction stood idle for longer than database.idleInTransactionTimeoutMs"},
    Meaning{"25006", Code::unavailable, false, false,
            "the server only reads (a standby, or default_transaction_read_only); point Stele at "
            "the primary"},
    Meaning{"40001", Code::conflict, true, false, ""},
    Meaning{"40P01", Code::conflict, true, false, ""},
    Meaning{"55P03", Code::conflict, true, false, "somebody else holds a lock on it"},
    Meaning{"23505", Code::conflict, false, false, ""},
    Meaning{"23", Code::failed, false, false, ""},
    Meaning{"22", Code::invalid_argument, false, false, ""},
    Meaning{"42P01", Code::configuration, false, false,
            "the database's schema is older than this program: run `stele db migrate`"},
    Meaning{"42703", Code::configuration, false, false,
            "the database's schema is older than this program: run `stele db migrate`"},
    Meaning{"42704", Code::configuration, false, false,
            "a type, role or extension is missing: run `stele db migrate`"},
    Meaning{
        "42883", Code::configuration, false, false,
        "a function is missing: is the vector extension installed and current? `stele db status`"},
    Meaning{"42501", Code::configuration, false, false,
            "the database role lacks a privilege: `stele db status --verbose` shows its powers"},
    Meaning{"58P01", Code::configuration, false, false, ""},
    Meaning{"ST001", Code::conflict, false, false,
            "strict edges of the graph form no cycle: leave out one of those that do"},
    Meaning{"0A", Code::failed, false, false, ""},
    Meaning{"P0001", Code::failed, false, false, ""},
    Meaning{"XX", Code::failed, false, false, "the database server reports an internal error"},
};

// Values that the fields' own bounds should have refused, in the caller's words: the last line of
// defence. PostgreSQL would speak of its escapes and its settings.
struct RefusedValue {
    std::string_view sqlstate;
    std::string_view needle;  // of PostgreSQL's message; empty: any
    std::string_view what;
};
constexpr std::array kRefusedValues{
    RefusedValue{"22P05", "", "a text holds a character that cannot be stored, such as NUL"},
    RefusedValue{"22021", "", "a text is not valid UTF-8 or holds a NUL character"},
    RefusedValue{"22P02", "type json", "a JSON value cannot be stored"},
    RefusedValue{"22003", "numeric", "a number is out of range"},
    RefusedValue{"54001", "", "a value is nested too deep to be stored"},
};
constexpr std::string_view kRefusedHint =
    "send texts without NUL, finite numbers, and JSON that is nested less deep";

const RefusedValue* refused_value(std::string_view sqlstate, std::string_view message) {
    for (const RefusedValue& one : kRefusedValues)
        if (one.sqlstate == sqlstate && message.find(one.needle) != std::string_view::npos)
            return &one;
    return nullptr;
}

const Meaning& meaning_of(std::string_view sqlstate) {
    static constexpr Meaning kUnknown{"", Code::failed, false, false, ""};
    for (const Meaning& meaning : kMeanings)
        if (sqlstate.starts_with(meaning.prefix)) return meaning;
    return kUnknown;
}

std::string field(const pg_result* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text ? text : "";
}

// libpq 15 gives no SQLSTATE for a refused connection; in verbose mode the text carries it: "28P01:
// …".
std::string sqlstate_in(std::string_view text) {
    for (auto colon = text.find(": "); colon != std::string_view::npos;
         colon = text.find(": ", colon + 1)) {
        if (colon < 5) continue;
        const std::string_view word = text.substr(colon - 5, 5);
        const bool spaced = colon == 5 || text[colon - 6] == ' ';
        // Every SQLSTATE has a digit; "FATAL" and "ERROR" have none.
        if (spaced && word.find_first_of("0123456789") != std::string_view::npos &&
            word.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                std::string_view::npos)
            return std::string(word);
    }
    return "";
}

// What libpq says when no server answered, by the part of its text that tells the cause.
struct Refusal {
    std::string_view needle, what, hint;
};
constexpr std::array kRefusals{
    Refusal{
        "Connection refused", "connection refused",
        "nothing listens there: `stele db start` for the local cluster, or check host and port"},
    Refusal{"No such file or directory", "no server on this socket",
            "start it with `stele db start`, or run `stele setup`"},
    Refusal{"could not translate host name", "the host name is unknown",
            "check the host in the URL"},
    Refusal{"timeout expired", "the server did not answer in time",
            "check the network and the firewall between here and the server"},
    Refusal{"SSL", "TLS could not be agreed", "check sslmode and the certificates"},
    Refusal{"Permission denied", "no permission for this socket",
            "run Stele as the user who owns the local cluster"},
};

}  // namespace

bool is_serialization_failure(std::string_view sqlstate) {
    return sqlstate == "40001" || sqlstate == "40P01";
}

ServerError error_of(const pg_result* result, std::string_view name) {
    const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
    const Meaning& meaning = meaning_of(sqlstate);
    std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = trim(PQresultErrorMessage(result));
    if (const RefusedValue* refused = refused_value(sqlstate, message))
        return {Code::invalid_argument,
                fmt::format("{} ({})", refused->what, name),
                std::string(kRefusedHint),
                sqlstate,
                "",
                false,
                false};
    std::string hint(meaning.hint);
    if (hint.empty()) hint = field(result, PG_DIAG_MESSAGE_HINT);
    return {meaning.code,
            fmt::format("PostgreSQL: {} ({})", redact(excerpt(message, 400)), name),
            hint,
            sqlstate,
            field(result, PG_DIAG_CONSTRAINT_NAME),
            meaning.retryable,
            meaning.lost};
}

ServerError connection_error(const pg_conn* connection, std::string_view where) {
    const std::string text(trim(PQerrorMessage(connection)));
    const std::string sqlstate = sqlstate_in(text);
    if (!sqlstate.empty()) {
        const Meaning& meaning = meaning_of(sqlstate);
        const auto at = text.find(sqlstate + ": ") + 7;
        const std::string said(trim(std::string_view(text).substr(at, text.find('\n', at) - at)));
        return {meaning.code,
                fmt::format("PostgreSQL at {}: {}", where, redact(said)),
                std::string(meaning.hint),
                sqlstate,
                "",
                meaning.retryable,
                true};
    }
    // A parameter, of the URL or of a PG… variable, that libpq does not understand.
    if (text.starts_with("invalid ") && text.find(" value") != std::string::npos)
        return {Code::configuration,
                fmt::format("PostgreSQL at {}: {}", where, excerpt(redact(text), 200)),
                "correct it in the database URL, or in the environment's PG… variables",
                "08001",
                "",
                false,
                true};
    for (const Refusal& refusal : kRefusals)
        if (text.find(refusal.needle) != std::string::npos)
            return {Code::unavailable,
                    fmt::format("PostgreSQL: error ({} at {})", refusal.what, where),
                    std::string(refusal.hint),
                    "08001",
                    "",
                    true,
                    true};
    return connection_lost(where, excerpt(redact(text), 300));
}

ServerError connection_lost(std::string_view where, std::string_view what) {
    return {Code::unavailable,
            fmt::format("PostgreSQL: connection to {} lost ({})", where, what),
            "is PostgreSQL running? `stele db status` tells",
            "08006",
            "",
            true,
            true};
}

}  // namespace stele::pg
