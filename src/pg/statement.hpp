// A named SQL statement: one sql/*.sql file, embedded at build (cmake/EmbedSql.cmake).
#pragma once

#include <string>

namespace stele::pg {

struct Statement {
    const char*
        name;  // "memory.insert": the folder and the file; also the prepared statement's name
    const char* text;
};

// Every statement that runs is remembered; with STELE_SQL_COVERAGE=<dir> the names are written
// there when the process ends, and a test fails for a file that no test executed.
void note_executed(const Statement& statement);

}  // namespace stele::pg
