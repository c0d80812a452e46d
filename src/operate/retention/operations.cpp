#include "operate/retention/operations.hpp"
#include "runtime/shell_verb.hpp"

#include <fmt/format.h>

#include "operate/retention/retention.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::retention {

namespace {

std::string render(const json::value& output) {
    const bool applied = output.at("applied").as_bool();
    const auto number = [](const json::value& object, const char* name) {
        return object.at(name).to_number<std::int64_t>();
    };
    std::string out;
    for (const json::value& line : output.at("lines").as_array()) {
        const json::value* oldest = line.as_object().if_contains("oldest");
        out += fmt::format("{} {} of {} tenants from {}, {}: {}; the oldest from {}\n",
                           applied ? "deleted" : "would delete", number(line, "rows"),
                           number(line, "tenants"), std::string_view(line.at("table").as_string()),
                           std::string_view(line.at("class").as_string()),
                           std::string_view(line.at("rule").as_string()),
                           oldest ? std::string_view(oldest->as_string()) : "?");
    }
    if (out.empty()) out = "nothing is past its time\n";
    for (const json::value& kept : output.at("classes").as_array())
        out += fmt::format("  {}, {}: {} rows{}\n", std::string_view(kept.at("table").as_string()),
                           std::string_view(kept.at("class").as_string()), number(kept, "rows"),
                           applied ? " before" : "");
    return out;
}

runtime::Operation verb(runtime::Operation op, runtime::Effect effect) {
    op = ops::shell_verb(std::move(op), effect);
    op.idempotent = true;
    op.render = render;
    return op;
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    runtime::Operation op =
        verb(runtime::operation("db.retention_plan", plan), runtime::Effect::read);
    op.command = "db retention plan";
    op.summary = "What would go because its time has passed, and why; changes nothing";
    op.description =
        "By table and class, over every tenant. Durations are settings: retention.ephemeralDays, "
        "standardDays, auditDays, expiredGraceDays; eventDays for months of jobs' events. What is "
        "under legal hold never goes.";
    op.examples = {{"Look", {}}};
    registry.add(op);

    registry.add(
        verb(runtime::operation("db.retention_apply", apply), runtime::Effect::destructive)
            .says("Delete what the plan names",
                  "In batches, inside each tenant, each recorded in retention_log: which rows, by "
                  "which rule, when, by whom. Safe to stop and to run again.")
            .with_command("db retention apply")
            .with_examples({{"Apply", {{"force", true}, {"confirm", "apply-retention"}}}}));
}

}  // namespace stele::retention
