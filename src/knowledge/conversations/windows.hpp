// Which texts of a thread become vectors: each message's own words, the same among their
// neighbours, and groups of six.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/uuid.hpp"

namespace stele::conversations {

inline constexpr int kGroup = 6;  // messages of a group

enum Part : std::int32_t { kOwn = 0, kNeighbours = 1, kGroupOfSix = 2 };

struct Text {
    Uuid id;
    std::string content;
    bool dialogue = false;  // is_dialogue() of its row: only then its surroundings say anything
};

// One vector to make. `members` messages stand between the places `first` and `last`.
struct Window {
    Uuid message;
    std::int32_t part;
    std::int32_t first, last, members;
    std::string text;
};

// The places whose texts are needed for the windows of `due`.
std::vector<std::int32_t> places_around(std::span<const std::int32_t> due);

// The windows that messages at the places `due` are part of: their own, those of the neighbours
// before and of themselves, their groups. `texts` holds what there is at
// places_around(due).
std::vector<Window> windows_of(std::span<const std::int32_t> due,
                               const std::map<std::int32_t, Text>& texts);

}  // namespace stele::conversations
