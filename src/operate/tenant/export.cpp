#include "operate/tenant/export.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/tenant/catalog.hpp"
#include "operate/tenant/file_writer.hpp"
#include "operate/tenant/models.hpp"
#include "operate/tenant/target.hpp"

namespace stele::tenant {

namespace {

Header header_of(Session& session, const std::vector<Table>& tables, const ModelNumbers& models) {
    Header header;
    header.format = kFormat;
    header.format_version = kFormatVersion;
    header.tool = "stele " STELE_VERSION;
    header.created = to_rfc3339(now());
    header.org = session.tenant().org.text();
    header.project = session.tenant().project.text();
    header.migrations = migrations_of(session);
    header.models = models.models;
    for (const Table& table : tables) header.tables.push_back(table.ref());
    return header;
}

std::string select_rows(const Table& table, const ModelNumbers& models) {
    std::string columns, order;
    for (const Column& column : table.columns)
        columns += (columns.empty() ? "" : ", ") +
                   (column.is_model ? models.place_of(column.sql) : column.sql);
    for (const Column& column : table.key) order += (order.empty() ? "" : ", ") + column.order;
    return fmt::format("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT", columns, table.sql, order);
}

}  // namespace

pg::Tenant tenant_of(const runtime::Context& context, const std::optional<std::string>& org,
                     const std::optional<std::string>& project) {
    return {org ? *Uuid::parse(*org) : context.caller.org,
            project ? *Uuid::parse(*project) : context.caller.project};
}

ExportOutput export_tenant(runtime::Context& context, const pg::Tenant& tenant,
                           const std::filesystem::path& file) {
    Session session(context.db, tenant, context);
    session.begin_snapshot();
    const std::vector<Table> tables = tenant_tables(session);
    const ModelNumbers models = models_in_use(session, tables);
    const Header header = header_of(session, tables, models);
    FileWriter writer(file, header);
    ExportOutput out{.file = file.string(), .org = header.org, .project = header.project};
    if (!header.migrations.empty()) out.migration = header.migrations.back().version;
    RowProgress progress(context, "rows exported", 0);
    for (const Table& table : tables) {
        writer.begin_section();
        session.connection().copy_out(
            select_rows(table, models),
            [&](std::string_view line) {
                writer.add_row(line);
                progress.row();
            },
            session.deadline());
        out.tables.push_back(writer.end_section());
    }
    session
        .rollback();  // nothing was written; the snapshot is let go before the disk is waited for
    const FileWriter::Totals totals = writer.finish();
    out.rows = std::int64_t(totals.rows);
    out.bytes = std::int64_t(totals.bytes);
    out.sha256 = totals.sha256;
    return out;
}

}  // namespace stele::tenant
