// The scope of a project, project:<path>, has one spelling.
#pragma once

#include <string>
#include <string_view>

namespace stele::runtime {

// "project:/a/./b/../c/" is "project:/a/c". What names no absolute path stays as it is.
std::string normal_scope(std::string_view scope);

}  // namespace stele::runtime
