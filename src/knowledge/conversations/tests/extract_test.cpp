#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/extract.hpp"

namespace stele::conversations {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<Said> kDeploy{
    {"user", "The deployment of the billing service fails since yesterday. What is going on?"},
    {"assistant", "Let me look at the logs."},
    {"assistant",
     "The migration waits for a lock on the invoices table.\n```\nERROR: canceling statement due "
     "to lock timeout\n```\nA nightly report holds that lock on the invoices table."},
    {"user", "ok"},
    {"assistant",
     "We decided to run the migration before the nightly report, so that the invoices table is "
     "free. The deployment works now."},
    {"user", "Thanks!"}};

TEST(Extract, ChoosesWhatSaysMost) {
    const Digest digest = extract(kDeploy);
    EXPECT_THAT(digest.summary, HasSubstr("We decided to run the migration"));
    EXPECT_THAT(digest.summary, Not(HasSubstr("canceling statement")));
    EXPECT_THAT(digest.summary, Not(HasSubstr("Thanks")));
    EXPECT_GE(digest.keywords.size(), 3u);
    EXPECT_LE(digest.keywords.size(), 7u);
    // Words as they were written, no stems, no stop words.
    EXPECT_THAT(digest.keywords, Contains("migration"));
    EXPECT_THAT(digest.keywords, Contains("invoices"));
    EXPECT_THAT(digest.keywords, Not(Contains("the")));
    EXPECT_EQ(extract(kDeploy).summary, digest.summary);
}

TEST(Extract, DoesNotSayTheSameTwice) {
    std::vector<Said> said;
    for (int i = 0; i < 10; ++i)
        said.push_back({"assistant", "The staging database listens on port 6543 from today on."});
    said.push_back({"user", "Who changes the firewall rules for the reporting network then?"});
    const std::string summary = extract(said).summary;
    EXPECT_THAT(summary, HasSubstr("firewall"));
    EXPECT_EQ(summary.find("6543"), summary.rfind("6543"));
}

TEST(Extract, TakesWhatThereIs) {
    EXPECT_THAT(extract({}).summary, IsEmpty());
    EXPECT_EQ(extract(std::vector<Said>{{"user", "ok"}}).summary, "ok.");
    EXPECT_THAT(extract(std::vector<Said>{{"user", "```\nx = 1\n```"}}).summary,
                HasSubstr("x = 1"));
    EXPECT_FALSE(extract(std::vector<Said>{{"user", "🎉"}}).summary.empty());
    EXPECT_FALSE(
        extract(std::vector<Said>{{"user", "データベースは移行中です。"}}).summary.empty());
    const std::string long_line(100'000, 'x');
    EXPECT_LT(extract(std::vector<Said>{{"user", long_line}}).summary.size(), 400u);
}

}  // namespace
}  // namespace stele::conversations
