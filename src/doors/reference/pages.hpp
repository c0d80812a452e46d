// One function a page.
#pragma once

#include "doors/reference/reference.hpp"

namespace stele::reference {

std::string http_page(const Sources& sources);
std::string mcp_page(const Sources& sources);
std::string cli_page(const Sources& sources);
std::string settings_page(const Sources& sources);
std::string errors_page();
std::string metrics_page(const Sources& sources);
std::string limits_page();
std::string man_page(const Sources& sources);

}  // namespace stele::reference
