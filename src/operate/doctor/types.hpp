// What the doctor is asked and answers.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::doctor {

using reflect::field;
using reflect::fields;

enum class Verdict { pass, warn, fail, skipped };

struct DoctorInput {
    std::vector<std::string> only;
    bool list = false;
    template <class S = DoctorInput>
    static auto describe() {
        return fields(field("only", &S::only, "Run these checks alone; names, also with commas"),
                      field("list", &S::list, "Name the checks and run none"));
    }
};

struct CheckOutput {
    std::string name;
    std::string about;
    Verdict verdict = Verdict::pass;
    std::string evidence;
    std::string cause;
    std::string mend;
    template <class S = CheckOutput>
    static auto describe() {
        return fields(
            field("name", &S::name, "For --only"), field("about", &S::about, "What is looked at"),
            field("verdict", &S::verdict, "pass, warn, fail, or skipped: it could not be seen"),
            field("evidence", &S::evidence, "What was seen"),
            field("cause", &S::cause, "Why that is wrong, in a sentence; empty when it is not"),
            field("mend", &S::mend, "The command that mends it; empty when nothing needs to"));
    }
};

struct DoctorOutput {
    int exit_code = 0;
    bool healthy = true;
    int passed = 0;
    int warnings = 0;
    int failed = 0;
    int skipped = 0;
    std::vector<CheckOutput> checks;
    template <class S = DoctorOutput>
    static auto describe() {
        return fields(field("exitCode", &S::exit_code, "0, or 1 when a check failed"),
                      field("healthy", &S::healthy, "No check failed"),
                      field("passed", &S::passed, "How many are well"),
                      field("warnings", &S::warnings, "How many work, but should be looked at"),
                      field("failed", &S::failed, "How many are broken"),
                      field("skipped", &S::skipped, "How many could not be looked at"),
                      field("checks", &S::checks, "Each check, in their order"));
    }
};

}  // namespace stele::doctor

namespace stele::reflect {

template <>
struct EnumNames<doctor::Verdict> {
    static constexpr std::array<std::pair<doctor::Verdict, std::string_view>, 4> values{
        {{doctor::Verdict::pass, "pass"},
         {doctor::Verdict::warn, "warn"},
         {doctor::Verdict::fail, "fail"},
         {doctor::Verdict::skipped, "skipped"}}};
};

}  // namespace stele::reflect
