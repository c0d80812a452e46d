// The tables of knowledge/events.
#pragma once

#include "runtime/table.hpp"

namespace stele::events {

inline runtime::Tables tables() {
    return {
        {.name = "events", .what = "the stream that watchers follow"},
        {.name = "event_heads", .what = "how far the stream goes"},
    };
}

}  // namespace stele::events
