#include "app/bring_up.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "operate/migrations/migrations.hpp"
#include "operate/migrations/schema_place.hpp"

namespace stele::app {

namespace {

constexpr std::chrono::seconds kStartLocal{10};
constexpr std::chrono::seconds kFirstPause{1}, kLongestPause{16};

// A configured schema that is not there yet has everything before it.
ops::SchemaState state_of(App& app, Deadline deadline) {
    try {
        ops::refuse_old_extensions(app.db(), deadline);
        return ops::schema_state(app.db(), deadline);
    } catch (const Error& error) {
        if (!error.details().contains("schema")) throw;
        ops::SchemaState out;
        out.pending = int(ops::embedded_migrations().size());
        return out;
    }
}

void migrate(App& app, const ops::SchemaState& state) {
    if (app.settings().database.migration_mode == runtime::MigrationMode::manual)
        throw Error(Code::refused,
                    fmt::format("the schema is {} migrations behind this program", state.pending),
                    "run `stele db migrate`, or set database.migrationMode = \"auto\"");
    ops::MigrateOptions options;
    options.connect_tries = 1;
    options.schema = app.settings().database.schema;
    const auto done = ops::migrate(app.admin(), options);
    app.db().pool().clear();  // sessions opened before do not know the new types
    log::info("migrated the schema to {}", ops::version_text(done.to));
}

// The database keeps tenants apart for logins that row-level security binds. A more powerful login
// steps down to stele_runtime; one that cannot would leave it to every WHERE clause.
void refuse_row_security_bypass(App& app, Deadline deadline) {
    const ops::Bypass bypass = ops::row_security_bypass(app.db(), deadline);
    if (bypass.why.empty()) return;
    const std::string problem = fmt::format(
        "the login {} {} and is no member of stele_runtime: row-level security does "
        "not keep tenants apart for it",
        bypass.login, bypass.why);
    const std::string remedy =
        fmt::format("GRANT stele_runtime TO {}, or use a login of its own", bypass.login);
    if (app.settings().environment == runtime::Environment::production)
        throw Error(Code::refused, "environment is production: " + problem, remedy,
                    {{ops::kRefusal, "row-security"}});
    log::warn("{}; production would refuse it: {}", problem, remedy);
}

}  // namespace

void bring_up(App& app) {
    if (app.database_origin() == "local cluster") {
        ops::start_local_cluster_if_stopped(kStartLocal);
        app.local_cluster_moved();
    }
    const Deadline deadline = deadline_in(std::chrono::seconds(10));
    const ops::SchemaState state = state_of(app, deadline);
    if (!state.drift.empty())
        throw Error(Code::refused, state.drift, "`stele db migrate --plan` shows the difference");
    if (state.pending > 0) migrate(app, state);
    refuse_row_security_bypass(app, deadline);
}

BringUp::BringUp(App& app)
    : app_(app), thread_([this](const std::stop_token& stop) { run(stop); }) {}

BringUp::~BringUp() {
    thread_.request_stop();
}

void BringUp::wait_first_try(Deadline deadline) const {
    std::unique_lock lock(mutex_);
    tried_.wait_until(lock, deadline, [this] { return tried_once_; });
}

std::string BringUp::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void BringUp::rethrow_refusal() const {
    const std::lock_guard lock(mutex_);
    if (refusal_) std::rethrow_exception(refusal_);
}

// False when no later try can succeed: the process is to end, and says why.
bool BringUp::note_failure(const std::exception& problem) {
    const auto* error = dynamic_cast<const Error*>(&problem);
    const std::lock_guard lock(mutex_);
    tried_once_ = true;
    tried_.notify_all();
    if (error && error->details().contains(ops::kRefusal)) {
        refusal_ = std::current_exception();
        ::kill(::getpid(), SIGTERM);
        return false;
    }
    if (problem_ != problem.what()) log::warn("the database is not ready: {}", problem.what());
    problem_ = problem.what();
    return true;
}

void BringUp::run(const std::stop_token& stop) {
    std::condition_variable_any wake;
    for (auto pause = kFirstPause; !stop.stop_requested();
         pause = std::min(pause * 2, kLongestPause)) {
        try {
            bring_up(app_);
            ready_ = true;
            log::info("Postgres backend ready at {}", app_.db().pool().info().where());
            const std::lock_guard lock(mutex_);
            tried_once_ = true;
            tried_.notify_all();
            return;
        } catch (const std::exception& problem) {
            if (!note_failure(problem)) return;
        }
        std::unique_lock lock(mutex_);
        wake.wait_for(lock, stop, pause, [] { return false; });
    }
}

}  // namespace stele::app
