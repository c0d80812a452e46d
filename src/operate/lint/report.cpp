#include "operate/lint/report.hpp"

#include <fmt/format.h>

#include "operate/lint/rules.hpp"

namespace stele::lint {

namespace {

std::string_view text_at(const json::value& object, std::string_view member) {
    return object.at(member).as_string();
}

json::object message(std::string_view text) {
    return {{"text", text}};
}

std::string sentence(std::string_view text) {
    return fmt::format("{}.", text);
}

// A path as a URI reference: absolute ones with their scheme, and nothing that a URI may not hold.
std::string uri_of(std::string_view path) {
    std::string out = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("/-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

json::array sarif_rules() {
    json::array out;
    for (const RuleText& rule : rules())
        out.push_back(json::object{{"id", rule.id},
                                   {"shortDescription", message(sentence(rule.id))},
                                   {"fullDescription", message(sentence(rule.why))},
                                   {"help", message(sentence(rule.safe))},
                                   {"defaultConfiguration", {{"level", "error"}}}});
    return out;
}

json::object sarif_result(const json::value& finding) {
    const std::string_view rule = text_at(finding, "rule");
    const json::object region{{"startLine", finding.at("line")},
                              {"startColumn", finding.at("column")}};
    const json::object place{
        {"physicalLocation",
         json::object{{"artifactLocation", json::object{{"uri", uri_of(text_at(finding, "file"))}}},
                      {"region", region}}}};
    return {{"ruleId", rule},
            {"ruleIndex", std::int64_t(rule_named(rule).value_or(Rule{}))},
            {"level", "error"},
            {"message", message(sentence(text_at(finding, "message")))},
            {"locations", json::array{place}}};
}

std::string lint_text(const json::value& output) {
    std::string out;
    for (const json::value& finding : output.at("findings").as_array())
        out +=
            fmt::format("{}:{}:{}: {}: {}\n    why:  {}\n    safe: {}\n", text_at(finding, "file"),
                        finding.at("line").to_number<int>(), finding.at("column").to_number<int>(),
                        text_at(finding, "rule"), text_at(finding, "message"),
                        text_at(finding, "why"), text_at(finding, "safe"));
    const auto found = output.at("findings").as_array().size();
    const int files = output.at("files").to_number<int>();
    return out + fmt::format("{} finding{} in {} file{}\n", found ? std::to_string(found) : "no",
                             found == 1 ? "" : "s", files, files == 1 ? "" : "s");
}

}  // namespace

json::object sarif(const json::value& output) {
    json::array results;
    for (const json::value& finding : output.at("findings").as_array())
        results.push_back(sarif_result(finding));
    const json::object driver{
        {"name", "stele db lint"}, {"version", STELE_VERSION}, {"rules", sarif_rules()}};
    const json::object run{{"tool", json::object{{"driver", driver}}},
                           {"columnKind", "unicodeCodePoints"},
                           {"results", std::move(results)}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", json::array{run}}};
}

std::string render_lint(const json::value& output) {
    const std::string_view format = text_at(output, "format");
    if (format == "sarif") return pretty(sarif(output)) + "\n";
    if (format == "json") return pretty(output) + "\n";
    return lint_text(output);
}

}  // namespace stele::lint
