#include <fmt/format.h>

#include "operate/doctor/checks.hpp"
#include "runtime/background/dead_letters.hpp"

namespace stele::doctor {

namespace {

constexpr int kMost = 1000, kShown = 3;

Finding examine_dead_letters(DatabaseUnderTest& database) {
    runtime::Context context = database.context();
    context.deadline = std::min(context.deadline, database.deadline());
    const auto letters = background::dead_letters(context, std::nullopt, std::nullopt, kMost);
    if (letters.empty()) return pass("background tasks of this project have set nothing aside");
    std::string evidence = fmt::format("{}{} items of this project were set aside", letters.size(),
                                       letters.size() == kMost ? " or more" : "");
    for (std::size_t i = 0; i < letters.size() && i < kShown; ++i)
        evidence +=
            fmt::format("; {} {}: {}", letters[i].kind, letters[i].item.text(), letters[i].reason);
    return warn(evidence,
                "a background task was refused them, and nothing tries them again by itself",
                "stele background list\nstele background retry  # once the reason is gone");
}

}  // namespace

const Check kDeadLetters{"dead-letters", "Background tasks have given nothing up", Needs::schema,
                         examine_dead_letters};

}  // namespace stele::doctor
