#include "operate/passwords/rotate.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/os/files.hpp"
#include "foundation/pg/database.hpp"
#include "foundation/pg/environment.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/docker.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/passwords/password_file.hpp"
#include "runtime/settings.hpp"

namespace stele::passwords {

namespace {

using ConnectionPtr = std::unique_ptr<pg::Connection>;
using ops::DatabaseRole;

constexpr std::chrono::seconds kAnswer{10};

bool refuses_password(const pg::ServerError& error) {
    return error.sqlstate().starts_with("28");
}

ConnectionPtr open(const pg::ConnInfo& info) {
    return pg::Connection::open(info, {.prepared_statements = false}, deadline_in(kAnswer));
}

// The server itself: a pooler has passwords of its own.
pg::ConnInfo login_of(const runtime::Context& context, DatabaseRole role) {
    const std::string& direct = context.settings.database.direct_url;
    if (role == DatabaseRole::app && !direct.empty()) return pg::ConnInfo::parse(direct);
    return ops::endpoint(context, role);
}

class Rotation {
  public:
    Rotation(runtime::Context& context, const RotateInput& input,
             const std::function<void(Step)>& after)
        : context_(context),
          input_(input),
          after_(after),
          info_(login_of(context, input.role)),
          next_info_(info_),
          file_(PasswordFile::of(info_)) {
        next_info_.set(pg::kPasswordFile, file_.next());
        out_.role = info_.get("user");
        out_.file = file_.path();
    }

    RotateOutput run() {
        const ops::FileLock lock(ops::stele_home().lock(), kAnswer, "changing a password");
        if (ConnectionPtr old = open_with_old_or_resume()) alter(*old);
        did(Step::altered);
        const std::string password = pg::password_in(file_.next());
        prove();
        did(Step::proven);
        check_old_is_refused();
        // What makes the container's file again comes first: it must never bring the old one back.
        if (ops::is_docker_password_file(file_.path())) ops::write_docker_password(password);
        did(Step::prepared);
        file_.write(password);
        did(Step::written);
        std::filesystem::remove(file_.next());
        did(Step::removed);
        move_pool();
        return std::move(out_);
    }

  private:
    void did(Step step) const {
        if (after_) after_(step);
    }

    // Nothing when the server has the password of <file>.new already: a rotation was cut short.
    ConnectionPtr open_with_old_or_resume() {
        try {
            return open(info_);
        } catch (const pg::ServerError& error) {
            if (!refuses_password(error) || !std::filesystem::exists(file_.next())) throw;
            log::info("{} is refused; going on with the password of {}", out_.role,
                      file_.next().string());
            out_.resumed = true;
            return nullptr;
        }
    }

    void alter(pg::Connection& old) const {
        const std::string password = ops::random_password();
        remember_secret(password);
        file_.write_next(password);
        did(Step::kept);
        // Only the verifier goes to the server, and so into its log.
        old.script(fmt::format("ALTER ROLE {} PASSWORD '{}'", pg::quote_name(out_.role),
                               old.scram_verifier(out_.role, password)),
                   context_.deadline);
    }

    void prove() const {
        try {
            open(next_info_);
        } catch (const pg::ServerError& error) {
            if (!refuses_password(error)) throw;
            throw Error(Code::failed,
                        fmt::format("the server does not take the new password of {}: {}",
                                    out_.role, error.message()),
                        fmt::format("{} is as it was; does the server ask somebody else for "
                                    "passwords (LDAP, a pooler)?",
                                    out_.file));
        }
    }

    // Until the file is written, it has the old one.
    void check_old_is_refused() {
        try {
            open(info_);
            out_.notes.emplace_back(
                "the old password is still accepted: pg_hba.conf asks this client for none, or a "
                "pooler stands between here and the server");
        } catch (const pg::ServerError& error) {
            if (!refuses_password(error)) throw;
            out_.old_refused = true;
        }
    }

    // libpq reads the file for every connection, in every process; here the old ones are closed.
    void move_pool() {
        if (input_.role == DatabaseRole::app) {
            context_.db.pool().clear();
            context_.db.pool().acquire(deadline_in(kAnswer));
        }
        out_.notes.push_back(fmt::format(
            "servers that read {} go on by themselves; whatever else logs in as {} (a pooler, "
            "another machine, PGPASSWORD) needs the new password",
            out_.file, out_.role));
    }

    runtime::Context& context_;
    const RotateInput& input_;
    const std::function<void(Step)>& after_;
    const pg::ConnInfo info_;
    pg::ConnInfo next_info_;
    const PasswordFile file_;
    RotateOutput out_;
};

}  // namespace

RotateOutput rotate(runtime::Context& context, const RotateInput& input,
                    const std::function<void(Step)>& after) {
    return Rotation(context, input, after).run();
}

}  // namespace stele::passwords
