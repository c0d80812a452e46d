// A named SQL statement: one sql/*.sql file, embedded at build (cmake/EmbedSql.cmake).
#pragma once

#include <string>
#include <string_view>

namespace stele::pg {

struct Statement {
    const char* name;  // "memory.insert": the folder and the file; what metrics and errors say
    const char* text;
    const char* text_hash = nullptr;  // made by the build; computed when it is absent
};

// What the server knows it by: the name and a hash of the text, so that a session which another
// version of this program used behind a pooler never runs that version's text.
std::string prepared_name(const Statement& statement);

// An identifier as SQL takes it: in double quotes.
std::string quote_name(std::string_view name);

// Every statement that runs is remembered; with STELE_SQL_COVERAGE=<dir> the names are written
// there when the process ends, and a test fails for a file that no test executed.
void note_executed(const Statement& statement);

}  // namespace stele::pg
