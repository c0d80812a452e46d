#include "operate/archive/dump.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <future>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/os/files.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/snapshot.hpp"

namespace stele::archive {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = 1 << 20;
// From this server on pg_dump and pg_restore know zstd, which is several times as fast as gzip.
constexpr int kZstdServer = 160'000;
constexpr std::string_view kPartial = ".partial-";

// What a killed dump of the same file has left; the number in its name is its process.
void remove_partials(const fs::path& file) {
    const std::string prefix = "." + file.filename().string() + std::string(kPartial);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix)) continue;
        pid_t pid = 0;
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove(entry.path(), error);
    }
}

// A file that is removed unless it was kept.
class PartialFile {
  public:
    explicit PartialFile(const fs::path& final)
        : final_(final),
          path_(final.parent_path() /
                fmt::format(".{}{}{}", final.filename().string(), kPartial, ::getpid())) {
        remove_partials(final);
        const int fd = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0)
            throw Error(Code::failed,
                        fmt::format("cannot write {}: {}", path_.string(), std::strerror(errno)));
        ::close(fd);
    }
    ~PartialFile() {
        std::error_code error;
        if (!kept_) fs::remove(path_, error);
    }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const fs::path& path() const { return path_; }
    std::int64_t bytes() const {
        std::error_code error;
        const auto size = fs::file_size(path_, error);
        return error ? 0 : std::int64_t(size);
    }
    // On disk and under its own name, or an error.
    void keep() {
        sync(path_, O_RDONLY);
        if (::rename(path_.c_str(), final_.c_str()) != 0)
            throw Error(Code::failed,
                        fmt::format("cannot name {}: {}", final_.string(), std::strerror(errno)));
        kept_ = true;
        sync(final_.parent_path(), O_RDONLY | O_DIRECTORY);
    }

  private:
    static void sync(const fs::path& path, int flags) {
        const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
        const bool done = fd >= 0 && ::fsync(fd) == 0;
        const int problem = errno;
        if (fd >= 0) ::close(fd);
        if (!done)
            throw Error(Code::failed,
                        fmt::format("cannot sync {}: {}", path.string(), std::strerror(problem)));
    }

    fs::path final_, path_;
    bool kept_ = false;
};

void write_archive(runtime::Context& context, Snapshot& snapshot, const pg::ConnInfo& from,
                   const PartialFile& partial) {
    const ClientTools tools = ClientTools::for_server(snapshot.server_version());
    ops::Command command =
        ops::client_command(tools.program("pg_dump"), with_operator_options(from));
    for (std::string& argument : dump_arguments(snapshot.identity().schema, snapshot.id()))
        command.argv.push_back(std::move(argument));
    if (snapshot.server_version() >= kZstdServer) command.argv.emplace_back("--compress=zstd:3");
    command.argv.push_back("--file=" + partial.path().string());
    run_tool(context, command, [&] {
        if (context.progress) context.progress({double(partial.bytes()), 0, "dumped", true});
    });
}

}  // namespace

std::vector<std::string> dump_arguments(const std::string& schema, const std::string& snapshot) {
    // pg_dump takes a pattern: in double quotes a name stands for itself alone.
    return {"--format=custom",        "--no-acl",
            "--enable-row-security",  "--lock-wait-timeout=60000",
            "--snapshot=" + snapshot, "--schema=" + quote_name(schema)};
}

std::string file_name_of(std::string_view database) {
    std::string out;
    for (const char c : database) {
        const auto byte = static_cast<unsigned char>(c);
        const bool special = byte < 0x21 || byte == 0x7f || c == '/' || c == '\\' || c == '%' ||
                             (out.empty() && (c == '.' || c == '-'));
        out += special ? fmt::format("%{:02X}", byte) : std::string(1, c);
    }
    return out;
}

fs::path dump_name(const fs::path& dir, std::string_view prefix, const std::string& database,
                   Timestamp at) {
    std::string stamp;
    for (const char c : to_rfc3339(at).substr(0, 23))
        if (c != '-' && c != ':') stamp += c;
    return dir / fmt::format("{}{}-{}Z.dump", prefix, file_name_of(database), stamp);
}

std::string sha256_of_file(runtime::Context& context, const fs::path& file,
                           std::string_view doing) {
    std::ifstream in(file, std::ios::binary);
    std::error_code error;
    const double total = double(fs::file_size(file, error));
    if (!in || error)
        throw Error(Code::failed, fmt::format("cannot read {}", file.string()),
                    "does it exist, and may this user read it?");
    Sha256 hash;
    std::string buffer(kChunk, '\0');
    double done = 0;
    while (in.read(buffer.data(), std::streamsize(buffer.size())), in.gcount() > 0) {
        hash.add(std::string_view(buffer).substr(0, std::size_t(in.gcount())));
        done += double(in.gcount());
        check_cancelled(context);
        if (context.progress) context.progress({done, total, doing, true});
    }
    if (in.bad())
        throw Error(Code::failed, fmt::format("cannot read {} to its end", file.string()));
    return hash.hex();
}

DumpOutput dump(runtime::Context& context, const pg::ConnInfo& from, const fs::path& file,
                int jobs) {
    const auto started = std::chrono::steady_clock::now();
    const fs::path target = fs::absolute(file);
    for (const fs::path& path : {target, manifest_of(target)})
        if (fs::exists(path))
            throw Error(Code::conflict, fmt::format("{} exists already", path.string()),
                        "a dump never writes over another; choose another name");
    stage(context, "taking a snapshot");
    Snapshot snapshot(from, context.deadline);
    if (snapshot.empty())
        throw Error(Code::failed, "there is nothing to dump: the schema has no tables",
                    "`stele db migrate` makes them");
    require_schema(context, snapshot.identity());
    snapshot.refuse_outside();
    DumpOutput out;
    out.manifest = snapshot.describe();
    PartialFile partial(target);
    // Counted and hashed beside the dump, in the same snapshot.
    auto tables = std::async(std::launch::async, [&] { return snapshot.tables(context, jobs); });
    stage(context, "dumping");
    write_archive(context, snapshot, from, partial);
    stage(context, "counting and hashing tables");
    out.manifest.tables = tables.get();
    out.manifest.dump = {target.filename().string(), partial.bytes(),
                         sha256_of_file(context, partial.path(), "of the dump hashed")};
    check_cancelled(context);
    partial.keep();
    ops::write_file(manifest_of(target), manifest_text(out.manifest), 0600);
    out.file = target.string();
    out.manifest_file = manifest_of(target).string();
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return out;
}

}  // namespace stele::archive
