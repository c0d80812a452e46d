// Help texts, made from the registry.
#pragma once

#include <string>
#include <string_view>

#include "runtime/operation.hpp"

namespace stele::cli {

constexpr std::size_t kWidth = 100;  // columns of a help text

// Breaks text at spaces into lines of at most `width` bytes, where it has spaces; every line but
// the first is indented.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = kWidth);

// `stele --help`: what there is, by domain, and where to start.
std::string overview(const runtime::Registry& registry);
// `stele memory --help`: the commands that begin with these words, by group, on one screen. Of
// groups that do not fit, the first command has its line and the others are named.
std::string group_help(const runtime::Registry& registry, std::string_view words);
// "stele memory search <query> [flags]"
std::string usage_of(const runtime::Operation& op);
// `stele memory search --help`: arguments, flags, examples.
std::string operation_help(const runtime::Operation& op);

}  // namespace stele::cli
