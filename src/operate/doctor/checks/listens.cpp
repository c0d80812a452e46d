#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/text.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

bool is_everywhere(std::string_view address) {
    return address == "*" || address == "0.0.0.0" || address == "::";
}

Finding examine_listens(DatabaseUnderTest& database) {
    const std::string& own = database.context().settings.server.host;
    const auto addresses = database.ask(sql::listen_addresses)[0].get<std::string>(0);
    std::string what, mend;
    if (std::ranges::any_of(comma_list(addresses), is_everywhere)) {
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

const Check kListens{"listens", "Nothing listens on every address", Needs::database,
                     examine_listens};

}  // namespace stele::doctor
