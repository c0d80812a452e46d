#include "app/bring_up.hpp"

#include <fmt/format.h>

#include <condition_variable>

#include "base/error.hpp"
#include "base/log.hpp"
#include "ops/extensions.hpp"
#include "ops/local_cluster.hpp"
#include "ops/migrations.hpp"

namespace stele::app {

namespace {

constexpr std::chrono::seconds kStartLocal{10};
constexpr std::chrono::seconds kFirstPause{1}, kLongestPause{16};

}  // namespace

void bring_up(App& app) {
    if (app.database_origin() == "local cluster") {
        ops::start_local_cluster_if_stopped(kStartLocal);
        app.local_cluster_moved();
    }
    const Deadline deadline = deadline_in(std::chrono::seconds(10));
    ops::refuse_old_extensions(app.db(), deadline);
    const ops::SchemaState state = ops::schema_state(app.db(), deadline);
    if (!state.drift.empty())
        throw Error(Code::refused, state.drift, "`stele db migrate --plan` shows the difference");
    if (state.pending == 0) return;
    if (app.settings().database.migration_mode == api::MigrationMode::manual)
        throw Error(Code::refused,
                    fmt::format("the schema is {} migrations behind this program", state.pending),
                    "run `stele db migrate`, or set database.migrationMode = \"auto\"");
    ops::MigrateOptions options;
    options.connect_tries = 1;
    const auto done = ops::migrate(app.admin(), options);
    app.db().pool().clear();  // sessions opened before do not know the new types
    log::info("migrated the schema to {}", ops::version_text(done.to));
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

void BringUp::run(const std::stop_token& stop) {
    std::condition_variable_any wake;
    for (auto pause = kFirstPause; !stop.stop_requested();
         pause = std::min(pause * 2, kLongestPause)) {
        try {
            bring_up(app_);
            ready_ = true;
            const std::lock_guard lock(mutex_);
            tried_once_ = true;
            tried_.notify_all();
            return;
        } catch (const std::exception& error) {
            std::unique_lock lock(mutex_);
            tried_once_ = true;
            tried_.notify_all();
            if (problem_ != error.what()) log::warn("the database is not ready: {}", error.what());
            problem_ = error.what();
            wake.wait_for(lock, stop, pause, [] { return false; });
        }
    }
}

}  // namespace stele::app
