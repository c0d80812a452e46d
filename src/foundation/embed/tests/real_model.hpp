#pragma once

#include <filesystem>
#include <stdexcept>

#include "foundation/embed/embedder.hpp"

namespace stele::embed {

// The built-in model as it is installed; a test that needs it fails without it.
inline std::filesystem::path real_model_dir() {
    if (const auto dir = find_model_dir()) return *dir;
    throw std::runtime_error("the built-in model is not installed: run ./script/fetch-model");
}

}  // namespace stele::embed
