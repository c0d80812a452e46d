#include "operate/tenant/import.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "operate/cluster/which_database.hpp"
#include "operate/tenant/models.hpp"
#include "operate/tenant/resume_point.hpp"
#include "operate/tenant/sql.hpp"
#include "operate/tenant/stage.hpp"
#include "operate/tenant/target.hpp"

namespace stele::tenant {

namespace {

class Importer {
  public:
    Importer(const runtime::Context& context, pg::Database& db, FileReader& file,
             const ImportOptions& options)
        : context_(context), db_(db), file_(file), header_(file.header()), options_(options) {}

    ImportOutput run() {
        verify();
        const bool in_batches = options_.resume && !options_.dry_run;
        if (in_batches) find_resume_point();
        session_.emplace(db_, options_.tenant, context_);
        // Batches cannot be taken back: whether any row is in conflict is found out first.
        if (in_batches) pass("rows compared", false, false);
        if (findings_.count == 0) pass("rows imported", !options_.dry_run, in_batches);
        out_.conflict_count = findings_.count;
        out_.conflicts = std::move(findings_.listed);
        out_.written = !options_.dry_run && findings_.count == 0;
        out_.exit_code = findings_.count ? 1 : 0;
        if (in_batches && out_.written) remove_resume_point(file_.path());
        return std::move(out_);
    }

  private:
    void verify() {
        RowProgress progress(context_, "rows checked", 0);
        totals_ = file_.read({.begin = {}, .row = [&](auto) { progress.row(); }, .end = {}});
        out_.file = file_.path().string();
        out_.dry_run = options_.dry_run;
        out_.org = options_.tenant.org.text();
        out_.project = options_.tenant.project.text();
        if (!header_.migrations.empty()) out_.migration = header_.migrations.back().version;
        out_.sha256 = totals_.sha256;
    }

    // Counts are no proof, but a database that was made anew, or a tenant that was removed, has
    // fewer rows than were committed; then the import starts over.
    void find_resume_point() {
        const ops::WhichDatabase identity = ops::which_database(db_, context_.deadline);
        point_.file_sha256 = totals_.sha256;
        point_.database =
            fmt::format("{} {}", identity.cluster.empty() ? identity.server : identity.cluster,
                        identity.database);
        point_.org = out_.org;
        point_.project = out_.project;
        const auto found = load_resume_point(file_.path(), point_);
        if (!found || std::size_t(found->table) > header_.tables.size()) return;
        Session session(db_, options_.tenant, context_);
        session.begin_snapshot();
        const std::vector<Table> tables = tenant_tables(session);
        require_same_schema(session, header_, tables);
        for (std::size_t i = 0; i < tables.size() && i <= std::size_t(found->table); ++i) {
            const std::int64_t committed =
                i < std::size_t(found->table) ? totals_.sections[i].rows : found->rows;
            const pg::Result rows =
                session.script(fmt::format("SELECT count(*) FROM {}", tables[i].sql));
            if (std::stoll(std::string(rows[0].raw(0))) < committed) return;
        }
        session.rollback();
        point_ = *found;
    }

    // Once through the file, in one transaction or, with `batches`, in one for each batch.
    void pass(std::string_view what, bool write, bool batches) {
        write_ = write;
        batches_ = batches;
        out_.tables.clear();
        RowProgress progress(context_, what, totals_.rows);
        begin();
        tables_ = tenant_tables(*session_);
        require_same_schema(*session_, header_, tables_);
        models_ = find_models(*session_, header_.models, write, out_.models_registered);
        file_.read({.begin = [&](std::size_t table) { begin_table(table); },
                    .row =
                        [&](std::string_view line) {
                            add(line);
                            progress.row();
                        },
                    .end = [&](const SectionOutput& section) { end_table(section); }});
        if (write_ && findings_.count == 0) {
            session_->query(sql::announce_work, out_.org, out_.project);
            session_->commit();
        } else {
            session_->rollback();
        }
    }

    void begin() {
        session_->begin_write();
        if (!session_->query(sql::lock_tenant, out_.org, out_.project)[0].get<bool>(0))
            throw Error(Code::conflict, "another import into this tenant is running",
                        "wait for it to end and run this again", {}, true);
    }

