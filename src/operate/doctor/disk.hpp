// How full a file system is.
#pragma once

#include <filesystem>

#include "operate/doctor/check.hpp"

namespace stele::doctor {

// Of the file system that holds `path`. Warns below a tenth or a GiB free, fails below a fiftieth.
Finding space_at(const std::filesystem::path& path);

}  // namespace stele::doctor
