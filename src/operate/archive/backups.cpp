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

std::vector<TableKind> table_kinds() {
    return {{"memories", true, "what agents remember"},
            {"memory_versions", true, "earlier states of memories"},
            {"memory_receipts", true, "the proof of what was forgotten"},
            {"chat_threads", true, "threads of messages"},
            {"chat_messages", true, "what was said"},
            {"chat_summaries", true, "summaries of threads"},
            {"pending_actions", true, "what was asked for and is not done"},
            {"chat_receipts", true, "the proof of which messages were forgotten"},
            {"jobs", true, "the ledger of what ran and is to run"},
            {"job_queue", true, "where each live job stands"},
            {"job_queues", true, "settings of queues"},
            {"job_attempts", true, "how attempts ended that did not complete their job"},
            {"job_steps", true, "what finished steps gave"},
            {"job_signals", true, "what was sent to jobs, approvals among it"},
            {"job_events", true, "what jobs reported"},
            {"job_checkpoints", true, "where jobs can be resumed"},
            {"job_tool_calls", true, "which tools jobs used"},
            {"artifacts", true, "what jobs produced: address, hash and size"},
            {"job_definitions", true, "versions of jobs' definitions"},
            {"job_schedules", true, "what is submitted when"},
            {"events", true, "the stream that watchers follow"},
            {"event_heads", true, "how far the stream goes"},
            {"relay_sessions", true, "conversations with agents"},
            {"mesh_instances", true, "who there is, and what each is good at"},
            {"mesh_heartbeats", true, "when each was last heard of, and how what it did went"},
            {"routing_explanations", true, "why work went where it went"},
            {"delegations", true, "what other instances were given, and what became of it"},
            {"delegation_events", true, "each step of that"},
            {"annotations", true, "what jobs' work was worth"},
            {"skills", true, "how things are done"},
            {"channels", true, "the ways to people"},
            {"wake_items", true, "what the next heartbeat takes along"},
            {"api_tokens", true, "who may call, without their secrets"},
            {"cookie_sessions", true, "browsers' sessions, without their secrets"},
            {"revocation_heads", true, "how far the list of what is revoked goes"},
            {"revocations", true, "what was revoked in the last day"},
            {"graph_edges", true, "what is connected with what, by hand or not"},
            {"graph_nodes", true, "names of what the graph knows by name alone"},
            {"graph_ranks", true, "the order that keeps strict edges free of cycles"},
            {"schema_migrations", true, "the ledger of the schema"},
            {"partitioned_tables", true, "which tables are partitioned, and how"},
            {"retention_log", true, "the proof of what retention deleted"},
            {"stele_backups", true, "the record of backups"},
            {"due_work", false, "what makes work announces it again"},
            {"dead_letters", false, "`stele memory reembed` tries the items again"},
            {"graph_rebuild_state", false, "`stele graph rebuild` begins anew"},
            {"embedding_models", false, "`stele memory reembed` registers the model again"},
            {"memory_vectors", false, "`stele memory reembed` makes them from the texts"},
            {"embedding_queue", false, "`stele memory reembed` fills it again"},
            {"chat_vectors", false, "`stele memory reembed` has them made from the messages"},
            {"chat_work", false, "`stele memory reembed` fills it again"},
            {"search_segments", false, "`stele segments refold` makes them from the rows"},
            {"search_blocks", false, "`stele segments refold` makes them from the rows"},
            {"segment_queue", false, "searches fill it again"},
            {"vector_lists", false, "`stele segments refold` makes them from the vectors"},
            {"vector_codes", false, "`stele segments refold` makes them from the vectors"}};
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

BackupsOutput backups(runtime::Context& context, const BackupsInput& input) {
    BackupsOutput out;
    const fs::path dir = backups_dir(context, input.dir);
    out.dir = dir.string();
    out.backups = backups_in(dir);
    mark_own(context, out.backups);
    std::ranges::stable_sort(out.backups, std::ranges::greater{}, &BackupInfo::own);
    out.tables = table_kinds();
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
