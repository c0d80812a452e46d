// db restore, db copy, db reset: what replaces a whole database.
#pragma once

#include "operate/archive/scratch.hpp"
#include "operate/archive/snapshot.hpp"
#include "operate/archive/types.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

// Restores into a scratch database, compares it with the manifest, and gives it the target's name.
// At any moment before, the target is as it was; after, it is complete.
RestoreOutput restore(runtime::Context& context, const RestoreInput& input,
                      const pg::ConnInfo& target);

// The same from another database instead of a file: pg_dump writes into pg_restore.
RestoreOutput copy(runtime::Context& context, const CopyInput& input, const pg::ConnInfo& from);

// Drops and recreates Stele's schema and migrates it.
ResetOutput reset(runtime::Context& context, const ResetInput& input, const pg::ConnInfo& target);

// What a database holds, before it is replaced.
struct TargetState {
    Identity identity;
    std::string held;  // "empty", "seed-only" (a schema without rows of tenants), "data"
    std::int64_t rows = 0;
};

// Whether a fresh schema fills it by itself: rows in it are nobody's data.
bool is_seeded(std::string_view table);

// What may be replaced.
struct Replaceable {
    bool data = false;         // rows of tenants
    bool any_history = false;  // a schema that does not fit this program
};

// Throws Error(refused) when it holds what is not Stele's, or what was not said to be replaceable.
TargetState look_at_target(runtime::Context& context, const pg::ConnInfo& target,
                           const Replaceable& what);

// The end of a restore and of a copy: the scratch database takes the target's name, and what was
// done is put into `out`.
void take_place(runtime::Context& context, Scratch& scratch, const Manifest& manifest,
                std::chrono::steady_clock::time_point started, RestoreOutput& out);

// A dump of what is about to be replaced, in the folder of backups; "" when it holds no data.
std::string safety_dump(runtime::Context& context, const pg::ConnInfo& target,
                        const TargetState& state);

}  // namespace stele::archive
