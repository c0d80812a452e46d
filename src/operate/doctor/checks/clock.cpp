#include <fmt/format.h>

#include <cmath>

#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

constexpr double kSkew = 2;

Finding examine_clock(DatabaseUnderTest& database) {
    const double ahead = database.facts().clock_ahead;
    const std::string evidence = fmt::format("the server's clock is {:.1f} s {} this machine's",
                                             std::abs(ahead), ahead >= 0 ? "ahead of" : "behind");
    if (std::abs(ahead) <= kSkew) return pass(evidence);
    return warn(evidence, "what expires, what is recent and what is due is judged by two clocks",
                "timedatectl set-ntp true  # on the machine whose clock is wrong");
}

}  // namespace

const Check kClock{"clock", "The clocks agree", Needs::database, examine_clock};

}  // namespace stele::doctor
