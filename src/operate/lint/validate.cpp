#include "operate/lint/validate.hpp"

#include <fmt/format.h>

#include <thread>

#include "foundation/base/error.hpp"
#include "operate/lint/catalog.hpp"
#include "operate/lint/probes.hpp"
#include "operate/lint/scratch.hpp"

namespace stele::lint {

namespace {

constexpr std::string_view kNextLine = "\n                      ";  // under the evidence
constexpr int kSteps = 5;  // for the progress: four checks of the files, then the probes

// One run over one set of migrations. Steps that leave something behind have a database of their
// own, so that none suffers from another.
class Validation {
  public:
    Validation(runtime::Context& context, ScratchServer server, const ops::Migrations& migrations)
        : context_(context), server_(std::move(server)), migrations_(migrations) {}

    std::vector<CheckOutput> run(int runners) {
        const ScratchDatabase database(server_);
        if (!apply(database)) return std::move(checks_);
        apply_again(database);
        run_together(runners);
        up_down_up();
        probe_database(database);
        return std::move(checks_);
    }

  private:
    ops::MigrateResult migrate(const ScratchDatabase& database) const {
        return ops::migrate(
            database.info(),
            {.migrations = &migrations_, .connect_tries = 3, .cancelled = context_.cancelled});
    }

    static Catalog catalog_of(const ScratchDatabase& database) {
        return read_catalog(*database.connect());
    }

    void begin(const char* name) {
        if (context_.cancelled.stop_requested())
            throw Error(Code::cancelled, "the validation was cancelled");
        if (context_.progress) context_.progress({double(checks_.size()), kSteps, name});
    }

    // Runs a step that answers with what is wrong, or "". An error is what is wrong, too.
    template <class Step>
    bool check(const char* name, const std::string& well, Step step) {
        begin(name);
        std::string wrong;
        try {
            wrong = step();
        } catch (const Error& error) {
            if (error.code() == Code::cancelled) throw;
            wrong = error.what();
            if (!error.hint().empty()) wrong += fmt::format(" ({})", error.hint());
        }
        checks_.push_back({name, wrong.empty(), wrong.empty() ? well : wrong});
        return wrong.empty();
    }

    bool apply(const ScratchDatabase& database) {
        return check("apply", fmt::format("on an empty database, {} of them", migrations_.size()),
                     [&] {
                         migrate(database);
                         catalog_ = catalog_of(database);
                         return std::string();
                     });
    }

    void apply_again(const ScratchDatabase& database) {
        check("apply-again", fmt::format("the same {} lines of catalog", catalog_.size()), [&] {
            const std::size_t applied = migrate(database).applied.size();
            if (applied != 0) return fmt::format("the second run applied {} migrations", applied);
            return difference(catalog_, catalog_of(database));
        });
    }

    // A catalog that the probes cannot be asked of is not well either.
    void probe_database(const ScratchDatabase& database) {
        begin("probes");
        try {
            const auto connection = database.connect();
            for (CheckOutput& one : probe(*connection, inventory_of(migrations_)))
                checks_.push_back(std::move(one));
        } catch (const Error& error) {
            checks_.push_back({"probes", false, error.what()});
        }
    }

    void run_together(int runners) {
        check("runners", fmt::format("{} at once, each migration applied once", runners), [&] {
            const ScratchDatabase database(server_);
            const std::string wrong = race(database, runners);
            return wrong.empty() ? difference(catalog_, catalog_of(database)) : wrong;
        });
    }

    // What the runners complain of, and whether they applied something twice.
    std::string race(const ScratchDatabase& database, int runners) const {
        std::vector<std::string> errors(static_cast<std::size_t>(runners));
        std::vector<std::size_t> applied(errors.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < errors.size(); ++i)
                threads.emplace_back([&, i] {
                    try {
                        applied[i] = migrate(database).applied.size();
                    } catch (const std::exception& error) {
                        errors[i] = error.what();
                    }
                });
        }
        std::size_t all = 0;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            if (!errors[i].empty()) return fmt::format("runner {}: {}", i + 1, errors[i]);
            all += applied[i];
        }
        return all == migrations_.size()
                   ? ""
                   : fmt::format("{} migrations were applied {} times", migrations_.size(), all);
    }

    void up_down_up() {
        check("up-down-up", "the second up gives the same catalog", [&] {
            const ScratchDatabase database(server_);
            migrate(database);
            const auto connection = database.connect();
            for (auto migration = migrations_.rbegin(); migration != migrations_.rend();
                 ++migration)
                ops::unapply(*connection, *migration, {});
            const std::size_t applied = migrate(database).applied.size();
            if (applied != migrations_.size())
                return fmt::format("the second up applied {} migrations", applied);
            return difference(catalog_, read_catalog(*connection));
        });
    }

    runtime::Context& context_;
    const ScratchServer server_;
    const ops::Migrations& migrations_;
    Catalog catalog_;  // after the first up
    std::vector<CheckOutput> checks_;
};

}  // namespace

ValidateOutput validate(runtime::Context& context, const ValidateInput& input) {
    ops::Migrations files;
    if (!input.dir.empty()) files = ops::migrations_in(input.dir);
    const ops::Migrations& migrations = input.dir.empty() ? ops::embedded_migrations() : files;
    const ScratchServer server = scratch_server(context, input.scratch_url);
    ValidateOutput out;
    out.server = server.login.where();
    out.migrations = int(migrations.size());
    out.checks = Validation(context, server, migrations).run(input.runners);
    for (const CheckOutput& check : out.checks)
        if (!check.passed) out.exit_code = 1;
    return out;
}

std::string render_validate(const json::value& output) {
    std::string out;
    int failed = 0;
    for (const json::value& check : output.at("checks").as_array()) {
        const bool passed = check.at("passed").as_bool();
        failed += passed ? 0 : 1;
        out += fmt::format("{:<7}{:<15}", passed ? "ok" : "FAILED",
                           std::string_view(check.at("name").as_string()));
        for (const char c : std::string_view(check.at("evidence").as_string()))
            out += c == '\n' ? kNextLine : std::string_view(&c, 1);
        out += '\n';
    }
    const int migrations = output.at("migrations").to_number<int>();
    return out + (failed ? fmt::format("{} of {} checks failed\n", failed,
                                       output.at("checks").as_array().size())
                         : fmt::format("the migrations ({}) are well\n", migrations));
}

}  // namespace stele::lint
