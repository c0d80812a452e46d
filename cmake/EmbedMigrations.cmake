# Turns DIR/NNNN_name.{up,down}.sql into the C++ file OUT: every file's exact bytes under its name.
# Names and order are checked where they are read (src/operate/migrations/migration_files.cpp).
file(GLOB files ${DIR}/*.sql)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  if(text MATCHES "\\)~sql~")
    message(FATAL_ERROR "${file}: contains the delimiter )~sql~")
  endif()
  string(APPEND entries "    {\"${name}\", R\"~sql~(${text})~sql~\"},\n")
endforeach()
list(LENGTH files count)
file(WRITE ${OUT}.new "// Generated from migrations/ by cmake/EmbedMigrations.cmake; edit those files.
#include <array>

#include \"operate/migrations/migration_files.hpp\"

namespace stele::ops {

namespace {
constexpr std::array<MigrationFile, ${count}> kFiles{{
${entries}}};
}  // namespace

std::span<const MigrationFile> embedded_migration_files() { return kFiles; }

}  // namespace stele::ops
")
file(RENAME ${OUT}.new ${OUT})
