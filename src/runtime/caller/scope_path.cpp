#include "runtime/caller/scope_path.hpp"

#include <filesystem>

namespace stele::runtime {

std::string normal_scope(std::string_view scope) {
    constexpr std::string_view kProject = "project:";
    if (!scope.starts_with(kProject) || !scope.substr(kProject.size()).starts_with('/'))
        return std::string(scope);
    std::string path =
        std::filesystem::path(scope.substr(kProject.size())).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return std::string(kProject) + path;
}

}  // namespace stele::runtime
