// Retention of what ran: which jobs go, which stay, and the months of their events.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "operate/retention/operations.hpp"
#include "operate/setup/tests/context.hpp"
#include "support/test_database.hpp"

namespace stele::retention {
namespace {

using testing::HasSubstr;
using testing::query;
using testing::TestDatabase;

constexpr const char* kOrg = "00000000-0000-4000-8000-00000000000a";
constexpr const char* kOtherOrg = "00000000-0000-4000-8000-00000000000b";

struct JobRetention : testing::Test {
    TestDatabase database;
    ops::Bench bench{database.app_url(), database.url(), register_operations};

    std::string ask(const std::string& text) { return query(database.url(), text); }

    // A job that was submitted and ended so many days ago; "queued" ones live. `more`: other
    // columns.
    std::string job(const std::string& retention, int days, const std::string& status = "complete",
                    const char* org = kOrg) {
        const std::string made = ask(fmt::format(
            "INSERT INTO jobs (org_id, project_id, id, queue, name, instance, retention, "
            "created_at, status, ended_at) SELECT '{0}', '{0}', overlay(gen_random_uuid()::text "
            "PLACING regexp_replace(lpad(to_hex(floor(extract(epoch FROM now() - interval '{2} "
            "days') * 1000)::bigint), 12, '0'), '^(.{{8}})(.{{4}})$', '\\1-\\2') FROM 1 FOR "
            "13)::uuid, 'q', 'build', 'i', '{1}', now() - interval '{2} days', '{3}', CASE WHEN "
            "'{3}' <> 'queued' THEN now() - interval '{2} days' END RETURNING id",
            org, retention, days, status));
        if (status == "queued")
            ask(
                fmt::format("INSERT INTO job_queue (org_id, project_id, id, queue, name, state) "
                            "VALUES ('{0}', '{0}', '{1}', 'q', 'build', 'ready')",
                            org, made));
        return made;
    }
    void set(const std::string& id, const std::string& what) {
        ask("UPDATE jobs SET " + what + " WHERE id = '" + id + "'");
    }
    std::string artifact(const std::string& id, const std::string& retention = "standard") {
        return ask(
            fmt::format("INSERT INTO artifacts (org_id, project_id, id, job_id, uri, sha256, "
                        "bytes, media_type, redaction_status, retention) VALUES ('{0}', "
                        "'{0}', gen_random_uuid(), '{1}', 'u', repeat('0', 64), 1, 't', "
                        "'none', '{2}') RETURNING id",
                        kOrg, id, retention));
    }
    bool there(const std::string& id) {
        return ask("SELECT count(*) FROM jobs WHERE id = '" + id + "'") == "1";
    }
    json::value apply() {
        return bench.run("db.retention_apply", {{"force", true}, {"confirm", "apply-retention"}});
    }
};

TEST_F(JobRetention, TakesEndedJobsWithAllThatHangsOnThem) {
    const std::string gone = job("ephemeral", 31), recent = job("ephemeral", 29),
                      standard = job("standard", 4000), live = job("ephemeral", 31, "queued"),
                      other = job("ephemeral", 31, "failed", kOtherOrg);
    const std::string file = artifact(gone);
    ask(fmt::format(
        "INSERT INTO job_steps VALUES ('{0}', '{0}', '{1}', 's', 1, 1, 'complete', NULL, NULL, "
        "NULL, NULL, now(), now());"
        "INSERT INTO job_signals VALUES ('{0}', '{0}', '{1}', 's', NULL, 'me', now());"
        "INSERT INTO job_checkpoints VALUES ('{0}', '{0}', '{1}', 1, NULL, 'l', true, '1', 'h', 1);"
        "INSERT INTO job_tool_calls VALUES ('{0}', '{0}', '{1}', 1, NULL, 't', NULL, NULL, 'ok', "
        "1, now());"
        "INSERT INTO job_attempts VALUES ('{0}', '{0}', '{1}', 1, 1, 'retried');"
        "INSERT INTO graph_edges (org_id, project_id, src, dst, type, src_kind, dst_kind, strict, "
        "source, owner) VALUES ('{0}', '{0}', '{2}', '{1}', 'produced_artifact', 'artifact', "
        "'job', true, 'artifacts', '{2}')",
        kOrg, gone, file));
    EXPECT_THAT(bench.print("db.retention_plan"),
                HasSubstr("would delete 2 of 2 tenants from jobs, ephemeral: ended more than 30 "
                          "days ago"));
    EXPECT_EQ(apply().at("rows"), 2);
    EXPECT_FALSE(there(gone));
    EXPECT_FALSE(there(other));
    EXPECT_TRUE(there(recent));
    EXPECT_TRUE(there(standard));
    EXPECT_TRUE(there(live));
    for (const char* table : {"job_steps", "job_signals", "job_checkpoints", "job_tool_calls",
                              "job_attempts", "artifacts", "graph_edges"})
        EXPECT_EQ(ask("SELECT count(*) FROM " + std::string(table)), "0") << table;
    EXPECT_EQ(ask("SELECT string_agg(table_name || ' ' || row_ids[1], ', ' ORDER BY table_name) "
                  "FROM retention_log WHERE org_id = '" +
                  std::string(kOrg) + "'"),
              "artifacts " + file + ", jobs " + gone);
    EXPECT_EQ(apply().at("rows"), 0);
}

TEST_F(JobRetention, LeavesWhatLiveJobsNeed) {
    bench.settings().retention.standard_days = 30;
    const std::string live = job("standard", 40, "queued"), parent = job("standard", 40),
                      child = job("standard", 40), origin = job("standard", 40),
                      stem = job("standard", 40), held = job("standard", 40),
                      free = job("standard", 40);
    set(live,
        fmt::format("parent_id = '{}', retry_of = '{}', forked_from = '{}'", parent, origin, stem));
    set(child, fmt::format("parent_id = '{}'", live));
    const std::string proof = artifact(held, "legal-hold");
    EXPECT_EQ(bench.run("db.retention_plan").at("rows"), 1);
    EXPECT_EQ(apply().at("rows"), 1);
    EXPECT_FALSE(there(free));
    ask("DELETE FROM job_queue");
    set(live, "status = 'complete', ended_at = now()");
    EXPECT_EQ(apply().at("rows"), 4);
    EXPECT_TRUE(there(held));
    ask("UPDATE artifacts SET retention = 'standard' WHERE id = '" + proof + "'");
    EXPECT_EQ(apply().at("rows"), 1);
}

TEST_F(JobRetention, WorksInBatches) {
    ask(
        fmt::format("INSERT INTO jobs (org_id, project_id, id, queue, name, instance, retention, "
                    "status, ended_at) SELECT '{0}', '{0}', ('01890a5d-ac96-774b-bcce-' || "
                    "lpad(n::text, 12, '0'))::uuid, 'q', 'b', 'i', 'ephemeral', 'complete', now() "
                    "- interval '40 days' FROM generate_series(1, 2500) n",
                    kOrg));
    EXPECT_EQ(apply().at("rows"), 2500);
    EXPECT_EQ(ask("SELECT string_agg(row_count::text, ' ' ORDER BY row_count DESC) FROM "
                  "retention_log"),
              "1000 1000 500");
}

TEST_F(JobRetention, NobodyDeletesWhatIsUnderLegalHold) {
    const std::string held = job("legal-hold", 4000), plain = job("standard", 1);
    const std::string proof = artifact(plain, "legal-hold");
    const auto runtime = testing::connect(database.app_url());
    query(*runtime, fmt::format("SET stele.org_id = '{0}'; SET stele.project_id = '{0}'", kOrg));
    query(*runtime, "DELETE FROM jobs WHERE retention = 'legal-hold'; DELETE FROM artifacts");
    EXPECT_TRUE(there(held));
    EXPECT_EQ(ask("SELECT count(*) FROM artifacts"), "1");
    // The job would take the artifact along.
    EXPECT_THROW(query(*runtime, "DELETE FROM jobs WHERE id = '" + plain + "'"), Error);
    for (const char* table : {"jobs", "artifacts"}) try {
            ask("DELETE FROM " + std::string(table));
            ADD_FAILURE() << table;
        } catch (const Error& error) {
            EXPECT_THAT(std::string(error.what()), HasSubstr("is under legal hold"));
        }
    EXPECT_TRUE(there(held));
    EXPECT_TRUE(there(plain));
}

// Months of 2020, each with an event of a job of its own.
struct EventRetention : JobRetention {
    EventRetention() {
        for (const char* month : {"01", "02", "03"}) {
            ask(
                fmt::format("CREATE TABLE job_events_y2020m{0} PARTITION OF job_events FOR VALUES "
                            "FROM ('2020-{0}-01 00:00Z') TO ('2020-{0}-01 00:00Z'::timestamptz + "
                            "interval '1 month')",
                            month));
            jobs.push_back(job("standard", 2000));
            ask(
                fmt::format("INSERT INTO job_events VALUES ('{0}', '{0}', '{1}', 1, 'e', NULL, "
                            "NULL, '2020-{2}-10Z')",
                            kOrg, jobs.back(), month));
        }
    }
    std::string months() {
        return ask(
            "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class "
            "WHERE relname ~ '^job_events_y2020m..$'");
    }
    void live(const std::string& job) {
        set(job, "status = 'queued', ended_at = NULL");
        ask(
            fmt::format("INSERT INTO job_queue (org_id, project_id, id, queue, name, state) VALUES "
                        "('{0}', '{0}', '{1}', 'q', 'j', 'ready')",
                        kOrg, job));
    }
    std::vector<std::string> jobs;
};

TEST_F(EventRetention, KeepsAllUnlessToldOtherwise) {
    EXPECT_EQ(apply().at("rows"), 0);
    EXPECT_EQ(months(), "job_events_y2020m01 job_events_y2020m02 job_events_y2020m03");
}

TEST_F(EventRetention, DropsMonthsThatAreOverButNoneOfALiveOrHeldJob) {
    bench.settings().retention.event_days = 90;
    set(jobs[0], "retention = 'legal-hold'");
    live(jobs[1]);
    EXPECT_THAT(bench.print("db.retention_plan"),
                HasSubstr("would delete 1 of 1 tenants from job_events, events: the month ended "
                          "more than 90 days ago"));
    EXPECT_EQ(months(), "job_events_y2020m01 job_events_y2020m02 job_events_y2020m03");
    EXPECT_EQ(apply().at("rows"), 1);
    EXPECT_EQ(months(), "job_events_y2020m01 job_events_y2020m02");
    EXPECT_EQ(ask("SELECT org_id || ' ' || table_name || ' ' || row_count || ' ' || row_ids[1] "
                  "FROM retention_log"),
              fmt::format("{} job_events_y2020m03 1 {}", kOrg, jobs[2]));
    set(jobs[0], "retention = 'standard'");
    EXPECT_EQ(apply().at("rows"), 1);
    EXPECT_EQ(months(), "job_events_y2020m02");
}

TEST_F(EventRetention, TheMaintenanceRoleAloneDropsPartitions) {
    const auto runtime = testing::connect(database.app_url());
    const std::string drop = "SELECT count(*) FROM stele_drop_partitions('job_events', ";
    // Before PostgreSQL 16 a login has what it is a member of.
    if (query(*runtime, "SELECT current_setting('server_version_num')::int >= 160000") == "t")
        EXPECT_THROW(query(*runtime, drop + "'2020-03-01 00:00Z')"), Error);
    EXPECT_THROW(query(*runtime, "SET ROLE stele_runtime; " + drop + "'2020-03-01 00:00Z')"),
                 Error);
    EXPECT_THROW(query(*runtime, "DROP TABLE job_events_y2020m01"), Error);
    // What may, may no more than that.
    query(*runtime, "SET ROLE stele_maintenance");
    EXPECT_THROW(query(*runtime, drop + "now())"), Error);
    EXPECT_THROW(query(*runtime, drop + "NULL)"), Error);
    EXPECT_THROW(query(*runtime, "SELECT stele_drop_partitions('memories', '2020-03-01Z')"), Error);
    EXPECT_THROW(query(*runtime, "DROP TABLE job_events_y2020m01"), Error);
    EXPECT_THROW(query(*runtime, "SELECT count(*) FROM memories"), Error);
    live(jobs[1]);
    EXPECT_EQ(query(*runtime, drop + "'2020-03-01 00:00Z')"), "1");
    EXPECT_EQ(months(), "job_events_y2020m02 job_events_y2020m03");
    // What it set for itself is gone with it.
    EXPECT_EQ(query(*runtime, "SELECT coalesce(current_setting('stele.operator', true), '')"), "");
}

// What goes is listed in pages; what is too much is counted.
TEST_F(EventRetention, TheLogListsAThousandIdsARow) {
    const auto add = [&](const char* month, int jobs_of) {
        ask(
            fmt::format("INSERT INTO job_events SELECT '{0}', '{0}', gen_random_uuid(), 1, 'e', "
                        "NULL, NULL, '2020-{1}-10Z' FROM generate_series(1, {2})",
                        kOrg, month, jobs_of));
    };
    add("01", 2499);
    add("02", 10'000);
    bench.settings().retention.event_days = 90;
    EXPECT_EQ(apply().at("rows"), 2500 + 10'001 + 1);
    EXPECT_EQ(ask("SELECT string_agg(row_count || '/' || cardinality(row_ids), ' ' ORDER BY rule) "
                  "FROM retention_log WHERE table_name = 'job_events_y2020m01'"),
              "2500/1000 1000/1000 500/500");
    EXPECT_EQ(ask("SELECT count(DISTINCT i) FROM retention_log, unnest(row_ids) i WHERE "
                  "table_name = 'job_events_y2020m01'"),
              "2500");
    EXPECT_THAT(ask("SELECT row_count || ' ' || cardinality(row_ids) || ' ' || rule FROM "
                    "retention_log WHERE table_name = 'job_events_y2020m02'"),
                HasSubstr("10001 0 the month ended"));
}

// An owner whom forced row-level security binds sees as much: no hold is overlooked.
TEST_F(EventRetention, AnOwnerWhoIsNoSuperuserSeesTheHoldsToo) {
    ask("DO $$ BEGIN CREATE ROLE stele_test_owner LOGIN; EXCEPTION WHEN duplicate_object THEN "
        "NULL; "
        "END $$; GRANT stele_operator TO stele_test_owner");
    for (const char* table : {"jobs", "job_events", "job_events_y2020m01", "job_events_y2020m02",
                              "job_events_y2020m03", "retention_log"})
        ask("ALTER TABLE " + std::string(table) + " OWNER TO stele_test_owner");
    ask("ALTER FUNCTION stele_drop_partitions(text, timestamptz, boolean) OWNER TO "
        "stele_test_owner; ALTER FUNCTION stele_log_partition(name, name, text, boolean) OWNER TO "
        "stele_test_owner; GRANT SELECT ON partitioned_tables, job_queue TO stele_test_owner");
    bench.settings().retention.event_days = 90;
    set(jobs[0], "retention = 'legal-hold'");
    live(jobs[1]);
    EXPECT_EQ(apply().at("rows"), 1);
    EXPECT_EQ(months(), "job_events_y2020m01 job_events_y2020m02");
    EXPECT_EQ(ask("SELECT org_id::text FROM retention_log"), kOrg);
}

}  // namespace
}  // namespace stele::retention
