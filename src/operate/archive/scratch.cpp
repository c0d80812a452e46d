#include "operate/archive/scratch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/uuid.hpp"
#include "foundation/pg/error.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/sql.hpp"
#include "operate/cluster/extensions.hpp"

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

bool is_required(const std::string& extension) {
    return std::ranges::find(ops::kRequiredExtensions, extension) != ops::kRequiredExtensions.end();
}

std::string create_extension(const std::string& name, const std::string& schema) {
    return fmt::format("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}", quote_name(name),
                       quote_name(schema));
}

// Those that a program of any version expects, and those that this dump grants something to.
std::set<std::string> roles_in(const Manifest& manifest) {
    std::set<std::string> out{"stele_runtime", "stele_readonly", "stele_operator", "stele_audit"};
    for (const Grant& grant : manifest.grants)
        if (grant.role.starts_with("stele_")) out.insert(grant.role);
    return out;
}

// A restore is not given up for what this role may not set: the operator is told the statement.
void run_or_note(pg::Connection& connection, const std::string& statement, const std::string& shown,
                 Deadline deadline, std::vector<std::string>& notes) {
    try {
        connection.script(statement, deadline);
    } catch (const pg::ServerError& error) {
        if (error.connection_lost()) throw;
        notes.push_back(fmt::format("{} ({})", shown, error.message()));
    }
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
        server_->script(fmt::format("CREATE DATABASE {} OWNER {} TEMPLATE template0{}", name_,
                                    quote_name(like_.owner), like_.creation),
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
    const auto make_schema = [&](const std::string& schema) {
        connection->script(fmt::format("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}",
                                       quote_name(schema), quote_name(like_.owner)),
                           deadline_);
    };
    make_schema(manifest.source.schema);
    for (const Extension& extension : manifest.extensions) {
        const std::string schema = extension.schema.value_or("public");
        make_schema(schema);
        try {
            connection->script(create_extension(extension.name, schema), deadline_);
        } catch (const pg::ServerError& error) {
            // Whether the dump needs it is for pg_restore to say.
            if (is_required(extension.name)) throw;
            log::info("{} is not in the scratch database: {}", extension.name, error.what());
        }
    }
    ops::refuse_old_extensions(*connection, deadline_);
    for (const std::string& role : roles_in(manifest))
        connection->script(fmt::format("DO $$BEGIN CREATE ROLE {0} NOLOGIN; EXCEPTION WHEN "
                                       "duplicate_object OR unique_violation THEN NULL; END$$",
                                       quote_name(role)),
                           deadline_);
    search_path_ = search_path_of(manifest.source.schema, manifest.extensions);
    if (!search_path_.empty())
        server_->script(
            fmt::format("ALTER DATABASE {} SET search_path = {}", quote_name(name_), search_path_),
            deadline_);
}

void Scratch::grant(const Manifest& manifest) {
    const auto connection = open_operator(info_, deadline_);
    for (const Grant& grant : manifest.grants) {
        const std::string role = grant.role == "PUBLIC" ? grant.role : quote_name(grant.role);
        connection->script(
            grant.privileges == "NONE"
                ? fmt::format("REVOKE ALL ON {} FROM {}", grant.object, role)
                : fmt::format("GRANT {} ON {} TO {}", grant.privileges, grant.object, role),
            deadline_);
    }
}

// Those that belong to the server's operator (pg_stat_statements …): the dump knows nothing of
// them.
void Scratch::take_extensions(std::vector<std::string>& notes) {
    const auto target = open_operator(target_, deadline_);
    const auto scratch = open_operator(info_, deadline_);
    for (const Extension& extension : extensions_of(*target, deadline_)) {
        if (is_required(extension.name)) continue;
        const std::string schema = extension.schema.value_or("public");
        for (const std::string& statement : {"CREATE SCHEMA IF NOT EXISTS " + quote_name(schema),
                                             create_extension(extension.name, schema)})
            run_or_note(*scratch, statement, statement, deadline_, notes);
    }
}

void Scratch::take_attributes(std::vector<std::string>& notes) {
    const auto connection = open_operator(target_, deadline_);
    // A target whose tables stood elsewhere has a search_path that would not find the new ones.
    const bool same_place =
        search_path_ == search_path_of(like_.schema, extensions_of(*connection, deadline_));
    for (const pg::Row row : connection->run(
             sql::database_attributes, pg::Params(connection->types(), same_place), deadline_)) {
        std::string statement = row.get<std::string>(0), shown = statement;
        statement.replace(statement.find("%s"), 2, quote_name(name_));
        shown.replace(shown.find("%s"), 2, quote_name(like_.database));
        run_or_note(*server_, statement, shown, deadline_, notes);
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

std::vector<std::string> Scratch::replace_target(runtime::Context& context) {
    std::vector<std::string> notes;
    take_extensions(notes);
    take_attributes(notes);
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
    return notes;
}

std::string search_path_of(const std::string& schema, const std::vector<Extension>& extensions) {
    std::vector<std::string> path{schema};
    const auto add = [&](const std::string& name) {
        if (std::ranges::find(path, name) == path.end()) path.push_back(name);
    };
    for (const Extension& extension : extensions)
        if (is_required(extension.name)) add(extension.schema.value_or("public"));
    add("public");
    if (path.size() == 1) return "";
    std::string out;
    for (const std::string& name : path) out += (out.empty() ? "" : ", ") + quote_name(name);
    return out;
}

}  // namespace stele::archive