    void begin_table(std::size_t table) {
        table_ = table;
        row_ = 0;
        old_prefix_ = copy_prefix(header_.tables[table], header_.org, header_.project).size();
        new_prefix_ = copy_prefix(header_.tables[table], out_.org, out_.project);
        out_.tables.push_back({.table = header_.tables[table].name});
        if (table >= std::size_t(point_.table)) stage_.emplace(*session_, tables_[table], models_);
    }

    bool committed_before() const {
        return table_ < std::size_t(point_.table) ||
               (table_ == std::size_t(point_.table) && row_ <= point_.rows);
    }

    void add(std::string_view line) {
        ++row_;
        if (committed_before()) {
            ++out_.tables.back().skipped;
            return;
        }
        lines_ += new_prefix_;
        lines_ += line.substr(old_prefix_);
        if (++waiting_ >= options_.batch_rows || lines_.size() >= limits::kScopedBatchBytes)
            flush();
    }

    // What refers to rows of its own table is inserted in one statement, whatever its size: the
    // rows may come in any order.
    void flush() {
        fill();
        if (!tables_[table_].refers_to_itself()) settle();
    }

    void fill() {
        if (waiting_ == 0) return;
        stage_->fill(std::exchange(lines_, {}), waiting_);
        waiting_ = 0;
    }

    void settle() {
        stage_->settle(write_ && findings_.count == 0, out_.tables.back(), findings_);
        if (!batches_) return;
        if (findings_.count > 0) stop_at_conflict();
        session_->commit();
        point_.table = int(table_);
        point_.rows = row_;
        save_resume_point(file_.path(), point_);
        begin();
        stage_.emplace(*session_, tables_[table_], models_);
    }

    [[noreturn]] void stop_at_conflict() {
        session_->rollback();
        const ConflictOutput& first = findings_.listed.front();
        throw Error(Code::conflict,
                    fmt::format("{} {} came into conflict ({}) while the import was running; the "
                                "batches before it are committed",
                                first.table, first.id, first.kind),
                    "decide which one stays, then run this again: it goes on from here",
                    {{"conflict", reflect::write(first)}});
    }

    void end_table(const SectionOutput& section) {
        TableOutput& out = out_.tables.back();
        out.rows = section.rows;
        out.sha256 = section.sha256;
        if (!stage_) return;
        fill();
        settle();
        stage_->drop();
        stage_.reset();
    }

    const runtime::Context& context_;
    pg::Database& db_;
    FileReader& file_;
    const Header& header_;
    const ImportOptions options_;
    std::optional<Session> session_;
    FileTotals totals_;
    std::vector<Table> tables_;
    ModelNumbers models_;
    bool write_ = false, batches_ = false;
    std::optional<Stage> stage_;  // of the section that is read; none for a committed one
    ResumePoint point_;
    std::size_t table_ = 0;
    std::int64_t row_ = 0;  // of the section, counted from 1
    std::size_t old_prefix_ = 0;
    std::string new_prefix_;
    std::string lines_;
    std::int64_t waiting_ = 0;
    Findings findings_;
    ImportOutput out_;
};

std::string mapped(const std::string& from, const std::vector<std::string>& maps,
                   std::string_view flag) {
    std::string out = from;
    for (const std::string& map : maps) {
        const std::size_t equals = map.find('=');
        const auto a = Uuid::parse(map.substr(0, equals));
        const auto b = equals == map.npos ? std::nullopt : Uuid::parse(map.substr(equals + 1));
        if (!a || !b)
            throw Error(Code::invalid_argument,
                        fmt::format("{}: expected A=B with two UUIDs", flag));
        if (a->text() != from)
            throw Error(Code::invalid_argument,
                        fmt::format("{}: the file is {}'s, not {}'s", flag, from, a->text()),
                        "name the file's own tenant before the =");
        out = b->text();
    }
    return out;
}

}  // namespace

ImportOutput import_file(const runtime::Context& context, pg::Database& db, FileReader& file,
                         const ImportOptions& options) {
    return Importer(context, db, file, options).run();
}

pg::Tenant mapped_tenant(const Header& header, const std::vector<std::string>& map_org,
                         const std::vector<std::string>& map_project) {
    return {*Uuid::parse(mapped(header.org, map_org, "mapOrg")),
            *Uuid::parse(mapped(header.project, map_project, "mapProject"))};
}

}  // namespace stele::tenant
