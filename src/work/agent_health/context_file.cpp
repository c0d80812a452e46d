#include "work/agent_health/context_file.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::agent_health {

namespace {

namespace fs = std::filesystem;

// context.md.taken-<process>-<number>
const std::string kTaken = std::string(kContextFile) + ".taken-";

fs::path taken_name(const fs::path& folder) {
    static std::atomic<unsigned> number = 0;
    return folder / fmt::format("{}{}-{}", kTaken, ::getpid(), ++number);
}

// Files of processes that are no more.
std::vector<fs::path> left_behind(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(kTaken)) continue;
        pid_t process = 0;
        std::from_chars(name.data() + kTaken.size(), name.data() + name.size(), process);
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) out.push_back(entry.path());
    }
    return out;
}

std::string read_text(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(file, error)))
        throw Error(Code::invalid_argument, fmt::format("{} is no file", kContextFile));
    std::ifstream in(file, std::ios::binary);
    std::string out(limits::kContextFileBytes + 1, '\0');
    in.read(out.data(), std::streamsize(out.size()));
    if (!in.is_open() || in.bad())
        throw Error(Code::failed, fmt::format("{} cannot be read", kContextFile),
                    "make it readable for whoever runs stele");
    out.resize(std::size_t(in.gcount()));
    if (out.size() > limits::kContextFileBytes)
        throw Error(
            Code::too_large,
            fmt::format("{} is larger than {} bytes", kContextFile, limits::kContextFileBytes),
            "make it shorter: it is left as it is");
    if (invalid_utf8_at(out))
        throw Error(Code::invalid_argument, fmt::format("{} is not UTF-8 text", kContextFile),
                    "write it as text: it is left as it is");
    return out;
}

// Its name back, unless there is a new file of that name.
void put_back(const fs::path& taken, const fs::path& file) noexcept {
    if (::link(taken.c_str(), file.c_str()) == 0) ::unlink(taken.c_str());
}

// The text of a file that nobody else has, which is then gone; nothing when there is none.
std::optional<std::string> take(const fs::path& from, const fs::path& file) {
    const fs::path taken = taken_name(file.parent_path());
    if (::rename(from.c_str(), taken.c_str()) != 0) {
        if (errno == ENOENT) return std::nullopt;
        throw Error(Code::failed, fmt::format("{} cannot be taken: error {}", file.string(), errno),
                    "the folder must be writable for whoever runs stele");
    }
    try {
        std::string text = read_text(taken);
        if (::unlink(taken.c_str()) != 0)
            throw Error(Code::failed, fmt::format("{} cannot be deleted", taken.string()));
        return text;
    } catch (const Error&) {
        put_back(taken, file);
        throw;
    }
}

}  // namespace

ContextCheckOutput check_context(runtime::Context& context, const ContextCheckInput& input) {
    if (!context.own_process)
        throw Error(Code::forbidden, "workdir: files are for callers on this machine",
                    "ask over MCP's standard input, or `stele context check` in the shell");
    const fs::path folder = input.workdir ? fs::path(*input.workdir) : fs::current_path();
    const fs::path file = folder / kContextFile;
    ContextCheckOutput out;
    const auto add = [&](const std::optional<std::string>& text) {
        if (!text || trim(*text).empty()) return;
        out.content += (out.content.empty() ? "" : "\n\n") + *text;
    };
    for (const fs::path& old : left_behind(folder)) add(take(old, file));
    add(take(file, file));
    out.has_context = !out.content.empty();
    return out;
}

}  // namespace stele::agent_health
