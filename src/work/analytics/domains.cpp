#include "work/analytics/domains.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "foundation/base/text.hpp"

namespace stele::analytics {

namespace {

// Words and phrases of each, with commas between: clang-format would give every word a line.
struct Row {
    std::string_view name, words;
};
constexpr Row kRows[] = {
    {"product-engineering",
     "acceptance criteria, api, app, backend, bug, bugfix, class, code, code review, codebase, "
     "compile, compiler, crash, debug, debugging, dependency, endpoint, feature, fix, "
     "frontend, full stack, function, graphql, implement, implementation, integration test, "
     "javascript, library, merge, method, microservice, mobile, module, parser, product "
     "requirement, programming, prototype, pull request, python, react, refactor, refactoring, "
     "regression, release, repository, rest api, rust, sdk, software, stack trace, test, "
     "typescript, unit test, user story, web app"},
    {"platform-infrastructure",
     "autoscaling, aws, azure, backup, build pipeline, cache, cd, ci, cicd, cloud, cluster, "
     "container, cron, daemon, dashboards, deploy, deployment, devops, disk, dns, docker, "
     "failover, firewall, gcp, grafana, helm, incident, infrastructure, ingress, kubernetes, "
     "latency, linux, load balancer, log rotation, migration, monitoring, network, nginx, "
     "observability, on call, outage, pipeline, postgres, postgresql, prometheus, "
     "provisioning, queue, redis, rollback, rollout, scaling, server, sre, staging, systemd, "
     "terraform, throughput, uptime, vm, yaml"},
    {"security-compliance",
     "access control, attack, audit trail, auth, authentication, authorization, breach, "
     "certificate, cipher, compliance, credential, csrf, cve, data protection, encrypt, "
     "encryption, exploit, fedramp, hardening, hipaa, iam, injection, intrusion, iso 27001, "
     "least privilege, malware, mfa, oauth, owasp, password, patching, pci, penetration test, "
     "pentest, permission, phishing, privilege escalation, ransomware, rbac, rotate keys, "
     "sanitize, secret, security, security review, sox, soc 2, sso, threat, threat model, tls, "
     "token leak, vulnerability, vulnerabilities, xss, zero trust"},
    {"data-intelligence",
     "ab test, aggregation, airflow, analysis, analytics, anomaly, bi, big query, bigquery, "
     "chart, classifier, clustering, cohort, correlation, csv, data lake, data pipeline, data "
     "quality, data science, data set, data warehouse, dataframe, dataset, dbt, embedding, "
     "etl, evaluation set, experiment, feature store, fine tuning, forecasting, histogram, "
     "hypothesis, inference, jupyter, kpi, labelled data, llm, machine learning, ml, model "
     "training, neural, notebook, numpy, outlier, pandas, parquet, prediction, regression "
     "analysis, snowflake, spark, sql query, statistics, time series, training data, vector "
     "search, visualization"},
    {"design-experience",
     "a11y, accessibility, animation, aria, brand guideline, button, color, colour, contrast, "
     "css, dark mode, design, design system, design token, figma, font, hover, icon, "
     "illustration, interaction, landing page design, layout, mockup, modal, motion, "
     "navigation, onboarding flow, palette, persona, responsive, screen reader, sketch, "
     "spacing, storyboard, style guide, tailwind, theme, tooltip, typography, ui, usability, "
     "usability test, user experience, user interface, user journey, user research, ux, "
     "viewport, visual, wcag, wireframe"},
    {"content-communications",
     "announcement, article, blog, blog post, brief, caption, changelog entry, copy, "
     "copyediting, copywriting, documentation, draft, editorial, email draft, essay, faq, "
     "glossary, grammar, guide, headline, internal memo, keynote, localisation, localization, "
     "messaging, narrative, newsletter, outline, paragraph, podcast, press release, proofread, "
     "proofreading, public relations, readme, release notes, rewrite, script, slide deck, "
     "social media, speech, story, style, summarise, summarize, summary, talking point, tone, "
     "transcript, translate, translation, tutorial, tweet, video script, webinar, whitepaper, "
     "writing"},
    {"revenue-growth",
     "account executive, acquisition, ad campaign, ads, affiliate, arr, attribution, b2b, "
     "campaign, cold email, conversion, conversion rate, crm, cross sell, deal, demand "
     "generation, demo request, discount, funnel, go to market, google ads, growth, growth "
     "hacking, gtm, hubspot, keyword research, lead, lead generation, marketing, mrr, "
     "outbound, outreach, paid search, paywall, pipeline review, pricing page, promotion, "
     "proposal, prospect, quota, referral, renewal, retargeting, revenue, sales, sales call, "
     "salesforce, seo, signup, trial, upsell, win rate"},
    {"customer-operations",
     "account manager, api support, call center, chatbot, churn, "
     "complaint, csat, customer, customer care, customer feedback, customer service, customer "
     "success, customer support, escalation, feedback survey, first response, freshdesk, help "
     "center, help desk, helpdesk, inbox, intercom, knowledge base, live chat, macro, nps, "
     "onboarding call, order status, refund, reply to, resolution time, response time, return "
     "request, satisfaction, service desk, service level, shipment, sla, support, support "
     "agent, support ticket, ticket, troubleshooting guide, user complaint, warranty, zendesk"},
    {"strategy-finance",
     "accounting, balance sheet, board deck, board meeting, break even, budget, budgeting, "
     "burn rate, business case, business model, business plan, cac, capital, cash flow, cfo, "
     "competitive analysis, competitor, cost reduction, due diligence, ebitda, expense, "
     "finance, financial, fiscal, forecast, fundraising, headcount, income statement, "
     "investment, investor, invoice, ipo, ledger, ltv, margin, market size, market sizing, "
     "merger, okr, p l, payroll, pitch deck, portfolio, profit, quarterly plan, "
     "reconciliation, roadmap, roi, runway, scenario planning, strategic, strategy, swot, tax, "
     "unit economics, valuation, variance"},
    {"legal-governance",
     "agreement, arbitration, attorney, bylaws, ccpa, clause, confidentiality, consent form, "
     "contract, contract review, cookie policy, copyright, counsel, data processing agreement, "
     "disclaimer, dpa, dpia, eula, export control, gdpr, governance, governing law, indemnity, "
     "indemnification, infringement, intellectual property, jurisdiction, law, lawsuit, "
     "lawyer, legal, legal hold, liability, licence, license agreement, licensing, litigation, "
     "msa, nda, non compete, patent, policy review, privacy, privacy policy, regulation, "
     "regulator, regulatory, retention policy, statute, subpoena, terms of service, trademark, "
     "warranties"}};

constexpr std::size_t kPhrase = 3;  // words of the longest phrase

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) > 127;
}

