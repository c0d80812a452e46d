#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "api/settings.hpp"
#include "ops/doctor/checks.hpp"

namespace stele::doctor {

namespace {

constexpr std::array<std::string_view, 16> kWellKnown{
    "postgres", "stele",   "password", "passw0rd",  "secret",    "admin",    "root",   "test",
    "example",  "default", "changeme", "change_me", "change-me", "changeit", "123456", "hunter2"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = char(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool is_placeholder(std::string_view value) {
    const std::string word = lower(value);
    const bool bracketed = (word.starts_with('<') && word.ends_with('>')) ||
                           (word.starts_with("${") && word.ends_with('}'));
    return bracketed || word.find("change_me") != word.npos || word.find("changeme") != word.npos ||
           word.starts_with("your_") || word.starts_with("your-") ||
           std::find(kWellKnown.begin(), kWellKnown.end(), word) != kWellKnown.end();
}

Finding examine(Patient& patient) {
    const api::Settings& settings = patient.context().settings;
    const pg::ConnInfo info = patient.info();
    const std::string password = info.get("password"), user = info.get("user");
    std::string what, mend;
    if (!password.empty() && (is_placeholder(password) || lower(password) == lower(user))) {
        what = fmt::format(
            "the password of {} is a well-known one, a placeholder, or the user's name", user);
        mend = fmt::format(
            "psql -c '\\password {}'  # then put the new one into the file that PGPASSWORD_FILE "
            "names",
            user);
    }
    if (!settings.server.token.empty() && is_placeholder(settings.server.token)) {
        what +=
            std::string(what.empty() ? "" : "; ") + "the token of `stele serve` is a placeholder";
        mend +=
            std::string(mend.empty() ? "" : "\n") + "export STELE_TOKEN=$(openssl rand -hex 24)";
    }
    if (what.empty())
        return pass("neither the database's password nor the server's token is a well-known one");
    const bool production = settings.environment == api::Environment::production;
    return {production ? Verdict::fail : Verdict::warn, what, "anybody can guess it", mend};
}

}  // namespace

const Check kCredentials{"credentials", "No default or placeholder credentials", Needs::nothing,
                         examine};

}  // namespace stele::doctor
