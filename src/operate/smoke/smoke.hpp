// Tries a deployed Stele from outside, as its callers reach it.
#pragma once

#include <string>
#include <vector>

#include "operate/smoke/session.hpp"
#include "operate/smoke/types.hpp"

namespace stele::smoke {

// One thing to try. A domain that comes later adds its own to steps().
struct Step {
    const char* name;
    // What was seen, in a few words; throws StepFailed.
    std::string (*run)(Session&);
    // Takes away what this names, and runs although an earlier step failed as long as it names
    // something.
    std::string Session::*cleans_up = nullptr;
};

const std::vector<Step>& steps();  // in the order in which they run

// Runs every step until one fails, then only those that clean up. Throws Error(invalid_argument)
// for a URL that is none.
SmokeOutput smoke(const SmokeInput& input, const std::string& token);

std::string render_smoke(const json::value& output);

}  // namespace stele::smoke
