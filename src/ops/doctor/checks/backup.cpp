#include <fmt/format.h>

#include "doctor/sql.hpp"
#include "ops/doctor/checks.hpp"

namespace stele::doctor {

namespace {

constexpr double kHour = 3600, kDay = 24 * kHour;
constexpr double kOld = 26 * kHour;  // a daily one, and two hours for it to be made
constexpr double kTooOld = 7 * kDay;
constexpr double kVerifiedOld = 35 * kDay;  // a monthly drill

const char* const kBackup = "stele db backup";

std::string age(double seconds) {
    return seconds < 2 * kDay ? fmt::format("{:.0f} hours", seconds / kHour)
                              : fmt::format("{:.0f} days", seconds / kDay);
}

Finding examine(Patient& patient) {
    const Finding none =
        warn("no backup is recorded", "what is lost now is lost for good", kBackup);
    if (!patient.ask(sql::backups_exist)[0].get<bool>(0)) return none;
    const pg::Result rows = patient.ask(sql::newest_backup);
    if (rows.empty()) return none;
    const double made = rows[0].get<double>(0);
    const auto verified = rows[0].get<std::optional<double>>(1);
    const auto file = rows[0].get<std::string>(2);
    const std::string evidence = fmt::format("the newest is {} old", age(made));
    if (made > kTooOld) return fail(evidence, "a week of work would be lost", kBackup);
    if (made > kOld) return warn(evidence, "backups are no longer made every day", kBackup);
    const std::string verify = fmt::format("stele db verify-dump --deep --file '{}'", file);
    if (!verified)
        return warn(evidence + ", and none was ever verified",
                    "a backup that was never restored is a hope", verify);
    if (*verified > kVerifiedOld)
        return warn(fmt::format("{}, the last verification {} ago", evidence, age(*verified)),
                    "a backup that was never restored is a hope", verify);
    return pass(fmt::format("{}, the last verification {} ago", evidence, age(*verified)));
}

}  // namespace

const Check kBackup{"backup", "Backups are made and verified", Needs::schema, examine};

}  // namespace stele::doctor
