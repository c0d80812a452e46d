#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

Finding examine_production(DatabaseUnderTest& database) {
    const runtime::Settings& settings = database.context().settings;
    const pg::ConnInfo info = database.info();
    if (settings.environment != runtime::Environment::production)
        return pass("environment is not production");
    if (!info.is_local()) return pass(fmt::format("production works on {}", info.where()));
    return fail(
        fmt::format("environment = production, and the database is {}", info.where()),
        "a production configuration that points at this machine is most often a forgotten default",
        "export STELE_DATABASE_URL=postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full  # the "
        "production "
        "server's; or environment = \"development\"");
}

}  // namespace

const Check kProduction{"production", "Production does not point at this machine", Needs::nothing,
                        examine_production};

}  // namespace stele::doctor
