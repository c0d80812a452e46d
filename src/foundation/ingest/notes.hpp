// What an import's answer says about what it did not take as it stood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::ingest {

// The first twenty places of each list are named; the counts have all.
struct Notes {
    std::int64_t skipped = 0, repaired = 0, cut = 0;
    std::vector<std::string> problems, changes;

    void add_skipped(std::string_view place, std::string_view why);
    void add_repaired(std::string_view place, std::string_view what);
    void add_cut(std::string_view place, std::string_view what);
};

template <class S>
auto note_fields() {
    using reflect::field;
    return reflect::fields(
        field("skipped", &S::skipped, "Places that could not be read: lines, files"),
        field(
            "repaired", &S::repaired,
            "Places with characters that cannot be kept (U+FFFD instead), or of another encoding"),
        field("cut", &S::cut, "Texts that were too long"),
        field("problems", &S::problems, "What was skipped and why, the first twenty"),
        field("changes", &S::changes, "What was repaired or cut, the first twenty"));
}

}  // namespace stele::ingest
