// dataland's environment: docs/guides/from-dataland.md.
#include "compat/settings/settings.hpp"

namespace stele::compat {

runtime::ForeignNames dataland() {
    return {.variables = {{"environment", {"APP_ENV"}}}, .accepts = [](std::string_view text) {
                return text == "production" || text == "development";
            }};
}

}  // namespace stele::compat
