#include "operate/cluster/endpoint.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "foundation/base/error.hpp"
#include "foundation/pg/database.hpp"
#include "operate/cluster/local_cluster.hpp"
#include "runtime/settings.hpp"

namespace stele::ops {

pg::ConnInfo admin_endpoint(const runtime::Context& context) {
    const std::string& admin = context.settings.database.admin_url;
    if (!admin.empty()) return pg::ConnInfo::parse(admin);
    return endpoint(context, DatabaseRole::owner);
}

pg::ConnInfo operator_endpoint(const runtime::Context& context) {
    const bool local = context.settings.database.url.empty() &&
                       context.settings.database.admin_url.empty() && local_cluster_urls();
    return local ? endpoint(context, DatabaseRole::superuser) : admin_endpoint(context);
}

std::string target_url(const std::string& given) {
    const char* variable = std::getenv("STELE_TARGET_URL");
    return given.empty() && variable ? variable : given;
}

void require_local(const runtime::Context& context, std::string_view verb) {
    if (context.settings.database.url.empty()) return;
    const auto urls = local_cluster_urls();
    const pg::ConnInfo info = context.db.pool().info();
    if (urls && pg::ConnInfo::parse(urls->app).where() == info.where()) return;
    throw Error(
        Code::refused,
        fmt::format("{} is {}: `stele {}` is for the database that `stele setup` makes here",
                    info.where(),
                    info.is_local() ? "not Stele's own server" : "not a local endpoint", verb),
        "use that server's own means (systemctl, docker, your provider), or unset "
        "STELE_DATABASE_URL, DATABASE_URL and database.url");
}

pg::ConnInfo endpoint(const runtime::Context& context, DatabaseRole role) {
    const std::string& configured = context.settings.database.url;
    const auto urls = configured.empty() ? local_cluster_urls() : std::nullopt;
    if (urls)
        return pg::ConnInfo::parse(role == DatabaseRole::app     ? urls->app
                                   : role == DatabaseRole::owner ? urls->admin
                                                                 : urls->superuser);
    if (role == DatabaseRole::superuser)
        throw Error(Code::refused, "only the local cluster's superuser is known here",
                    "give its URL to psql yourself");
    return pg::ConnInfo::parse(role == DatabaseRole::owner ? context.settings.database.owner_url()
                                                           : configured);
}

}  // namespace stele::ops
