#include "foundation/pg/environment.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"

namespace stele::pg {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Values = std::map<std::string, std::string>;

// Those that stand for no keyword, and those of keywords that came after libpq 15: PostgreSQL's
// programs may bring a newer libpq than the one that is linked here.
constexpr std::array kOtherVariables{"PGTZ",
                                     "PGDATESTYLE",
                                     "PGGEQO",
                                     "PGSERVICE",
                                     "PGSERVICEFILE",
                                     "PGSYSCONFDIR",
                                     "PGLOCALEDIR",
                                     "PGPASSWORD_FILE",
                                     "PGDATA",
                                     "PGREQUIRESSL",
                                     "PGREQUIREAUTH",
                                     "PGSSLCERTMODE",
                                     "PGGSSDELEGATION",
                                     "PGLOADBALANCEHOSTS",
                                     "PGSSLNEGOTIATION",
                                     "PGMINPROTOCOLVERSION",
                                     "PGMAXPROTOCOLVERSION"};

Values defaults() {
    Values out;
    const Options options(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* o = options.get(); o && o->keyword; ++o)
        if (o->val) out[o->keyword] = o->val;
    return out;
}

std::vector<std::string> variables() {
    std::vector<std::string> out(kOtherVariables.begin(), kOtherVariables.end());
    const Options options(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* o = options.get(); o && o->keyword; ++o)
        if (o->envvar) out.emplace_back(o->envvar);
    return out;
}

// What the ignored variables said, by keyword.
Values& ignored() {
    static Values values;
    return values;
}

}  // namespace

std::string password_in(const std::string& path) {
    std::ifstream in(path);
    if (!in)
        throw Error(Code::configuration, fmt::format("PGPASSWORD_FILE cannot be read: {}", path),
                    "make the file readable for this user, or unset the variable");
    std::string password;
    std::getline(in, password);
    remember_secret(password);
    return password;
}

std::map<std::string, std::string> libpq_values(const ConnInfo& info) {
    Values out = info.values();
    out.erase(kSchema);
    if (const auto file = out.find(kPasswordFile); file != out.end()) {
        out["password"] = password_in(file->second);
        out.erase(kPasswordFile);
    }
    return out;
}

bool password_is_in_file(const ConnInfo& info) {
    const Values& values = info.values();
    return values.contains(kPasswordFile) ||
           (!values.contains("password") && !info.get("passfile").empty());
}

void ignore_libpq_environment() {
    std::vector<std::string> set = variables();
    std::erase_if(set, [](const std::string& name) { return !std::getenv(name.c_str()); });
    if (set.empty()) return;
    const Values before = defaults();
    const char* file = std::getenv("PGPASSWORD_FILE");
    const std::string password_file = file ? file : "";
    for (const std::string& name : set) ::unsetenv(name.c_str());
    const Values after = defaults();
    for (const auto& [keyword, value] : before)
        if (const auto same = after.find(keyword); same == after.end() || same->second != value)
            ignored()[keyword] = value;
    if (!password_file.empty() && !ignored().contains("password"))
        ignored()[kPasswordFile] = password_file;
}

ConnInfo parse_with_environment(std::string_view url) {
    ConnInfo out = ConnInfo::parse(url);
    const Values given = out.values();
    const bool own_password = given.contains("password") || given.contains("passfile");
    for (const auto& [keyword, value] : ignored()) {
        const bool password = keyword == "password" || keyword == kPasswordFile;
        // A named service says more than the environment, and libpq reads it only when connecting.
        const bool wanted = password ? !own_password : !given.contains("service");
        if (wanted && !given.contains(keyword)) out.set(keyword, value);
    }
    return out;
}

}  // namespace stele::pg
