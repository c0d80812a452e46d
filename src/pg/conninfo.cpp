#include "pg/conninfo.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "base/error.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"

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

std::string password_from_file() {
    const char* path = std::getenv("PGPASSWORD_FILE");
    if (!path || !*path) return "";
    std::ifstream in(path);
    if (!in)
        throw Error(Code::configuration, fmt::format("PGPASSWORD_FILE cannot be read: {}", path),
                    "make the file readable for this user, or unset the variable");
    std::string password;
    std::getline(in, password);
    return password;
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

}  // namespace

ConnInfo ConnInfo::parse(std::string_view url) {
    const std::string normal = without_driver(trim(url));
    refuse_unescaped(normal);
    char* problem = nullptr;
    const Options options(PQconninfoParse(normal.c_str(), &problem), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> text(problem, &PQfreemem);
    if (!options)
        throw Error(Code::configuration,
                    fmt::format("the database URL is not valid: {}",
                                redact(trim(problem ? problem : "out of memory"))),
                    "the form is postgresql://user:password@host:port/database");
    ConnInfo info;
    for (const PQconninfoOption* o = options.get(); o->keyword; ++o)
        if (o->val && *o->val) info.values_[o->keyword] = o->val;
    if (!info.values_.contains("password"))
        if (const std::string password = password_from_file(); !password.empty())
            info.values_["password"] = password;
    remember_secret(info.get("password"));  // PGPASSWORD's too
    return info;
}

std::string ConnInfo::get(const std::string& keyword) const {
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