// Every word and every two and three that follow each other, one space between.
class AnnotatedText {
  public:
    explicit AnnotatedText(std::string_view prompt) {
        std::vector<std::size_t> begins, ends;
        for (const char raw : prompt) {
            const char c = lower_ascii(raw);
            if (is_word_byte(c)) {
                if (begins.size() == ends.size()) begins.push_back(text_.size());
                text_ += c;
            } else if (begins.size() > ends.size()) {
                ends.push_back(text_.size());
                text_ += ' ';
            }
        }
        if (begins.size() > ends.size()) ends.push_back(text_.size());
        const std::string_view all = text_;
        for (std::size_t i = 0; i < begins.size(); ++i)
            for (std::size_t j = i; j < std::min(i + kPhrase, ends.size()); ++j)
                phrases_.insert(all.substr(begins[i], ends[j] - begins[i]));
    }
    AnnotatedText(const AnnotatedText&) = delete;

    bool has(std::string_view words) const {
        return phrases_.contains(words) || phrases_.contains(std::string(words) + "s");
    }

  private:
    std::string text_;
    std::unordered_set<std::string_view> phrases_;  // into text_
};

std::vector<DomainWords> read_rows() {
    std::vector<DomainWords> out;
    for (const Row& row : kRows) {
        DomainWords& domain = out.emplace_back();
        domain.name = row.name;
        domain.words = comma_list(row.words);
    }
    return out;
}

}  // namespace

const std::vector<DomainWords>& domains() {
    static const std::vector<DomainWords> all = read_rows();
    return all;
}

std::string domain_of(std::string_view prompt) {
    const AnnotatedText said(prompt);
    std::string_view best = kGeneral;
    std::ptrdiff_t most = 0;
    for (const DomainWords& domain : domains()) {
        const auto count = std::ranges::count_if(
            domain.words, [&](std::string_view words) { return said.has(words); });
        if (count <= most) continue;
        most = count;
        best = domain.name;
    }
    return std::string(best);
}

}  // namespace stele::analytics
