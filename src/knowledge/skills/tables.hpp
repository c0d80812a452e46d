// The tables of knowledge/skills.
#pragma once

#include "runtime/table.hpp"

namespace stele::skills {

inline runtime::Tables tables() {
    return {
        {.name = "skills", .what = "how things are done"},
    };
}

}  // namespace stele::skills
