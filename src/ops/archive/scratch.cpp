#include "ops/archive/scratch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "archive/sql.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/uuid.hpp"
#include "ops/archive/client_tools.hpp"
#include "ops/extensions.hpp"
#include "pg/error.hpp"

namespace stele::archive {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPrefix = "stele_scratch_";
// One run at a time on a server: so a leftover is told from what is at work. Any constant would do.
constexpr std::string_view kLock = "SELECT pg_try_advisory_lock(8317142061)";
constexpr int kRenameTries = 5;
constexpr auto kSessionPause = 50ms;

// A database that is not the target: who renames one must not be in it.
std::unique_ptr<pg::Connection> open_maintenance(pg::ConnInfo info, const std::string& target,
                                                 Deadline deadline) {
    info.set("dbname", target == "postgres" ? "template1" : "postgres");
    try {
        return open_operator(info, deadline);
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "3D000") throw;
    }
    info.set("dbname", "template1");
    return open_operator(info, deadline);
}

[[noreturn]] void may_not(const pg::ServerError& error) {
    if (error.sqlstate() != "42501") throw error;
    throw Error(Code::refused, "this role may not create a database beside the target",
                "ALTER ROLE … CREATEDB, or give a superuser's URL as database.adminUrl");
}

}  // namespace

Scratch::Scratch(const pg::ConnInfo& target, const Identity& like, Deadline deadline)
    : target_(target),
      like_(like),
      deadline_(deadline),
      server_(open_maintenance(target, like.database, deadline)),
      name_(fmt::format("{}{:.12}", kPrefix, Uuid::v7().text().substr(24))),
      info_(target) {
    if (server_->script(std::string(kLock), deadline)[0].raw(0) != "t")
        throw Error(Code::conflict, "another restore or drill is running on this server",
                    "wait for it to end", {}, true);
    const pg::Result leftovers = server_->run(
        sql::scratch_leftovers, pg::Params(server_->types(), std::string(kPrefix)), deadline);
    for (const pg::Row row : leftovers) {
        log::info("dropping {}, which an interrupted run left", row.get<std::string>(0));
        drop(row.get<std::string>(0));
    }
    info_.set("dbname", name_);
    try {
        server_->script(
            fmt::format("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'", name_,
                        quote_name(like_.owner)),
            deadline);
    } catch (const pg::ServerError& error) {
        may_not(error);
    }
}

Scratch::~Scratch() {
    if (!name_.empty()) drop(name_);
}

void Scratch::drop(const std::string& database) noexcept {
    try {
        server_->script(
            fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_name(database)),
            deadline_in(1min));
    } catch (const std::exception& error) {
        log::warn("{} was not dropped: {}; the next run does it", database, error.what());
    }
}

void Scratch::prepare(const Manifest& manifest) {
    const auto connection = open_operator(info_, deadline_);
    for (const Extension& extension : manifest.extensions)
        if (std::ranges::find(ops::kRequiredExtensions, extension.name) !=
            ops::kRequiredExtensions.end())
            connection->script(
                fmt::format("CREATE EXTENSION IF NOT EXISTS {}", quote_name(extension.name)),
                deadline_);
    ops::refuse_old_extensions(*connection, deadline_);
    for (const char* role :
         {"stele_runtime", "stele_readonly", "stele_operator", "stele_audit", "stele_maintenance"})
        connection->script(fmt::format("DO $$BEGIN CREATE ROLE {0} NOLOGIN; EXCEPTION WHEN "
                                       "duplicate_object OR unique_violation THEN NULL; END$$",
                                       role),
                           deadline_);
}

void Scratch::grant(const Manifest& manifest) {
    const auto connection = open_operator(info_, deadline_);
    // Everybody may call a new function: first that is taken away from those that are not for all.
    for (const Grant& grant : manifest.grants)
        if (grant.object.starts_with("FUNCTION "))
            connection->script(fmt::format("REVOKE ALL ON {} FROM PUBLIC", grant.object),
                               deadline_);
    for (const Grant& grant : manifest.grants)
        if (!grant.role.empty())
            connection->script(fmt::format("GRANT {} ON {} TO {}", grant.privileges, grant.object,
                                           quote_name(grant.role)),
                               deadline_);
}

void Scratch::take_settings() {
    const auto connection = open_operator(target_, deadline_);
    for (const pg::Row row :
         connection->run(sql::database_settings, pg::Params(connection->types()), deadline_)) {
        std::string statement = row.get<std::string>(0);
        const auto at = statement.find("%s");
        statement.replace(at, 2, quote_name(name_));
        server_->script(statement, deadline_);
    }
}

void Scratch::rename() {
    const std::string target = quote_name(like_.database);
    const std::string old = name_ + "_old";
    // While the rename waits for the target's sessions to end, new ones wait for the rename; those
    // that are there are ended from a session beside it.
    std::jthread ender([&](const std::stop_token& stop) {
        try {
            const auto other = open_maintenance(target_, like_.database, deadline_);
            while (!stop.stop_requested()) {
                other->run(sql::end_sessions, pg::Params(other->types(), like_.database),
                           deadline_in(limits::kConnectTimeout));
                std::this_thread::sleep_for(kSessionPause);
            }
        } catch (const std::exception& error) {
            log::warn("sessions of {} were not ended: {}", like_.database, error.what());
        }
    });
    server_->script(fmt::format("BEGIN; ALTER DATABASE {} RENAME TO {}; ALTER DATABASE {} RENAME "
                                "TO {}; COMMIT",
                                target, quote_name(old), quote_name(name_), target),
                    deadline_);
}

void Scratch::replace_target(api::Context& context) {
    take_settings();
    for (int left = kRenameTries;; --left) {
        check_cancelled(context);
        try {
            rename();
            break;
        } catch (const pg::ServerError& error) {
            if (server_->in_transaction()) server_->script("ROLLBACK", deadline_);
            // 55006: somebody is still connected.
            if (error.sqlstate() != "55006") throw;
            if (left == 1)
                throw Error(Code::conflict,
                            fmt::format("sessions of {} cannot be ended", like_.database),
                            "stop what uses the database, or GRANT pg_signal_backend to this role",
                            {}, true);
        }
    }
    const std::string old = name_ + "_old";
    name_.clear();
    stage(context, "dropping what was replaced");
    drop(old);
}

}  // namespace stele::archive
