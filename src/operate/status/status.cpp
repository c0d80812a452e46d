#include "operate/status/status.hpp"

#include <fmt/format.h>

#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/error.hpp"
#include "foundation/pg/sql.hpp"
#include "operate/cluster/extensions.hpp"
#include "operate/migrations/ledger.hpp"
#include "operate/migrations/role_rules.hpp"
#include "operate/migrations/sql.hpp"
#include "operate/status/sql.hpp"

namespace stele::ops {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kReasonBytes = 200;

// "PostgreSQL: error (connection refused at 127.0.0.1:5432)" → what stands in the brackets.
std::string reason_of(const Error& error) {
    std::string text = redact(error.what());
    for (const std::string_view prefix : {"PostgreSQL: error (", "PostgreSQL: "})
        if (text.starts_with(prefix)) {
            text.erase(0, prefix.size());
            if (prefix.ends_with('(') && text.ends_with(')')) text.pop_back();
            break;
        }
    return excerpt(text, kReasonBytes);
}

// The first schema that was looked for: `"$user", public` → public.
std::string first_schema(std::string_view search_path) {
    for (std::string_view name : comma_list(search_path)) {
        if (name.size() > 1 && name.starts_with('"')) name = name.substr(1, name.size() - 2);
        if (!name.empty() && name != "$user") return std::string(name);
    }
    return "public";
}

class Report {
  public:
    Report(pg::Database& db, const StatusInput& input, Deadline deadline)
        : db_(db), input_(input), deadline_(deadline) {}

    StatusOutput make() {
        if (look_at_server()) {
            look_at_schema();
            look_at_migrations();
            look_at_reading();
            if (input_.write_check) look_at_writing();
            look_at_extensions();
            if (input_.verbose) look_closer();
        }
        out_.memory_store = out_.readable ? "postgres" : "postgres (unavailable)";
        line("Runtime memory store", out_.memory_store);
        out_.healthy = well_;
        out_.exit_code = well_ ? 0 : 3;
        return std::move(out_);
    }

  private:
    void line(std::string_view name, const std::string& value) {
        out_.lines.push_back(fmt::format("{}: {}", name, value));
    }

    // The hint is about the first thing that is wrong: the rest may follow from it.
    void unwell(const std::string& hint) {
        if (out_.hint.empty()) out_.hint = redact(hint);
        well_ = false;
    }

    bool look_at_server() {
        try {
            db_.untenanted(deadline_, pg::sql::backend_pid);  // opens the connection
            const auto asked = std::chrono::steady_clock::now();
            const pg::Result rows = db_.untenanted(deadline_, sql::status_overview);
            const Milliseconds took = std::chrono::steady_clock::now() - asked;
            out_.latency_ms = std::round(took.count() * 1000) / 1000;
            schema_ = rows[0].get<std::optional<std::string>>(0);
            search_path_ = rows[0].get<std::string>(1);
            out_.extensions_missing = rows[0].get<std::vector<std::string>>(2);
            vector_problem_ = vector_problem(rows[0].get<std::optional<std::string>>(3));
        } catch (const Error& error) {
            unreachable(error);
            return false;
        }
        out_.postgres = "ok";
        line("Postgres", out_.postgres);
        return true;
    }

    // Also when the server answers and its sessions do not work in the configured schema.
    void unreachable(const Error& error) {
        const json::value* other_schema = error.details().if_contains("schema");
        out_.postgres = other_schema ? "ok" : fmt::format("error ({})", reason_of(error));
        out_.schema = other_schema ? std::string(other_schema->as_string()) : "public";
        out_.migration_version = "unknown";
        line("Postgres", out_.postgres);
        line("Schema", fmt::format("{} ({})", out_.schema, other_schema ? "missing" : "unknown"));
        line("Readable", "no");
        line("Writable", input_.write_check ? "no" : "not checked");
        line("Migration version", "unknown");
        line("Extensions missing", "unknown");
        if (input_.write_check) out_.writable = false;
        unwell(error.hint());
    }

    void look_at_schema() {
        out_.schema_exists = schema_.has_value();
        out_.schema = schema_.value_or(first_schema(search_path_));
        line("Schema", fmt::format("{} ({})", out_.schema, schema_ ? "exists" : "missing"));
        if (!schema_) unwell("create the schema, or correct search_path in the database's URL");
    }

    // Asked before reading, told after it: the order of the lines is fixed.
    void look_at_migrations() {
        const Migrations& known = embedded_migrations();
        out_.migrations_pending = int(known.size());
        out_.migration_version = "none";
        std::string problem;
        try {
            std::vector<LedgerRow> rows;
            if (db_.untenanted(deadline_, sql::ledger_exists)[0].get<bool>(0))
                rows = ledger_rows(db_.untenanted(deadline_, sql::ledger_rows));
            if (!rows.empty()) {
                out_.migration_version = version_text(rows.back().version);
                out_.migrations_pending = std::max(int(known.size()) - rows.back().version, 0);
            }
            if (const auto drift = find_drift(rows, known)) {
                problem = drift->message;
                unwell(drift->remedy);
            }
        } catch (const Error& error) {
            out_.migration_version = "unknown";
            problem = reason_of(error);
            unwell(error.hint());
        }
        migration_line_ = out_.migration_version;
        if (!problem.empty()) {
            migration_line_ += fmt::format(" ({})", problem);
        } else if (out_.migrations_pending > 0) {
            migration_line_ += fmt::format(" ({} pending)", out_.migrations_pending);
            unwell("run `stele db migrate`");
        }
    }

