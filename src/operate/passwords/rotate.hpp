// `stele db rotate-password`: a role gets another password, and its file too.
#pragma once

#include <functional>

#include "operate/passwords/types.hpp"
#include "runtime/context.hpp"

namespace stele::passwords {

// What has just been done. After each of them a kill leaves one password that works: the file's or
// that of <file>.new.
enum class Step {
    kept,      // the new password is on the disk, in <file>.new
    altered,   // the role has it
    proven,    // a login with it succeeded
    prepared,  // what makes the file again has it: Docker's environment file
    written,   // the file has it
    removed    // <file>.new is gone
};

// Throws Error(configuration) for a password that stands in no file, and what connecting throws.
// `after` is told each step (tests end the process there).
RotateOutput rotate(runtime::Context& context, const RotateInput& input,
                    const std::function<void(Step)>& after = {});

}  // namespace stele::passwords
