// A migration's text, as it was embedded or read; migrations.hpp has the public side.
#pragma once

#include <span>
#include <string_view>

#include "operate/migrations/migrations.hpp"

namespace stele::ops {

struct MigrationFile {
    std::string_view name;  // "0001_foundation.up.sql"
    std::string_view text;
};

// Generated from migrations/ by cmake/EmbedMigrations.cmake.
std::span<const MigrationFile> embedded_migration_files();

// Pairs, orders and checks the files; `where` names their place in errors.
Migrations assemble(std::span<const MigrationFile> files, std::string_view where);

// Why a file's bytes are no SQL to read: "begins with a byte order mark", "is UTF-16", "is not
// UTF-8 from byte 17 on"; "" when they are.
std::string encoding_problem(std::string_view text);

// The lines of comment at the top of a file, where its `-- stele:` marks stand.
std::string_view header_of(std::string_view text);
bool header_says(std::string_view text, std::string_view mark);

}  // namespace stele::ops
