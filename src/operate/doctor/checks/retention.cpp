#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

// Before 16 a membership has no options.
constexpr std::int32_t kMembershipOptions = 160'000;

std::string grant_membership(const pg::Row& row, const std::string& login) {
    const char* option =
        row.get<std::int32_t>(2) >= kMembershipOptions ? " WITH INHERIT FALSE" : "";
    return fmt::format("{}GRANT stele_maintenance TO \"{}\"{};",
                       row.get<bool>(0) ? ""
                                        : "CREATE ROLE stele_maintenance NOLOGIN;\n"
                                          "GRANT EXECUTE ON FUNCTION stele_keep_partitions(), "
                                          "stele_drop_partitions(text, timestamptz, boolean) TO "
                                          "stele_maintenance;\n",
                       login, option);
}

Finding examine_retention(DatabaseUnderTest& database) {
    const runtime::RetentionSettings& settings = database.context().settings.retention;
    const std::string& login = database.facts().login;
    if (settings.stream_days == 0 && settings.event_days == 0)
        return pass("retention.streamDays and .eventDays are 0: no partition is dropped");
    const pg::Result rows = database.ask(sql::drops_partitions);
    if (rows[0].get<bool>(1))
        return pass(fmt::format("{} may drop partitions that are over", login));
    return warn(fmt::format("{} is no member of stele_maintenance; retention.streamDays = {}, "
                            ".eventDays = {}",
                            login, settings.stream_days, settings.event_days),
                "partitions that are over stay, and the disk fills",
                grant_membership(rows[0], login));
}

}  // namespace

const Check kRetention{"retention", "Partitions that are over can be dropped", Needs::schema,
                       examine_retention};

}  // namespace stele::doctor
