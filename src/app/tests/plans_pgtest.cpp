// Every named statement of the product in a skewed database with fresh statistics: its one plan
// reads no table, and walks a tenant's rows only where its file says so, in a line of its comment:
//
//   -- plan: page              the rows of a tenant in the order of an index, as far as a LIMIT
//   -- plan: tenant, because   all rows of a tenant, and why that is right
//
// Without such a line a statement reaches rows by key.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "support/plan.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

namespace fs = std::filesystem;
using testing::TestDatabase;

struct NamedStatement {
    std::string name;  // memory/sql/list.sql
    std::string text;
    std::string plan_class;  // page, tenant; empty: by key
};

NamedStatement read_statement(const fs::path& file) {
    NamedStatement out;
    out.name = file.lexically_relative("src").string();
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("-- plan: page")) out.plan_class = "page";
        if (line.starts_with("-- plan: tenant, ")) out.plan_class = "tenant";
        if (!line.starts_with("--")) out.text += line + "\n";
    }
    return out;
}

// Of the rooms whose statements requests and tasks of a tenant run.
std::vector<NamedStatement> statements() {
    std::vector<NamedStatement> out;
    for (const char* room : {"src/knowledge", "src/work", "src/control", "src/runtime"})
        for (const auto& entry : fs::recursive_directory_iterator(room))
            if (entry.path().extension() == ".sql" &&
                entry.path().parent_path().filename() == "sql")
                out.push_back(read_statement(entry.path()));
    std::ranges::sort(out, {}, &NamedStatement::name);
    return out;
}

// Of these any tenant has few rows, by their nature.
const std::set<std::string> kSmallTables{"channels",   "event_heads",     "graph_rebuild_state",
                                         "job_queues", "mesh_heartbeats", "segment_queue"};
// Indexes of what is waiting: few rows of any tenant, however many it has.
const std::set<std::string> kShortIndexes{"memories_unindexed", "chat_messages_unindexed",
                                          "chat_summaries_unindexed", "pending_actions_open"};
// Steps that read all that is below them before the first row of theirs.
const std::set<std::string> kTakesAll{"Sort",        "Aggregate", "WindowAgg", "Hash",
                                      "Materialize", "Unique",    "SetOp"};

// How a plan reaches the rows of the tenant tables.
class PlanWalk {
  public:
    PlanWalk(const std::set<std::string>& tables, std::string_view plan_class)
        : tables_(tables), class_(plan_class) {}

    const std::vector<std::string>& faults() const { return faults_; }

    // `paged`: a Limit above takes what comes in this order; `repeated`: once for each row of
    // another scan.
    void node(const json::object& plan, bool paged, bool repeated) {
        const std::string type = text(plan, "Node Type");
        scan(plan, type, paged, repeated);
        if (type == "Limit") paged = true;
        if (kTakesAll.contains(type)) paged = false;
        const json::value* children = plan.if_contains("Plans");
        if (!children) return;
        for (const json::value& child : children->get_array()) {
            const json::object& below = child.get_object();
            const std::string place = text(below, "Parent Relationship");
            const bool inner = type == "Nested Loop" && place == "Inner";
            const bool once = place == "InitPlan";
            node(below, paged && !once && place != "SubPlan",
                 (repeated && !once) || inner || place == "SubPlan");
        }
    }

