// The YAML that a Markdown file may begin with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/json.hpp"

namespace stele::ingest {

struct FrontMatter {
    std::string yaml;       // between the two lines of three dashes
    std::string_view rest;  // the text after it
};

// Nothing when the text does not begin with such a block.
std::optional<FrontMatter> split_front_matter(std::string_view text);

// The block's keys with their texts and lists of texts; what is nested deeper is left out. Throws
// Error(invalid_argument) when it is no YAML, has no keys, or is larger than 16 KiB.
json::object read_front_matter(const std::string& yaml);

// Tags as people write them: a list, or one text with commas or spaces between, with or without #.
std::vector<std::string> front_matter_tags(const json::object& front);

}  // namespace stele::ingest
