// What people read on a terminal.
#pragma once

#include <string>

#include "foundation/base/json.hpp"

namespace stele::archive {

std::string render_dump(const json::value& output);
std::string render_verify(const json::value& output);
std::string render_restore(const json::value& output);
std::string render_backup(const json::value& output);
std::string render_backups(const json::value& output);
std::string render_reset(const json::value& output);

}  // namespace stele::archive
