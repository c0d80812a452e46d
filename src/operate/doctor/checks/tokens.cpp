#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

Finding examine_tokens(DatabaseUnderTest& database) {
    const Uuid system = *Uuid::parse("00000000-0000-4000-8000-000000000000");
    const pg::Call call{{system, system}, database.deadline()};
    const pg::Result found = database.context().db.once(call, sql::admin_tokens, system, system);
    const auto valid = found[0].get<std::int64_t>(0);
    if (valid == 0) return pass("no token of the environment is valid");
    return warn(fmt::format("{} valid admin token{} of the environment (STELE_ADMIN_TOKEN), the "
                            "oldest since {}",
                            valid, valid == 1 ? "" : "s", to_rfc3339(found[0].get<Timestamp>(1))),
                "it may everything in every tenant, and is meant for the first set-up",
                "stele token create NAME --kind admin --global\n"
                "stele token list --global\nstele token revoke ID --global");
}

}  // namespace

const Check kTokens{"tokens", "No token of the first set-up lives on", Needs::schema,
                    examine_tokens};

}  // namespace stele::doctor
