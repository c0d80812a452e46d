#include "app/app.hpp"

#include <unistd.h>

#include <filesystem>

#include "app/guard.hpp"
#include "app/measured_embedder.hpp"
#include "compat/settings/settings.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/http/client.hpp"
#include "foundation/os/repository.hpp"
#include "foundation/pg/environment.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "runtime/caller/scope_path.hpp"

namespace stele::app {

namespace {

// "project:<the git repository that this folder is in>", else global.
std::string scope_of_working_directory() {
    std::error_code error;
    const auto repository = repository_of(std::filesystem::current_path(error));
    return repository ? "project:" + repository->string() : "global";
}

runtime::Caller caller_of(const runtime::AgentSettings& agent) {
    runtime::Caller out;
    out.org = *Uuid::parse(agent.org);
    out.project = *Uuid::parse(agent.project);
    out.instance = agent.instance.empty() ? host_name() : agent.instance;
    out.posse = agent.posse;
    out.scope =
        agent.scope.empty() ? scope_of_working_directory() : runtime::normal_scope(agent.scope);
    if (out.scope != "global" && !out.scope.starts_with("project:"))
        throw Error(Code::configuration, "agent.scope: expected global or project:<path>");
    return out;
}

embed::Settings embed_settings(const runtime::EmbeddingSettings& s) {
    embed::Settings out;
    out.kind = s.kind == runtime::EmbedderKind::none       ? embed::Kind::none
               : s.kind == runtime::EmbedderKind::endpoint ? embed::Kind::endpoint
                                                           : embed::Kind::builtin;
    out.model_dir = s.model_dir;
    out.url = s.url;
    out.model = s.model;
    out.api_key = s.api_key;
    out.dimensions = s.dimensions;
    out.batch_size = std::size_t(s.batch_size);
    out.timeout_ms = s.timeout_ms;
    out.query_timeout_ms = s.query_timeout_ms;
    out.query_cache_entries = std::size_t(s.query_cache);
    out.max_tokens = s.max_tokens;
    out.send_dimensions = s.send_dimensions;
    out.query_prefix = s.query_prefix;
    out.document_prefix = s.document_prefix;
    out.breaker_failures = s.breaker_failures;
    out.breaker_ms = s.breaker_ms;
    return out;
}

}  // namespace

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 && name[0] ? name : "localhost";
}

App::App(const cli::Globals& globals, runtime::Metrics& metrics)
    : config_(runtime::load_config(globals.config, globals.overrides, compat::all_foreign_names())),
      metrics_(metrics),
      caller_(caller_of(config_.settings.agent)) {
    config_.settings.agent.instance = caller_.instance;
    if (!log::set_level(config_.settings.log_level))
        throw Error(Code::configuration, "logLevel: expected debug, info, warn, error or off");
    for (const std::string& note : config_.notes) log::info("{}: {}", config_.file, note);
    url_ = config_.settings.database.url;
    session_url_ = config_.settings.database.session_url();
    admin_url_ = config_.settings.database.owner_url();
    database_origin_ = "configuration";
    if (!url_.empty()) return;
    const auto local = ops::local_cluster_urls();
    database_origin_ = local ? "local cluster" : "PGHOST and the like";
    if (!local) return;
    pg::ignore_libpq_environment();
    url_ = session_url_ = local->app;
    admin_url_ = local->admin;
}

void App::guard(bool warn) const {
    const std::vector<Unsafe> found = unsafe_settings(config_.settings.database);
    refuse_unsafe(config_.settings.environment, found);
    for (const Unsafe& one : found) {
        // Without a URL the local cluster is meant, which is as it should be on a developer's
        // machine.
        if (warn && one.rule != "empty-url")
            log::warn("{}: {}; production would refuse it", one.setting, one.problem);
    }
}

pg::Database& App::db() {
    std::call_once(db_once_, [this] {
        const runtime::DatabaseSettings& s = config_.settings.database;
        pg::PoolOptions options;
        options.size = std::size_t(s.pool_size);
        options.acquire_timeout = std::chrono::milliseconds(s.acquire_timeout_ms);
        options.connect_timeout = std::chrono::milliseconds(s.connect_timeout_ms);
        options.prepared_statements = s.prepared_statements;
        options.statement_timeout = std::chrono::milliseconds(s.statement_timeout_ms);
        options.idle_in_transaction_timeout =
            std::chrono::milliseconds(s.idle_in_transaction_timeout_ms);
        options.idle_timeout = std::chrono::milliseconds(s.idle_timeout_ms);
        db_ = std::make_unique<pg::Database>(app_info(), options);
    });
    return *db_;
}

pg::ConnInfo App::app_info() const {
    const std::lock_guard lock(urls_mutex_);
    pg::ConnInfo info = pg::ConnInfo::parse(url_);
    if (const std::string& schema = config_.settings.database.schema; !schema.empty())
        info.set(pg::kSchema, schema);
    return info;
}

pg::ConnInfo App::session_info() const {
    const std::lock_guard lock(urls_mutex_);
    return pg::ConnInfo::parse(session_url_);
}

void App::local_cluster_moved() {
    const auto local = ops::local_cluster_urls();
    {
        const std::lock_guard lock(urls_mutex_);
        if (!local || local->app == url_) return;
        url_ = session_url_ = local->app;
        admin_url_ = local->admin;
    }
    db().pool().redirect(app_info());
}

pg::ConnInfo App::admin() {
    const std::lock_guard lock(urls_mutex_);
    return pg::ConnInfo::parse(admin_url_);
}

embed::Embedder* App::embedder() {
    std::call_once(embedder_once_, [this] {
        try {
            embedder_ = measured(embed::make_embedder(embed_settings(config_.settings.embedding)),
                                 metrics_);
        } catch (const Error& error) {
            // What the user asked for by name must be there; the default model may be missing.
            if (config_.settings.embedding.kind == runtime::EmbedderKind::endpoint ||
                !config_.settings.embedding.model_dir.empty())
                throw;
            log::warn("{}: {}", error.what(), error.hint());
        }
    });
    return embedder_.get();
}

runtime::Context App::context(Deadline deadline, std::string request_id) {
    runtime::Context out{caller_, config_.settings, db(), embedder(), deadline};
    out.request_id = std::move(request_id);
    out.notifier = notify_bridge_ ? &notifier_ : nullptr;
    out.feed = feed_;
    return out;
}

void App::listens_at(const std::string& url) {
    std::string& endpoint = config_.settings.mesh.endpoint;
    endpoint = http::checked_url(endpoint.empty() ? url : endpoint);
}

void App::hear() {
    notify_bridge_ =
        std::make_unique<jobs::NotifyBridge>(notifier_, [this] { return session_info(); });
}

}  // namespace stele::app
