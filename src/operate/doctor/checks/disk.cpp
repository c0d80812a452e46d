#include "operate/doctor/disk.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include "operate/cluster/cluster_state.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

constexpr double kWarnShare = 0.10, kFailShare = 0.02;
constexpr std::int64_t kWarnBytes = std::int64_t(1) << 30;

Finding examine_disk(DatabaseUnderTest& database) {
    if (database.local_cluster())
        if (const auto state = ops::read_state(ops::stele_home()))
            return space_at(ops::stele_home().data(state->major));
    if (database.problem()) return skipped("the database cannot be asked: see connect");
    const auto directory = database.ask(sql::data_directory)[0].get<std::optional<std::string>>(0);
    if (!database.info().is_local() || !directory)
        return skipped("the server's disk cannot be seen from here: `df -h` there tells");
    return space_at(*directory);
}

}  // namespace

Finding space_at(const std::filesystem::path& path) {
    struct statvfs disk {};
    if (::statvfs(path.c_str(), &disk) != 0 || disk.f_blocks == 0)
        return skipped(fmt::format("{} cannot be looked at from here", path.string()));
    const std::int64_t free = std::int64_t(disk.f_bavail) * std::int64_t(disk.f_frsize);
    const double share = double(disk.f_bavail) / double(disk.f_blocks);
    const std::string evidence = fmt::format("{} free ({:.0f} %) where {} is",
                                             watch::bytes_text(free), share * 100, path.string());
    if (share >= kWarnShare && free >= kWarnBytes) return pass(evidence);
    return {
        share < kFailShare ? Verdict::fail : Verdict::warn, evidence,
        "when the disk is full the server refuses every write",
        fmt::format(
            "du -xh --max-depth=2 '{}' | sort -h | tail  # what takes it; then free or add space",
            path.string())};
}

const Check kDisk{"disk", "There is room on the server's disk", Needs::nothing, examine_disk};

}  // namespace stele::doctor
