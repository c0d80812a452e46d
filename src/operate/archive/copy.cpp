#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <atomic>
#include <future>

#include "foundation/base/error.hpp"
#include "foundation/os/temporary_folder.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/environment.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/restore.hpp"
#include "operate/archive/scratch.hpp"
#include "operate/archive/verify.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/cluster/which_database.hpp"
#include "runtime/confirm.hpp"

namespace stele::archive {

namespace {

namespace fs = std::filesystem;

// A pipe with a name, in a directory of this user's own.
class NamedPipe {
  public:
    NamedPipe() {
        if (::mkfifo(path().c_str(), 0600) != 0) throw Error(Code::failed, "cannot make a pipe");
    }
    fs::path path() const { return folder_.path() / "rows"; }

  private:
    ops::TemporaryFolder folder_{"stele-copy"};
};

pg::ConnInfo target_of(const CopyInput& input) {
    const std::string url = ops::target_url(input.target_url);
    if (url.empty())
        throw Error(Code::invalid_argument, "targetUrl: say where to copy to",
                    "--target-url, or STELE_TARGET_URL, which other users of this machine do not "
                    "see");
    return pg::parse_with_environment(url);
}

void refuse_itself(const pg::ConnInfo& from, const pg::ConnInfo& to, Deadline deadline) {
    pg::Database source(from, {.size = 1}), target(to, {.size = 1});
    if (ops::which_database(source, deadline) == ops::which_database(target, deadline))
        throw Error(Code::refused,
                    fmt::format("source and target are the same database {}", from.get("dbname")),
                    "give the URL of another one");
}

// Either program that fails stops the other, which would wait for ever at its end of the pipe. What
// failed first is the cause, and is thrown.
void stream(runtime::Context& context, const ops::Command& dump, const ops::Command& restore,
            const std::function<void()>& tick) {
    std::atomic<bool> failed = false;
    std::exception_ptr cause;
    const auto guarded = [&](const ops::Command& command, const std::function<void()>& also) {
        try {
            run_tool(context, command, [&] {
                if (failed) throw Error(Code::failed, "the other end of the copy failed");
                also();
            });
        } catch (...) {
            if (!failed.exchange(true)) cause = std::current_exception();
        }
    };
    auto writer = std::async(std::launch::async, [&] { guarded(dump, [] {}); });
    guarded(restore, tick);
    writer.get();
    if (cause) std::rethrow_exception(cause);
}

void copy_rows(runtime::Context& context, Snapshot& source, const Manifest& manifest,
               const pg::ConnInfo& from, Scratch& scratch, const std::string& owner) {
    const NamedPipe pipe;
    const auto watcher = open_operator(scratch.info(), context.deadline);
    const ClientTools tools =
        ClientTools::for_server(std::max(source.server_version(), watcher->server_version()));
    ops::Command dump = ops::client_command(tools.program("pg_dump"), with_operator_options(from));
    for (std::string& argument : dump_arguments(source.identity().schema, source.id()))
        dump.argv.push_back(std::move(argument));
    dump.argv.emplace_back("--compress=0");
    dump.argv.emplace_back("--no-sync");  // a pipe has no disk
    dump.argv.push_back("--file=" + pipe.path().string());
    ops::Command restore = ops::client_command(tools.program("pg_restore"), scratch.info());
    for (std::string& argument : restore_arguments(scratch.info(), manifest, owner))
        restore.argv.push_back(std::move(argument));
    restore.input = pipe.path();
    const double total = double(source.identity().bytes);
    stream(context, dump, restore, [&] { show_size(context, *watcher, "copied", total); });
    watcher->script("ANALYZE", context.deadline, context.cancelled);
}

}  // namespace

RestoreOutput copy(runtime::Context& context, const CopyInput& input, const pg::ConnInfo& from) {
    ops::require_confirmation(input.force, input.confirm, "copy-postgres");
    const auto started = std::chrono::steady_clock::now();
    const pg::ConnInfo target = target_of(input);
    refuse_itself(from, target, context.deadline);
    stage(context, "taking a snapshot");
    Snapshot source(from, context.deadline);
    require_schema(context, source.identity());
    source.refuse_outside();
    const TargetState state = look_at_target(context, target, {.data = input.replace});
    RestoreOutput out;
    out.file = from.redacted_url();
    out.database = target.redacted_url();
    out.before = state.held;
    out.safety_dump = safety_dump(context, target, state);
    Manifest manifest = source.describe();
    auto tables = std::async(std::launch::async, [&] { return source.tables(context, 1); });
    Scratch scratch(target, state.identity, context.deadline);
    scratch.prepare(manifest);
    stage(context, "copying");
    copy_rows(context, source, manifest, from, scratch, state.identity.owner);
    scratch.grant(manifest);
    manifest.tables = tables.get();
    Findings findings;
    compare_scratch(context, manifest, scratch.info(), 2, out.checked, findings);
    refuse_findings(findings, "the copy differs from its source");
    take_place(context, scratch, manifest, started, out);
    return out;
}

}  // namespace stele::archive
