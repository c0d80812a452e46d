#include "runtime/confirm.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::ops {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Error refusal(bool force, const std::string& given) {
    try {
        require_confirmation(force, given, "reset-postgres");
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("it was let through");
}

TEST(Confirm, BothWordsLetThrough) {
    EXPECT_NO_THROW(require_confirmation(true, "reset-postgres", "reset-postgres"));
}

TEST(Confirm, AnythingLessIsRefusedAndTheWordsAreNamed) {
    for (const bool force : {false, true})
        for (const char* given : {"", "reset-postgre", "Reset-Postgres", "reset-postgres"}) {
            if (force && given == std::string("reset-postgres")) continue;
            const Error error = refusal(force, given);
            EXPECT_EQ(exit_code_of(error.code()), 4);
            EXPECT_THAT(error.hint(), HasSubstr("--force --confirm reset-postgres"));
            EXPECT_EQ(error.details().at("confirm"), "reset-postgres");
        }
}

TEST(Confirm, SaysWhatIsMissing) {
    EXPECT_THAT(refusal(false, "").what(),
                HasSubstr("--force is missing and --confirm is missing"));
    EXPECT_STREQ(refusal(true, "").what(), "nothing was changed: --confirm is missing");
    EXPECT_STREQ(refusal(false, "reset-postgres").what(),
                 "nothing was changed: --force is missing");
    EXPECT_THAT(refusal(true, "hunter2").what(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace stele::ops
