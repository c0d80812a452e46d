#include "doors/reference/reference.hpp"

#include "doors/reference/pages.hpp"

namespace stele::reference {

std::string page(Page page, const Sources& sources) {
    switch (page) {
        case Page::http:
            return http_page(sources);
        case Page::mcp:
            return mcp_page(sources);
        case Page::cli:
            return cli_page(sources);
        case Page::settings:
            return settings_page(sources);
        case Page::errors:
            return errors_page();
        case Page::metrics:
            return metrics_page(sources);
        case Page::limits:
            return limits_page();
        case Page::man:
            return man_page(sources);
    }
    return {};
}

}  // namespace stele::reference
