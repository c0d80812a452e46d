#include "app/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/conninfo.hpp"
#include "operate/cluster/credentials.hpp"

namespace stele::app {

namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        out.emplace_back(trim(std::string_view(list).substr(at, end - at)));
        at = end + 1;
    }
    return out;
}

std::optional<std::array<int, 4>> ipv4(std::string_view host) {
    std::array<int, 4> out{};
    const char* at = host.data();
    const char* const end = at + host.size();
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto [next, error] = std::from_chars(at, end, out[i]);
        const bool dot = i + 1 < out.size();
        if (error != std::errc{} || out[i] < 0 || out[i] > 255 ||
            (dot && (next == end || *next != '.')))
            return std::nullopt;
        at = dot ? next + 1 : next;
    }
    if (at != end) return std::nullopt;
    return out;
}

bool is_loopback(const std::string& host) {
    const std::string name = lower_ascii(host);
    const auto address = ipv4(name);
    return name.empty() || name.front() == '/' || name.front() == '@' || name == "localhost" ||
           name == "localhost." || name.ends_with(".localhost") || name == "::1" || name == "::" ||
           name.starts_with("::ffff:127.") || name.starts_with("localhost.") ||
           (address && ((*address)[0] == 127 || (*address)[0] == 0));
}

// RFC 1918, RFC 4193 and link-local addresses, and names that only a private network resolves.
bool is_private(const std::string& host) {
    const std::string name = lower_ascii(host);
    if (const auto address = ipv4(name)) {
        const int a = (*address)[0], b = (*address)[1];
        return a == 10 || (a == 172 && b >= 16 && b <= 31) || (a == 192 && b == 168) ||
               (a == 169 && b == 254);
    }
    if (name.find(':') != std::string::npos)
        return name.starts_with("fc") || name.starts_with("fd") || name.starts_with("fe8") ||
               name.starts_with("fe9") || name.starts_with("fea") || name.starts_with("feb");
    if (name.find('.') == std::string::npos) return true;
    for (const char* suffix : {".internal", ".local", ".lan", ".svc", ".home.arpa"})
        if (name.ends_with(suffix)) return true;
    return false;
}

bool encrypts(const std::string& sslmode) {
    return sslmode == "require" || sslmode == "verify-ca" || sslmode == "verify-full";
}

void look_at(const std::string& setting, const std::string& url, std::vector<Unsafe>& out) {
    const pg::ConnInfo info = pg::ConnInfo::parse(url);
    const std::string_view guess =
        ops::guessed_password(info.get("password"), info.get("user"), info.get("dbname"));
    if (!guess.empty())
        out.push_back({"credentials", setting, fmt::format("the password is {}", guess),
                       "give the login a password of its own: `stele db rotate-password`, or ALTER "
                       "ROLE … PASSWORD"});
    const std::string address = info.get("hostaddr");
    const std::vector<std::string> hosts = split(address.empty() ? info.get("host") : address);
    const auto local = std::ranges::find_if(hosts, is_loopback);
    if (local != hosts.end())
        out.push_back({"loopback", setting,
                       fmt::format("the database is on this machine ({})",
                                   local->empty() ? "no host is named" : *local),
                       "name the production server"});
    const std::string sslmode = info.get("sslmode");
    const auto open = std::ranges::find_if(
        hosts, [](const std::string& host) { return !is_loopback(host) && !is_private(host); });
    if (open != hosts.end() && !encrypts(sslmode))
        out.push_back({"sslmode", setting,
                       fmt::format("sslmode is {}: nothing makes the connection to {} encrypted",
                                   sslmode.empty() ? "prefer" : sslmode, *open),
                       "add sslmode=verify-full (or require) to the URL"});
}

}  // namespace

std::vector<Unsafe> unsafe_settings(const runtime::DatabaseSettings& database) {
    std::vector<Unsafe> out;
    if (trim(database.url).empty())
        out.push_back({"empty-url", "database.url", "there is no database URL",
                       "set STELE_DATABASE_URL or database.url"});
    else
        look_at("database.url", database.url, out);
    if (!trim(database.direct_url).empty()) look_at("database.directUrl", database.direct_url, out);
    if (!trim(database.admin_url).empty()) look_at("database.adminUrl", database.admin_url, out);
    return out;
}

void refuse_unsafe(runtime::Environment environment, const std::vector<Unsafe>& found) {
    if (environment != runtime::Environment::production || found.empty()) return;
    std::string problems;
    json::array rules;
    for (const Unsafe& one : found) {
        problems += fmt::format("{}{}: {}", problems.empty() ? "" : "; ", one.setting, one.problem);
        rules.push_back(json::string(one.rule));
    }
    throw Error(Code::refused, fmt::format("environment is production: {}", problems),
                fmt::format("{}; `stele config check` shows all of it", found.front().remedy),
                {{"rules", rules}});
}

}  // namespace stele::app
