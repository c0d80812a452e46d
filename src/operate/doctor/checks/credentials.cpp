#include <fmt/format.h>

#include "operate/cluster/credentials.hpp"
#include "operate/doctor/checks.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

Finding examine_credentials(DatabaseUnderTest& database) {
    const runtime::Settings& settings = database.context().settings;
    const pg::ConnInfo info = database.info();
    const std::string user = info.get("user");
    std::string what, mend;
    const std::string_view guess =
        ops::guessed_password(info.get("password"), user, info.get("dbname"));
    if (!guess.empty()) {
        what = fmt::format("the password of {} is {}", user, guess);
        mend = fmt::format(
            "psql -c '\\password {}'  # then put the new one into the file that PGPASSWORD_FILE "
            "names",
            user);
    }
    if (!settings.server.token.empty() && ops::is_placeholder(settings.server.token)) {
        what +=
            std::string(what.empty() ? "" : "; ") + "the token of `stele serve` is a placeholder";
        mend +=
            std::string(mend.empty() ? "" : "\n") + "export STELE_TOKEN=$(openssl rand -hex 24)";
    }
    if (what.empty())
        return pass("neither the database's password nor the server's token is a well-known one");
    const bool production = settings.environment == runtime::Environment::production;
    return {production ? Verdict::fail : Verdict::warn, what, "anybody can guess it", mend};
}

}  // namespace

const Check kCredentials{"credentials", "No default or placeholder credentials", Needs::nothing,
                         examine_credentials};

}  // namespace stele::doctor
