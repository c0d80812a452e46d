// Input and output of `stele db rotate-password`.
#pragma once

#include <string>
#include <vector>

#include "operate/cluster/types.hpp"

namespace stele::passwords {

struct RotateInput {
    ops::DatabaseRole role = ops::DatabaseRole::app;
    static auto describe() {
        return reflect::fields(reflect::field(
            "role", &RotateInput::role,
            "Whose: app is the login of database.url, owner that of database.adminUrl, superuser "
            "the local cluster's"));
    }
};

struct RotateOutput {
    std::string role;
    std::string file;
    bool resumed = false;
    bool old_refused = false;
    std::vector<std::string> notes;
    template <class S = RotateOutput>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("role", &S::role, "The login whose password is a new one"),
            field("file", &S::file, "Where it stands now, readable for its owner alone"),
            field("resumed", &S::resumed,
                  "A rotation that was cut short is finished; no other password was made"),
            field("oldRefused", &S::old_refused, "The server no longer takes the old one"),
            field("notes", &S::notes, "What else should be known"));
    }
};

}  // namespace stele::passwords
