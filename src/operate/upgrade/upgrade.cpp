#include "operate/upgrade/upgrade.hpp"

#include <fmt/format.h>

#include <array>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::upgrade {

namespace {

// What a step says. Error is for what cannot be asked at all; this for an answer that is no.
struct StepResult {
    int exit_code = 0;
    std::string message;
    std::string hint = {};
};

class Upgrade {
  public:
    Upgrade(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
            const runtime::Context& context, const UpgradeInput& input)
        : registry_(registry), dispatcher_(dispatcher), context_(context), input_(input) {}

    UpgradeOutput run() {
        struct Step {
            const char *name, *operation;
            StepResult (Upgrade::*run)(UpgradeStep&);
            bool changes;
        };
        constexpr std::array kSteps{Step{"plan", "db.migrate", &Upgrade::plan, false},
                                    Step{"lint", "db.lint", &Upgrade::lint, false},
                                    Step{"backup", "db.backups", &Upgrade::backup, false},
                                    Step{"migrate", "db.migrate", &Upgrade::migrate, true},
                                    Step{"status", "db.status", &Upgrade::status, true}};
        UpgradeOutput out;
        out.dry_run = input_.dry_run;
        for (const Step& step : kSteps) {
            UpgradeStep& row = out.steps.emplace_back();
            row.step = step.name;
            row.operation = step.operation;
            if (!out.stopped_at.empty() || (input_.dry_run && step.changes)) continue;
            const StepResult result = answer_of(step.run, row);
            row.state = result.exit_code == 0 ? "ok" : "failed";
            row.message = result.message;
            row.hint = result.hint;
            out.exit_code = result.exit_code;
            if (result.exit_code != 0) out.stopped_at = step.name;
        }
        return out;
    }

  private:
    StepResult answer_of(StepResult (Upgrade::*step)(UpgradeStep&), UpgradeStep& row) {
        if (context_.progress) context_.progress({.message = row.step});
        try {
            return (this->*step)(row);
        } catch (const Error& error) {
            return {exit_code_of(error.code()), std::string(error.message()), error.hint()};
        }
    }

    const json::object& call(UpgradeStep& row, const json::object& input) {
        runtime::Context context = context_;
        context.audit = nullptr;  // each operation is recorded under its own name
        row.report = dispatcher_.call(registry_.get(row.operation), context, input).as_object();
        return *row.report;
    }

    json::object files() const {
        return input_.dir.empty() ? json::object{} : json::object{{"dir", input_.dir}};
    }

    StepResult plan(UpgradeStep& row) {
        json::object wanted = files();
        wanted["plan"] = true;
        const json::object& report = call(row, wanted);
        pending_ = report.at("migrations").as_array().size();
        empty_ = text_of(report, "from") == "none";
        if (pending_ == 0)
            return {0, fmt::format("nothing is pending at {}", text_of(report, "to"))};
        std::string contract;
        for (const json::value& one : report.at("migrations").as_array())
            if (one.at("phase").as_string() == "contract")
                contract += fmt::format(
                    "; {} takes something away: a server of the version before "
                    "the last may still use it",
                    std::string_view(one.at("migration").as_string()));
        return {0, fmt::format("{} pending, from {} to {}{}", pending_, text_of(report, "from"),
                               text_of(report, "to"), contract)};
    }

    StepResult lint(UpgradeStep& row) {
        json::object wanted;
        if (!input_.dir.empty()) wanted["files"] = json::array{json::string(input_.dir)};
        const json::object& report = call(row, wanted);
        const std::size_t findings = report.at("findings").as_array().size();
        if (findings == 0)
            return {0, fmt::format("{} files keep a running server working",
                                   report.at("files").to_number<int>())};
        return {report.at("exitCode").to_number<int>(), fmt::format("{} findings", findings),
                "mend the files, or mark what is meant: `stele db lint` names the way for each"};
    }

    StepResult backup(UpgradeStep& row) {
        if (pending_ == 0) return {0, "none is needed: nothing is pending"};
        if (empty_) return {0, "none is needed: the database is empty"};
        if (input_.without_backup) return {0, "not looked at: --without-backup"};
        constexpr const char* kRemedy =
            "`stele db backup` makes one; --without-backup goes on where a provider makes them";
        for (const json::value& one : call(row, {}).at("backups").as_array()) {
            if (!one.at("own").as_bool()) continue;  // the newest of this database comes first
            const double age = one.at("ageHours").to_number<double>();
            const std::string message = fmt::format("the newest is {:.1f} hours old", age);
            if (age <= input_.max_backup_age_hours) return {0, message};
            return {exit_code_of(Code::refused),
                    fmt::format("{}, more than {}", message, input_.max_backup_age_hours), kRemedy};
        }
        return {exit_code_of(Code::refused), "there is no backup of this database here", kRemedy};
    }

    StepResult migrate(UpgradeStep& row) {
        const json::object& report = call(row, files());
        const std::size_t applied = report.at("migrations").as_array().size();
        return {0, fmt::format("{} applied; the schema is at {}", applied, text_of(report, "to"))};
    }

    StepResult status(UpgradeStep& row) {
        const json::object& report = call(row, {{"writeCheck", true}});
        if (report.at("healthy").as_bool()) return {0, "the database is well"};
        return {report.at("exitCode").to_number<int>(), "the database is not well",
                text_of(report, "hint")};
    }

    const runtime::Registry& registry_;
    runtime::Dispatcher& dispatcher_;
    const runtime::Context& context_;
    const UpgradeInput& input_;
    std::size_t pending_ = 0;
    bool empty_ = false;  // no migration has run
};

}  // namespace

UpgradeOutput upgrade(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
                      const runtime::Context& context, const UpgradeInput& input) {
    return Upgrade(registry, dispatcher, context, input).run();
}

}  // namespace stele::upgrade