    void look_at_reading() {
        try {
            db_.untenanted(deadline_, sql::status_read);
            out_.readable = true;
            line("Readable", "yes");
        } catch (const Error& error) {
            line("Readable", fmt::format("no ({})", reason_of(error)));
            unwell(error.hint());
        }
        if (!input_.write_check) line("Writable", "not checked");
    }

    // A committed transaction: what a full disk refuses, it refuses here too.
    void look_at_writing() {
        try {
            const pg::Call call{.tenant = {}, .deadline = deadline_};
            const Uuid id = Uuid::v7();
            const bool whole = db_.transaction(call, [&](pg::Transaction& tx) {
                return tx.query(sql::status_write, id).affected() == 1 &&
                       tx.query(sql::status_unwrite, id).affected() == 1;
            });
            out_.writable = whole;
            line("Writable", whole ? "yes" : "no (the row that was written was not there)");
            if (!whole) unwell("is there a trigger or a policy on memories that is not Stele's?");
        } catch (const Error& error) {
            out_.writable = false;
            line("Writable", fmt::format("no ({})", reason_of(error)));
            unwell(error.hint());
        }
    }

    void look_at_extensions() {
        line("Migration version", migration_line_);
        std::string missing = "none";
        if (!out_.extensions_missing.empty()) {
            missing = fmt::format("{}", fmt::join(out_.extensions_missing, ", "));
            unwell(fmt::format("as a superuser: CREATE EXTENSION {}", out_.extensions_missing[0]));
        }
        if (!vector_problem_.empty()) {
            missing += fmt::format(" (vector {})", vector_problem_);
            unwell(fmt::format("install a newer pgvector, then as a superuser: {}", kUpdateVector));
        }
        line("Extensions missing", missing);
    }

    void look_closer() {
        try {
            json::object details =
                db_.untenanted(deadline_, sql::status_details)[0].get<json::object>(0);
            const pg::PoolStats pool = db_.stats();
            details["pool"] = json::object{{"size", pool.size},
                                           {"open", pool.open},
                                           {"inUse", pool.in_use},
                                           {"waiting", pool.waiting}};
            details["address"] = db_.pool().info().redacted_url();
            if (out_.readable) details["embeddingModel"] = model();
            details["excessPowers"] = excess(details);
            details["backups"] = backups();
            out_.details = std::move(details);
        } catch (const Error& error) {
            unwell(error.hint());
            out_.details = json::object{{"problem", reason_of(error)}};
        }
    }

    // What this role can do and a runtime role need not.
    json::value excess(const json::object& details) {
        const std::string role(details.at("role").at("name").as_string());
        json::array out;
        for (const std::string& power :
             excess_powers(db_.untenanted(deadline_, sql::role_powers, role)))
            out.push_back(json::string(power));
        return out;
    }

    // Those of `db backup`; a schema before 0002 knows none.
    json::value backups() {
        try {
            const pg::Result rows = db_.untenanted(deadline_, sql::backup_ages);
            if (rows.empty()) return nullptr;
            return rows[0].get<json::object>(0);
        } catch (const pg::ServerError& error) {
            if (error.sqlstate() == "42P01") return nullptr;
            throw;
        }
    }

    json::value model() {
        const pg::Result rows = db_.untenanted(deadline_, sql::status_model);
        if (rows.empty()) return nullptr;
        return json::object{{"name", rows[0].get<std::string>(0)},
                            {"dimensions", rows[0].get<std::int32_t>(1)}};
    }

    pg::Database& db_;
    const StatusInput& input_;
    Deadline deadline_;
    StatusOutput out_;
    bool well_ = true;
    std::optional<std::string> schema_;
    std::string search_path_, migration_line_, vector_problem_;
};

std::string size_text(std::int64_t bytes) {
    if (bytes < 10 * 1024 * 1024) return fmt::format("{} kB", bytes / 1024);
    return fmt::format("{} MB", bytes / (1024 * 1024));
}

std::string details_text(const json::object& details) {
    std::string out;
    for (const auto& [name, value] : details) {
        const bool tables = name == "tables" && value.is_object();
        if (name == "databaseBytes") {
            out += fmt::format("  size: {}\n", size_text(value.to_number<std::int64_t>()));
        } else if (tables) {
            for (const auto& [table, bytes] : value.get_object())
                out += fmt::format("  table {}: {}\n", std::string_view(table),
                                   size_text(bytes.to_number<std::int64_t>()));
        } else if (value.is_array()) {
            out += fmt::format("  {}:{}\n", std::string_view(name),
                               value.get_array().empty() ? " none" : "");
            for (const json::value& line : value.get_array())
                out += fmt::format("    {}\n", std::string_view(line.as_string()));
        } else if (value.is_object()) {
            out += fmt::format("  {}:", std::string_view(name));
            for (const auto& [key, inner] : value.get_object())
                out += fmt::format(
                    " {}={}", std::string_view(key),
                    inner.is_string() ? std::string(inner.get_string()) : serialize(inner));
            out += "\n";
        } else {
            out += fmt::format("  {}: {}\n", std::string_view(name),
                               value.is_string() ? std::string(value.get_string())
                               : value.is_null() ? "none"
                                                 : serialize(value));
        }
    }
    return out;
}

}  // namespace

StatusOutput database_status(pg::Database& db, const StatusInput& input, Deadline deadline) {
    return Report(db, input, deadline).make();
}

std::string render_status(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& line : object.at("lines").as_array())
        out += std::string(line.as_string()) + "\n";
    if (const json::value* details = object.if_contains("details")) {
        out += "\n" + details_text(details->as_object());
        if (const auto& hint = object.at("hint").as_string(); !hint.empty())
            out += fmt::format("  remedy: {}\n", std::string_view(hint));
    }
    return out;
}

}  // namespace stele::ops
