#include "foundation/pg/conninfo.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/environment.hpp"

namespace stele::pg {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// "postgres://", "postgresql+asyncpg://", "postgresql+psycopg2://" … → "postgresql://"
std::string without_driver(std::string_view url) {
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return std::string(url);
    const std::string_view scheme = url.substr(0, colon);
    const std::string_view dialect = scheme.substr(0, scheme.find('+'));
    if (dialect != "postgres" && dialect != "postgresql")
        throw Error(Code::configuration,
                    fmt::format("the database URL begins with \"{}://\"", excerpt(scheme, 30)),
                    "Stele speaks to PostgreSQL: use postgresql://user@host:port/database");
    return "postgresql" + std::string(url.substr(colon));
}

// A password with an unescaped @ or / makes libpq take pieces of it for the host, the port or the
// database, and say them in its errors.
void refuse_unescaped(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return;
    const std::string_view rest = url.substr(scheme + 3, url.find('?') - (scheme + 3));
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const auto colon = authority.rfind(':');
    const bool not_a_port = colon != std::string_view::npos && authority.back() != ']' &&
                            authority.find_first_not_of("0123456789", colon + 1) != authority.npos;
    const bool has_user = authority.find('@') != std::string_view::npos;
    const bool at_twice = authority.find('@') != authority.rfind('@');
    const bool at_later = !has_user && not_a_port && rest.find('@') != std::string_view::npos;
    if (!at_twice && !at_later) return;
    throw Error(Code::configuration,
                "the database URL is not valid: its user or password holds an @ or a / as it is",
                "write @ as %40, / as %2F, : as %3A");
}

// Parameters of a URL that other drivers know, and what a PostgreSQL URL says instead.
struct Foreign {
    std::string_view name, whose, remedy;
};
constexpr Foreign kForeign[] = {
    {"pgbouncer", "Prisma", "leave it out: a pooler is noticed by itself"},
    {"schema", "Prisma", "leave it out: the setting database.schema names the schema"},
    {"connection_limit", "Prisma", "leave it out: the setting is database.poolSize"},
    {"pool_timeout", "Prisma", "leave it out: the setting is database.acquireTimeoutMs"},
    {"statement_cache_size", "Prisma", "leave it out: the setting is database.preparedStatements"},
    {"socket_timeout", "Prisma", "leave it out"},
    {"sslaccept", "Prisma", "write sslmode=require or sslmode=verify-full"},
    {"sslidentity", "Prisma", "write sslcert and sslkey"},
    {"supa", "Supabase", "leave it out"},
    {"ssl", "JDBC or node-postgres", "write sslmode=require or sslmode=verify-full"},
    {"currentSchema", "JDBC", "leave it out: the setting database.schema names the schema"},
    {"prepared_statement_cache_size", "asyncpg",
     "leave it out: the setting is database.preparedStatements"}};

void refuse_other_drivers(std::string_view url) {
    const auto query = url.find('?');
    if (query == std::string_view::npos) return;
    std::string_view rest = url.substr(query + 1);
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const auto* foreign =
            std::ranges::find(kForeign, one.substr(0, one.find('=')), &Foreign::name);
        if (foreign != std::end(kForeign))
            throw Error(Code::configuration,
                        fmt::format("the database URL is not valid: the parameter {} is {}'s",
                                    foreign->name, foreign->whose),
                        std::string(foreign->remedy));
    }
}

// What libpq finds out only when it connects, and then takes for a lost connection.
struct Choice {
    const char* keyword;
    std::vector<std::string_view> values;
};
const std::vector<Choice>& choices() {
    static const std::vector<Choice> kChoices{
        {"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
        {"target_session_attrs",
         {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
        {"gssencmode", {"disable", "prefer", "require"}},
        {"channel_binding", {"disable", "prefer", "require"}},
        {"load_balance_hosts", {"disable", "random"}},
        {"sslnegotiation", {"postgres", "direct"}}};
    return kChoices;
}

[[noreturn]] void refuse_value(std::string_view keyword, std::string_view value,
                               const std::string& remedy) {
    throw Error(Code::configuration,
                fmt::format("the database URL is not valid: {}={} means nothing", keyword,
                            redact(excerpt(value, 40))),
                remedy);
}

void refuse_nonsense(const std::map<std::string, std::string>& values) {
    for (const Choice& choice : choices()) {
        const auto given = values.find(choice.keyword);
        if (given == values.end() ||
            std::ranges::find(choice.values, given->second) != choice.values.end())
            continue;
        refuse_value(
            choice.keyword, given->second,
            fmt::format("{} is one of {}", choice.keyword, fmt::join(choice.values, ", ")));
    }
    const auto ports = values.find("port");
    if (ports == values.end()) return;
    for (const std::string_view port : comma_list(ports->second)) {
        if (port.empty()) continue;
        int number = 0;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc{} || end != port.data() + port.size() || number < 1 ||
            number > 65535)
            refuse_value("port", ports->second,
                         "a port is a number from 1 to 65535; an IPv6 address stands in brackets: "
                         "[::1]:5432");
    }
}

}  // namespace

ConnInfo ConnInfo::parse(std::string_view url) {
    const std::string normal = without_driver(trim(url));
    refuse_unescaped(normal);
    char* problem = nullptr;
    const Options options(PQconninfoParse(normal.c_str(), &problem), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> text(problem, &PQfreemem);
    if (!options) {
        refuse_other_drivers(normal);
        throw Error(Code::configuration,
                    fmt::format("the database URL is not valid: {}",
                                redact(trim(problem ? problem : "out of memory"))),
                    "the form is postgresql://USER@HOST:PORT/DATABASE; a password follows USER "
                    "after a colon");
    }
    ConnInfo info;
    for (const PQconninfoOption* o = options.get(); o->keyword; ++o)
        if (o->val && *o->val) info.values_[o->keyword] = o->val;
    refuse_nonsense(info.values_);
    const char* file = std::getenv("PGPASSWORD_FILE");
    const bool own_password =
        info.values_.contains("password") || info.values_.contains("passfile");
    if (file && *file && !own_password && !password_in(file).empty())
        info.values_[kPasswordFile] = file;
    remember_secret(info.get("password"));  // PGPASSWORD's too
    return info;
}

std::string ConnInfo::get(const std::string& keyword) const {
    if (keyword == "password" && values_.contains(kPasswordFile))
        return password_in(values_.at(kPasswordFile));
    if (const auto found = values_.find(keyword); found != values_.end()) return found->second;
    const Options defaults(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* o = defaults.get(); o && o->keyword; ++o)
        if (keyword == o->keyword && o->val) return o->val;
    return "";
}

std::string ConnInfo::where() const {
    std::string host = get("host");
    if (host.empty()) host = get("hostaddr");
    if (host.empty()) host = "localhost";
    const std::string port = get("port");
    if (host.front() == '/') return fmt::format("{}/.s.PGSQL.{}", host, port);
    return fmt::format("{}:{}", host, port);
}

std::string ConnInfo::redacted_url() const {
    const std::string host = get("host");
    const std::string user = get("user"), database = get("dbname");
    if (!host.empty() && host.front() == '/')
        return fmt::format("postgresql://{}@/{}?host={}&port={}", user, database, host,
                           get("port"));
    return fmt::format("postgresql://{}@{}/{}", user, where(), database);
}

bool ConnInfo::is_local() const {
    const std::string host = get("host");
    return host.empty() || host.front() == '/' || host == "localhost" || host.starts_with("127.") ||
           host == "::1";
}

}  // namespace stele::pg
