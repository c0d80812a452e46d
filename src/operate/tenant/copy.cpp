#include "operate/tenant/copy.hpp"

#include <memory>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/os/temporary_folder.hpp"
#include "foundation/pg/environment.hpp"
#include "operate/cluster/endpoint.hpp"
#include "operate/cluster/which_database.hpp"
#include "operate/tenant/export.hpp"
#include "operate/tenant/import.hpp"
#include "operate/tenant/target.hpp"

namespace stele::tenant {

namespace {

namespace fs = std::filesystem;

// Null: this very database.
std::unique_ptr<pg::Database> open_target(const std::string& given) {
    const std::string url = ops::target_url(given);
    if (url.empty()) return nullptr;
    const pg::ConnInfo info = pg::parse_with_environment(url);
    remember_secret(info.get("password"));
    return std::make_unique<pg::Database>(info, pg::PoolOptions{.size = 2});
}

}  // namespace

ImportOutput copy_tenant(runtime::Context& context, const CopyInput& input) {
    const pg::Tenant source = tenant_of(context, input.org_id, input.project_id);
    Header names;
    names.org = source.org.text();
    names.project = source.project.text();
    const pg::Tenant target = mapped_tenant(names, input.map_org, input.map_project);
    const auto other = open_target(input.target_url);
    pg::Database& to = other ? *other : context.db;
    if (source.org == target.org && source.project == target.project &&
        ops::which_database(context.db, context.deadline) ==
            ops::which_database(to, context.deadline))
        throw Error(Code::refused, "source and target are the same tenant of the same database",
                    "name another database with --target-url, or another tenant with --map-org");
    const ops::TemporaryFolder directory("stele-copy", input.work_dir,
                                         "name one with --work-dir that you may write");
    const fs::path file = directory.path() / "tenant.jsonl";
    export_tenant(context, source, file);
    FileReader reader(file);
    ImportOutput out =
        import_file(context, to, reader, {.tenant = target, .dry_run = input.dry_run});
    out.file.clear();  // it is gone when this is read
    return out;
}

}  // namespace stele::tenant
