// A session of OpenCode, wherever it is kept.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "foundation/base/json.hpp"
#include "knowledge/conversations/importer.hpp"

namespace stele::conversations {

struct OpenCodeMessage {
    std::string place;  // for problems
    json::object info;
    std::vector<json::object> parts;
};

struct OpenCodeSession {
    std::string place;
    json::object info;
    std::function<std::vector<OpenCodeMessage>()> messages;  // read when their turn comes
};

// The sessions of opencode.db. Throws Error(invalid_argument) when it is not OpenCode's.
void collect_database(const std::filesystem::path& path, Importer& importer,
                      std::vector<OpenCodeSession>& out);

}  // namespace stele::conversations
