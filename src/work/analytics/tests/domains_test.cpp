#include "work/analytics/domains.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace stele::analytics {
namespace {

TEST(Domains, AreToldFromWords) {
    const std::pair<const char*, const char*> kPrompts[] = {
        {"Refactor the parser and add a unit test for the crash", "product-engineering"},
        {"Fix the Kubernetes rollout on staging, the ingress is down", "platform-infrastructure"},
        {"Check the login for XSS and CSRF and rotate every credential", "security-compliance"},
        {"Build a dbt model and a notebook with cohort statistics", "data-intelligence"},
        {"Figma wireframe: typography and contrast for dark mode", "design-experience"},
        {"Proofread the newsletter, then translate the blog post", "content-communications"},
        {"Write cold email outreach; raise the conversion of the funnel", "revenue-growth"},
        {"Answer the Zendesk ticket, offer a refund, watch the SLA", "customer-operations"},
        {"Forecast cash flow and runway for the board meeting", "strategy-finance"},
        {"Review the NDA: liability clause and governing law, GDPR", "legal-governance"}};
    for (const auto& [prompt, domain] : kPrompts) EXPECT_EQ(domain_of(prompt), domain) << prompt;
}

TEST(Domains, WordsAreWhole) {
    EXPECT_EQ(domain_of("A special decision, socially"), "general");  // "ci" is in each
    EXPECT_EQ(domain_of("run the CI."), "platform-infrastructure");
    EXPECT_EQ(domain_of("Two CI/CD things"), "platform-infrastructure");
    EXPECT_EQ(domain_of("the rapid capital of a lawn"), "strategy-finance");  // no api, no law
    EXPECT_EQ(domain_of("tickets, REFUNDS"), "customer-operations");
}

TEST(Domains, APhraseIsItsWordsInOrder) {
    EXPECT_EQ(domain_of("the balance of a sheet"), "general");
    EXPECT_EQ(domain_of("a balance-sheet"), "strategy-finance");
}

TEST(Domains, AWordIsCountedOnce) {
    EXPECT_EQ(domain_of("legal legal legal, of a kubernetes cluster"), "platform-infrastructure");
}

TEST(Domains, NothingIsGeneral) {
    EXPECT_EQ(domain_of(""), "general");
    EXPECT_EQ(domain_of("Grüße an alle"), "general");
    EXPECT_EQ(domain_of(std::string(100'000, '-')), "general");
}

TEST(Domains, TheirWordsAreLowerCaseAndTheirOwn) {
    ASSERT_EQ(domains().size(), 10u);
    std::set<std::string_view> seen;
    for (const DomainWords& domain : domains())
        for (const std::string_view words : domain.words) {
            EXPECT_TRUE(seen.insert(words).second) << words;
            EXPECT_TRUE(std::ranges::all_of(words, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ';
            })) << words;
            EXPECT_LE(std::ranges::count(words, ' '), 2) << words;
            // Alone it must be found: a phrase of too many words never is.
            EXPECT_NE(domain_of(words), kGeneral) << words;
        }
}

}  // namespace
}  // namespace stele::analytics
