#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "foundation/base/limits.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

constexpr double kHour = 3600, kDay = 24 * kHour;
constexpr double kOld = limits::kDailyBackup / std::chrono::seconds(1);
constexpr double kTooOld = 7 * kDay;
constexpr double kVerifiedOld = 35 * kDay;  // a monthly drill

const char* const kBackup = "stele db backup";

std::string age(double seconds) {
    return seconds < 2 * kDay ? fmt::format("{:.0f} hours", seconds / kHour)
                              : fmt::format("{:.0f} days", seconds / kDay);
}

struct Kept {
    double made;                     // seconds ago
    std::optional<double> verified;  // that any of them was verified last
    std::string file;
};

// Gone from a directory of this machine. A directory that is not here is on another.
bool is_gone(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::is_directory(file.parent_path(), error) &&
           !std::filesystem::exists(file, error);
}

// What the record says is there may have been removed by hand, or before this record was restored.
std::optional<Kept> newest_of(const pg::Result& rows) {
    std::optional<Kept> out;
    for (const pg::Row row : rows) {
        const auto file = row.get<std::string>(2);
        if (is_gone(file)) continue;
        if (!out) out = Kept{row.get<double>(0), {}, file};
        if (const auto verified = row.get<std::optional<double>>(1))
            out->verified = std::min(out->verified.value_or(*verified), *verified);
    }
    return out;
}

Finding examine_backup(DatabaseUnderTest& database) {
    const Finding none =
        warn("no backup is recorded", "what is lost now is lost for good", kBackup);
    if (!database.ask(sql::backups_exist)[0].get<bool>(0)) return none;
    const pg::Result rows = database.ask(sql::newest_backup);
    if (rows.empty()) return none;
    const std::optional<Kept> newest = newest_of(rows);
    if (!newest)
        return warn("of the backups that are recorded no file is there any more",
                    "what is lost now is lost for good", kBackup);
    const std::string evidence = fmt::format("the newest is {} old", age(newest->made));
    if (newest->made > kTooOld) return fail(evidence, "a week of work would be lost", kBackup);
    if (newest->made > kOld) return warn(evidence, "backups are no longer made every day", kBackup);
    const std::string verify = fmt::format("stele db verify-dump --deep --file '{}'", newest->file);
    if (!newest->verified)
        return warn(evidence + ", and none was ever verified",
                    "a backup that was never restored is a hope", verify);
    const std::string ago = age(*newest->verified);
    if (*newest->verified > kVerifiedOld)
        return warn(fmt::format("{}, the last verification {} ago", evidence, ago),
                    "a backup that was never restored is a hope", verify);
    return pass(fmt::format("{}, the last verification {} ago", evidence, ago));
}

}  // namespace

const Check kBackup{"backup", "Backups are made and verified", Needs::schema, examine_backup};

}  // namespace stele::doctor
