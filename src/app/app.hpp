// The composition: settings become a database, an embedder and the contexts that operations run in.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "doors/cli/cli.hpp"
#include "foundation/embed/embedder.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/config.hpp"
#include "runtime/context.hpp"
#include "runtime/metrics.hpp"
#include "runtime/notifier.hpp"
#include "work/jobs/queue/notify_bridge.hpp"

namespace stele::app {

inline constexpr const char* kVersion = STELE_VERSION;

std::string host_name();

// One process's parts, made when first needed: `--help` opens nothing, `search` opens what it uses.
class App {
  public:
    // `metrics` must outlive this.
    App(const cli::Globals& globals, runtime::Metrics& metrics);

    const runtime::Settings& settings() const { return config_.settings; }
    const runtime::LoadedConfig& config() const { return config_; }
    // The settings' agent: tenant, instance, posse and scope of this process.
    const runtime::Caller& caller() const { return caller_; }
    // The guard of production (app/guard.hpp); elsewhere `warn` puts its findings into the log.
    // Throws Error(refused).
    void guard(bool warn) const;
    pg::Database& db();
    // The owner's connection, for migrations.
    pg::ConnInfo admin();
    // Null when the settings say none, or the model is not installed (said once in the log).
    embed::Embedder* embedder();
    // On behalf of the settings' agent; doors change the caller afterwards.
    runtime::Context context(Deadline deadline, std::string request_id = {});
    // From now on this process hears of jobs that others submit, and tells them of its own.
    void hear();
    // The streams of events that this process serves; nullptr: none any more.
    void serves(events::Feed* feed) { feed_ = feed; }
    // Where others reach this server, unless the settings say. Before anybody asks for a context.
    void listens_at(const std::string& url);
    const std::string& database_origin() const { return database_origin_; }
    // After the local cluster was started it may listen elsewhere than before.
    void local_cluster_moved();

  private:
    pg::ConnInfo app_info() const;
    pg::ConnInfo session_info() const;

    runtime::LoadedConfig config_;
    runtime::Metrics& metrics_;
    runtime::Caller caller_;
    // The URLs change when the local cluster moves, which another thread may find out.
    mutable std::mutex urls_mutex_;
    std::string url_, session_url_, admin_url_, database_origin_;
    std::once_flag db_once_, embedder_once_;
    std::unique_ptr<pg::Database> db_;
    std::shared_ptr<embed::Embedder> embedder_;
    runtime::Notifier notifier_;
    std::unique_ptr<jobs::NotifyBridge> notify_bridge_;
    std::atomic<events::Feed*> feed_ = nullptr;
};

}  // namespace stele::app
