#include "foundation/pg/statement.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <string_view>

namespace stele::pg {

namespace {

struct Coverage {
    std::string directory;
    std::mutex mutex;
    std::set<std::string> names;

    Coverage() {
        if (const char* dir = std::getenv("STELE_SQL_COVERAGE")) directory = dir;
    }
    // Written at each new name, not at exit: tests kill processes on purpose.
    void add(const char* name) {
        const std::lock_guard lock(mutex);
        if (!names.insert(name).second) return;
        std::ofstream out(fmt::format("{}.{}", directory, ::getpid()), std::ios::app);
        out << name << '\n';
    }
};

// FNV-1a: the same in every build.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t out = 14695981039346656037U;
    for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return out;
}

}  // namespace

std::string prepared_name(const Statement& statement) {
    return statement.text_hash ? fmt::format("{}_{}", statement.name, statement.text_hash)
                               : fmt::format("{}_{:016x}", statement.name, hash_of(statement.text));
}

std::string quote_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += c;
        out += c;
    }
    return out + '"';
}

void note_executed(const Statement& statement) {
    static Coverage coverage;
    if (!coverage.directory.empty()) coverage.add(statement.name);
}

}  // namespace stele::pg
