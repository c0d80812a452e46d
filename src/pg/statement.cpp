#include "pg/statement.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>

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

}  // namespace

void note_executed(const Statement& statement) {
    static Coverage coverage;
    if (!coverage.directory.empty()) coverage.add(statement.name);
}

}  // namespace stele::pg
