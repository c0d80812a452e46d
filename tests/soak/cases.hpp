// The cases: five ways to break what jobs run on, and four kinds of pressure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "soak/stage.hpp"

namespace stele::soak {

struct Case {
    std::string name;
    Load load = {};
    // Runs beside the load until it is stopped; leaves everything mended. Returns how often it
    // struck.
    std::function<int(Stage&, const std::stop_token&)> strike;
    bool old_snapshot = false;  // the bound of dead rows is another
};

const std::vector<Case>& cases();

}  // namespace stele::soak
