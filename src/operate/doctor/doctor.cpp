#include "operate/doctor/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/suggest.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/error.hpp"
#include "operate/doctor/check.hpp"

namespace stele::doctor {

namespace {

// How long a database may take to answer; a healthy one takes a tenth of a second.
constexpr std::chrono::milliseconds kPatience{10'000};

std::vector<std::string> names_of(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const std::string& word : words)
        for (const std::string_view name : comma_list(word)) out.emplace_back(name);
    return out;
}

std::vector<const Check*> chosen(const std::vector<std::string>& only) {
    const std::vector<std::string> names = names_of(only);
    std::vector<std::string_view> known;
    for (const Check& check : all_checks()) known.push_back(check.name);
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw Error(Code::invalid_argument,
                        fmt::format("only: there is no check \"{}\"{}", excerpt(name, 60),
                                    did_you_mean(name, known)),
                        "`stele doctor --list` names them");
    std::vector<const Check*> out;
    for (const Check& check : all_checks())
        if (names.empty() || std::find(names.begin(), names.end(), check.name) != names.end())
            out.push_back(&check);
    return out;
}

Finding run(const Check& check, DatabaseUnderTest& database) {
    if (check.needs != Needs::nothing && database.problem())
        return skipped("the database cannot be asked: see connect");
    if (check.needs == Needs::schema && !database.facts().schema)
        return skipped("Stele's tables are not there: see migrations");
    try {
        return check.examine(database);
    } catch (const Error& error) {
        const auto* server = dynamic_cast<const pg::ServerError*>(&error);
        return warn(std::string(error.message()),
                    server && server->connection_lost()
                        ? "the connection was lost while this was looked at"
                        : "this could not be looked at",
                    error.hint());
    }
}

void count(DoctorOutput& out, Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            ++out.passed;
            break;
        case Verdict::warn:
            ++out.warnings;
            break;
        case Verdict::fail:
            ++out.failed;
            break;
        case Verdict::skipped:
            ++out.skipped;
            break;
    }
}

std::string_view text(const json::value& check, const char* name) {
    return check.at(name).as_string();
}

// "mend:  " before the first line, blanks before the others.
std::string labelled(std::string_view label, std::string_view lines) {
    std::string out;
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        out += fmt::format("      {:<6} {}\n", label, lines.substr(0, end));
        label = "";
        lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    }
    return out;
}

}  // namespace

DoctorOutput examine(runtime::Context& context, const DoctorInput& input) {
    DoctorOutput out;
    const auto checks = chosen(input.only);
    if (input.list) {
        for (const Check* check : checks)
            out.checks.push_back({std::string(check->name), std::string(check->about),
                                  Verdict::skipped, "not run", "", ""});
        out.skipped = int(checks.size());
        return out;
    }
    DatabaseUnderTest database(context, std::min(context.deadline, deadline_in(kPatience)));
    for (const Check* check : checks) {
        const Finding finding = run(*check, database);
        count(out, finding.verdict);
        out.checks.push_back({std::string(check->name), std::string(check->about), finding.verdict,
                              redact(finding.evidence), redact(finding.cause),
                              redact(finding.mend)});
    }
    out.healthy = out.failed == 0;
    out.exit_code = out.healthy ? 0 : 1;
    return out;
}

std::string render(const json::value& output) {
    std::string out;
    bool ran = false;
    for (const json::value& check : output.at("checks").as_array()) {
        const bool listed = text(check, "evidence") == "not run";
        if (listed) {
            out += fmt::format("{:<20} {}\n", text(check, "name"), text(check, "about"));
            continue;
        }
        ran = true;
        std::string verdict(text(check, "verdict"));
        for (char& c : verdict) c = char(std::toupper(static_cast<unsigned char>(c)));
        out +=
            fmt::format("{:<7} {:<20} {}\n", verdict, text(check, "name"), text(check, "evidence"));
        out += labelled("cause", text(check, "cause"));
        out += labelled("mend", text(check, "mend"));
    }
    if (!ran) return out;
    const auto number = [&](const char* name) { return output.at(name).to_number<int>(); };
    return out + fmt::format("{} passed, {} warnings, {} failed, {} skipped\n", number("passed"),
                             number("warnings"), number("failed"), number("skipped"));
}

}  // namespace stele::doctor
