// Which backups of one database rotation keeps, and why.
#pragma once

#include <string>
#include <vector>

#include "foundation/base/clock.hpp"

namespace stele::archive {

// How many of the newest days, weeks (from Monday) and months, UTC's, keep a backup. Of a week or a
// month the newest stays. Of a day all stay, unless `one_a_day`: whoever makes a second backup in
// an incident must not lose the first.
struct Rotation {
    int daily = 7;
    int weekly = 4;
    int monthly = 3;
    bool one_a_day = false;
};

struct RotatedBackup {
    Timestamp made_at;
    bool verified = false;
};

// The reason why each of `backups` (newest first, all of one database) stays; "" for those that
// rotation removes. The newest and the newest verified one always stay.
std::vector<std::string> reasons_to_keep(const std::vector<RotatedBackup>& backups,
                                         const Rotation& rotation);

}  // namespace stele::archive
