#include <fmt/format.h>

#include "api/settings.hpp"
#include "doctor/sql.hpp"
#include "ops/doctor/checks.hpp"

namespace stele::doctor {

namespace {

bool is_everywhere(std::string_view address) {
    return address == "*" || address == "0.0.0.0" || address == "::";
}

bool any_everywhere(std::string_view list) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        std::string_view one = list.substr(0, comma);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (is_everywhere(one)) return true;
        list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    }
    return false;
}

Finding examine(Patient& patient) {
    const std::string& own = patient.context().settings.server.host;
    const auto addresses = patient.ask(sql::listen_addresses)[0].get<std::string>(0);
    std::string what, mend;
    if (any_everywhere(addresses)) {
        what = fmt::format("PostgreSQL listens on {}", addresses);
        mend =
            "ALTER SYSTEM SET listen_addresses = 'localhost';  -- or its private address; then "
            "restart the server";
    }
    if (is_everywhere(own)) {
        what += fmt::format("{}`stele serve` listens on {}", what.empty() ? "" : "; ", own);
        mend += fmt::format("{}export STELE_SERVER_HOST=127.0.0.1", mend.empty() ? "" : "\n");
    }
    if (what.empty())
        return pass(fmt::format("PostgreSQL listens on {}, Stele on {}",
                                addresses.empty() ? "its socket" : addresses, own));
    return warn(what, "whoever reaches this machine over any network can try to log in", mend);
}

}  // namespace

const Check kListens{"listens", "Nothing listens on every address", Needs::database, examine};

}  // namespace stele::doctor