  private:
    static std::string text(const json::object& plan, const char* name) {
        const json::value* value = plan.if_contains(name);
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    }
    // A condition that names nothing but the tenant.
    static bool of_tenant_alone(const std::string& condition) {
        std::size_t at = 0;
        int columns = 0;
        bool other = false;
        while ((at = condition.find(" = ", at)) != std::string::npos) {
            const std::size_t begin = condition.find_last_of("( ", at - 1) + 1;
            const std::string column = condition.substr(begin, at - begin);
            other = other || (column != "org_id" && column != "project_id");
            ++columns;
            at += 3;
        }
        for (const char* compared : {" < ", " > ", " <= ", " >= ", " IS "})
            other = other || condition.find(compared) != std::string::npos;
        return columns > 0 && !other;
    }
    void scan(const json::object& plan, const std::string& type, bool paged, bool repeated) {
        const std::string table = text(plan, "Relation Name");
        if (!tables_.contains(table)) return;
        if (type == "Seq Scan") return fault("reads all of " + table);
        if (type.find("Index") == std::string::npos) return;  // Insert, Delete
        const std::string index = text(plan, "Index Name"), condition = text(plan, "Index Cond");
        if (kShortIndexes.contains(index)) return;
        if (!condition.empty() && !of_tenant_alone(condition)) return;
        if (condition.empty()) return fault("reads all of " + index);
        if (repeated) return fault("walks a tenant once a row, by " + index);
        if (class_ == "tenant" || (class_ == "page" && paged)) return;
        fault(std::string("walks a tenant") + (paged ? " page by page" : "") + ", by " + index);
    }
    void fault(std::string what) { faults_.push_back(std::move(what)); }

    const std::set<std::string>& tables_;
    std::string class_;
    std::vector<std::string> faults_;
};

class SkewedDatabase {
  public:
    explicit SkewedDatabase(bool orgs) {
        std::ifstream file("src/app/tests/skew.sql");
        std::string text(std::istreambuf_iterator<char>(file), {});
        replace_all(text, "$ORGS", orgs ? "true" : "false");
        const auto admin = database_.connect();
        admin->script(text, deadline_in(std::chrono::seconds(120)));
        // Partitions of months to come are empty, and read for nothing.
        for (const pg::Row row : admin->script(
                 "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
                 "WHERE p.polname = 'tenant' AND c.reltuples >= 1000",
                 deadline_in(std::chrono::seconds(10))))
            if (!kSmallTables.contains(std::string(row.raw(0))))
                tables_.insert(std::string(row.raw(0)));
        connection_ = testing::connect(database_.app_url());
        run(testing::kPlanAsTenant);
    }
    const std::set<std::string>& tables() const { return tables_; }

    // Empty: the statement is no plan's (SET, LOCK), or not the runtime role's.
    std::optional<json::value> plan_of(const NamedStatement& statement) {
        try {
            run("PREPARE asked AS " + statement.text);
        } catch (const Error&) {
            return std::nullopt;
        }
        std::optional<json::value> out;
        try {
            out = parse_json(run("EXPLAIN (FORMAT JSON) EXECUTE asked" +
                                 testing::null_parameters(statement.text))[0]
                                 .raw(0),
                             "a plan");
        } catch (const Error& e) {
            if (std::string_view(e.what()).find("permission denied") == std::string_view::npos)
                ADD_FAILURE() << statement.name << ": " << e.what();
        }
        run("DEALLOCATE asked");
        return out;
    }

  private:
    static void replace_all(std::string& text, std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
            text.replace(at, from.size(), to);
    }
    pg::Result run(const std::string& text) {
        return connection_->script(text, deadline_in(std::chrono::seconds(30)));
    }
    TestDatabase database_;
    std::unique_ptr<pg::Connection> connection_;
    std::set<std::string> tables_;
};

void expect_plans(bool orgs) {
    SkewedDatabase database(orgs);
    int planned = 0;
    for (const NamedStatement& statement : statements()) {
        const auto plan = database.plan_of(statement);
        if (!plan) continue;
        ++planned;
        PlanWalk walk(database.tables(), statement.plan_class);
        walk.node(plan->at(0).at("Plan").get_object(), false, false);
        for (const std::string& fault : walk.faults())
            ADD_FAILURE() << statement.name << " " << fault;
    }
    EXPECT_GT(planned, 350);
}

TEST(Plans, HoldWhereEachTenantIsAnOrganisation) {
    expect_plans(true);
}
TEST(Plans, HoldWhereEachTenantIsAProject) {
    expect_plans(false);
}

}  // namespace
}  // namespace stele::app
