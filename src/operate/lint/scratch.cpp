#include "operate/lint/scratch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/uuid.hpp"
#include "foundation/pg/error.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "runtime/settings.hpp"

namespace stele::lint {

namespace {

constexpr std::chrono::seconds kConnectLimit{10};
// Making and dropping a database waits for a checkpoint.
constexpr std::chrono::minutes kDatabaseLimit{2};

std::unique_ptr<pg::Connection> open(const pg::ConnInfo& info) {
    return pg::Connection::open(info, {}, deadline_in(kConnectLimit));
}

std::string random_name() {
    std::string id = Uuid::v7().text();
    std::erase(id, '-');
    return "stele_validate_" + id;
}

void create(const pg::ConnInfo& login, const std::string& name) {
    try {
        open(login)->script(fmt::format("CREATE DATABASE {} TEMPLATE template0", name),
                            deadline_in(kDatabaseLimit));
    } catch (const pg::ServerError& error) {
        if (error.sqlstate() != "42501") throw;
        throw Error(
            Code::refused,
            fmt::format("{} may not create databases at {}", login.get("user"), login.where()),
            fmt::format("ALTER ROLE {} CREATEDB, or name a login that may: --scratch-url",
                        login.get("user")));
    }
}

}  // namespace

ScratchServer scratch_server(const runtime::Context& context, const std::string& scratch_url) {
    if (!scratch_url.empty()) return {pg::ConnInfo::parse(scratch_url), {}};
    ScratchServer out{ops::admin_endpoint(context), {}};
    if (!context.settings.database.url.empty()) return out;
    if (const auto urls = ops::local_cluster_urls())
        out.superuser = pg::ConnInfo::parse(urls->superuser);
    return out;
}

ScratchDatabase::ScratchDatabase(const ScratchServer& server)
    : login_(server.login), info_(server.login), name_(random_name()) {
    create(login_, name_);
    info_.set("dbname", name_);
    try {
        make_extensions(server);
    } catch (...) {
        drop();
        throw;
    }
}

ScratchDatabase::~ScratchDatabase() {
    drop();
}

std::unique_ptr<pg::Connection> ScratchDatabase::connect() const {
    return open(info_);
}

// pgvector is not a trusted extension: an owner who is no superuser cannot make it.
void ScratchDatabase::make_extensions(const ScratchServer& server) const {
    if (!server.superuser) return;
    pg::ConnInfo info = *server.superuser;
    info.set("dbname", name_);
    open(info)->script(
        "CREATE EXTENSION IF NOT EXISTS vector; CREATE EXTENSION IF NOT EXISTS pg_trgm; "
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        deadline_in(kDatabaseLimit));
}

void ScratchDatabase::drop() noexcept {
    try {
        open(login_)->script(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_),
                             deadline_in(kDatabaseLimit));
    } catch (const std::exception& error) {
        log::error("the scratch database {} at {} was not dropped: {}", name_, login_.where(),
                   error.what());
    }
}

}  // namespace stele::lint
