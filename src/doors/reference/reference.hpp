// The reference pages, made from what the program itself uses: Markdown for docs/reference, roff
// for the man page.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "doors/mcp/catalog.hpp"
#include "runtime/config.hpp"
#include "runtime/metrics.hpp"
#include "runtime/operation.hpp"

namespace stele::reference {

enum class Page { http, mcp, cli, settings, errors, metrics, limits, man };

struct Sources {
    const runtime::Registry& registry;
    const mcp::Catalog& catalog;  // with every tool
    std::vector<runtime::ForeignNames> foreign;
    std::vector<runtime::MetricFamily> metrics;
    std::string version;
};

// The whole page. The same sources give the same bytes.
std::string page(Page page, const Sources& sources);

}  // namespace stele::reference

namespace stele::reflect {

template <>
struct EnumNames<reference::Page> {
    using enum reference::Page;
    static constexpr std::array<std::pair<reference::Page, std::string_view>, 8> values{
        {{http, "http"},
         {mcp, "mcp"},
         {cli, "cli"},
         {settings, "settings"},
         {errors, "errors"},
         {metrics, "metrics"},
         {limits, "limits"},
         {man, "man"}}};
};

}  // namespace stele::reflect
