#include "operate/archive/backups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/os/files.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/rotation.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/archive/sql.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/cluster/home.hpp"

namespace stele::archive {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarker = ".verified.json";

// When a dump was last verified: <file>.verified.json, so that it is known without the database.
struct Marker {
    std::optional<Timestamp> verified_at, deep_verified_at;
    template <class S = Marker>
    static auto describe() {
        return fields(field("verifiedAt", &S::verified_at, "By verify-dump"),
                      field("deepVerifiedAt", &S::deep_verified_at, "By verify-dump --deep"));
    }
};

fs::path marker_of(const fs::path& dump) {
    return dump.string() + std::string(kMarker);
}

Marker read_marker(const fs::path& dump) {
    const auto text = ops::read_file(marker_of(dump));
    if (!text) return {};
    try {
        return reflect::read<Marker>(parse_json(*text, "marker"));
    } catch (const Error&) {
        return {};  // then it counts as not verified
    }
}

// Newest first. A dump without a readable manifest is no backup, and is left alone.
std::vector<BackupInfo> backups_in(const fs::path& dir) {
    std::vector<BackupInfo> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir, error)) {
        if (entry.path().extension() != ".dump" ||
            entry.path().filename().string().starts_with('.'))
            continue;
        try {
            const Manifest manifest = read_manifest(entry.path());
            const Marker marker = read_marker(entry.path());
            const double age = double(now().micros - manifest.made_at.micros) / 3.6e9;
            out.push_back({entry.path().string(), manifest.made_at, age, manifest.source.database,
                           manifest.source.system_identifier, false, manifest.dump.bytes,
                           manifest.rows(), ops::version_text(manifest.migration_version),
                           marker.verified_at, marker.deep_verified_at});
        } catch (const Error& problem) {
            log::warn("{} is not counted as a backup: {}", entry.path().string(), problem.what());
        }
    }
    std::ranges::sort(out, std::ranges::greater{}, &BackupInfo::made_at);
    return out;
}

void remove_backup(const std::string& file) {
    // The dump first: a manifest alone is refused, a dump alone too, and neither is half a backup.
    for (const fs::path& path : {fs::path(file), manifest_of(file), marker_of(file)}) {
        std::error_code error;
        fs::remove(path, error);
        if (error)
            throw Error(Code::failed,
                        fmt::format("cannot remove {}: {}", path.string(), error.message()));
    }
}

bool is_safety_dump(const BackupInfo& backup) {
    const std::string prefix = "safety-" + file_name_of(backup.database) + "-";
    return fs::path(backup.file).filename().string().starts_with(prefix);
}

bool is_of(const BackupInfo& backup, const Identity& identity) {
    return backup.system_identifier == identity.system && backup.database == identity.database;
}

// Only backups of this database take part. Another database's, safety dumps, and those whose
// manifest does not say which server they are from, stay until somebody removes them.
bool takes_part(const BackupInfo& backup, const Identity& identity) {
    return !is_safety_dump(backup) && is_of(backup, identity);
}

// Without a database to ask (it may be what is to be restored) none is known to be of it.
void mark_own(runtime::Context& context, std::vector<BackupInfo>& all) {
    try {
        const auto connection = open_operator(ops::operator_endpoint(context), context.deadline);
        const Identity identity = identity_of(*connection, context.deadline);
        for (BackupInfo& backup : all) backup.own = is_of(backup, identity);
    } catch (const Error& error) {
        log::info("which backups are of this database is not known: {}", error.what());
    }
}

void rotate(const std::vector<BackupInfo>& all, const Identity& identity, const BackupInput& input,
            BackupOutput& out) {
    std::vector<std::string> files;
    std::vector<RotatedBackup> backups;
    for (const BackupInfo& backup : all) {
        if (!takes_part(backup, identity)) {
            ++out.left_alone;
            continue;
        }
        files.push_back(backup.file);
        backups.push_back({backup.made_at, backup.verified_at || backup.deep_verified_at});
    }
    const std::vector<std::string> reasons =
        reasons_to_keep(backups, {input.daily, input.weekly, input.monthly, input.rotate});
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (reasons[i].empty())
            out.removed.push_back(files[i]);
        else
            out.kept.push_back({files[i], reasons[i]});
    }
}

}  // namespace

fs::path backups_dir(const runtime::Context&, const std::string& chosen) {
    const fs::path dir = chosen.empty() ? ops::stele_home().root / "backups" : fs::absolute(chosen);
    std::error_code error;
    if (fs::create_directories(dir, error)) fs::permissions(dir, fs::perms::owner_all, error);
    if (!fs::is_directory(dir))
        throw Error(Code::failed, fmt::format("{} cannot be made", dir.string()),
                    "--dir names another place");
    return dir;
}

BackupOutput backup(runtime::Context& context, const BackupInput& input, const pg::ConnInfo& from) {
    const fs::path dir = backups_dir(context, input.dir);
    BackupOutput out;
    out.dry_run = input.dry_run;
    const auto connection = open_operator(from, context.deadline);
    const Identity identity = identity_of(*connection, context.deadline);
    if (!input.dry_run) {
        const DumpOutput made =
            dump(context, from, dump_name(dir, "", identity.database, now()), input.jobs);
        out.file = made.file;
        out.bytes = made.manifest.dump.bytes;
        out.rows = made.manifest.rows();
        connection->run(sql::record_backup,
                        pg::Params(connection->types(), Uuid::v7(), made.manifest.made_at,
                                   made.file, made.manifest.dump.bytes, made.manifest.dump.sha256,
                                   made.manifest.migration_version),
                        context.deadline);
    }
    rotate(backups_in(dir), identity, input, out);
    if (input.dry_run) return out;
    for (const std::string& file : out.removed) remove_backup(file);
    connection->run(sql::record_removed, pg::Params(connection->types(), out.removed),
                    context.deadline);
    return out;
}

BackupsOutput backups(runtime::Context& context, const BackupsInput& input,
                      const runtime::Tables& tables) {
    BackupsOutput out;
    const fs::path dir = backups_dir(context, input.dir);
    out.dir = dir.string();
    out.backups = backups_in(dir);
    mark_own(context, out.backups);
    std::ranges::stable_sort(out.backups, std::ranges::greater{}, &BackupInfo::own);
    for (const runtime::Table& table : tables)
        out.tables.push_back({std::string(table.name), table.kept, std::string(table.what)});
    std::ranges::stable_sort(out.tables, std::ranges::greater{}, &TableKind::irreplaceable);
    return out;
}

void mark_verified(runtime::Context& context, const VerifyOutput& verified,
                   const pg::ConnInfo& target) {
    if (!verified.ok) return;
    const Manifest manifest = read_manifest(verified.file);
    Marker marker = read_marker(verified.file);
    marker.verified_at = now();
    if (verified.deep) marker.deep_verified_at = marker.verified_at;
    try {
        ops::write_file(marker_of(verified.file), pretty(reflect::write(marker)) + "\n", 0600);
        const auto connection = open_operator(target, context.deadline);
        connection->run(sql::record_verified,
                        pg::Params(connection->types(), manifest.dump.sha256, *marker.verified_at,
                                   marker.deep_verified_at),
                        context.deadline);
    } catch (const Error& error) {
        // The dump is whole all the same; another machine's may be verified where no database is.
        log::info("the verification was not recorded: {}", error.what());
    }
}

}  // namespace stele::archive
