// A check: one question about the installation. Each is a file in checks/, listed in checks.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "operate/doctor/database_under_test.hpp"
#include "operate/doctor/types.hpp"

namespace stele::doctor {

struct Finding {
    Verdict verdict = Verdict::pass;
    std::string evidence;  // what was seen
    std::string cause;     // why that is wrong, in one sentence without a final stop
    std::string mend;      // the command: SQL for psql, or a shell's; several with line breaks
};

inline Finding pass(std::string evidence) {
    return {Verdict::pass, std::move(evidence), "", ""};
}
inline Finding warn(std::string evidence, std::string cause, std::string mend) {
    return {Verdict::warn, std::move(evidence), std::move(cause), std::move(mend)};
}
inline Finding fail(std::string evidence, std::string cause, std::string mend) {
    return {Verdict::fail, std::move(evidence), std::move(cause), std::move(mend)};
}
inline Finding skipped(std::string why) {
    return {Verdict::skipped, std::move(why), "", ""};
}

// What must be there for the question to have an answer; without it the check is skipped, and the
// finding says so.
enum class Needs { nothing, database, schema };

struct Check {
    std::string_view name;   // kebab-case, for --only
    std::string_view about;  // a few words
    Needs needs;
    // May throw Error: the check then warns that it could not be carried out.
    Finding (*examine)(DatabaseUnderTest&);
};

// In the order of the report.
std::span<const Check> all_checks();

}  // namespace stele::doctor
