#include "foundation/pg/database.hpp"

#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/pg/error.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"

namespace stele::pg {
namespace {

using std::chrono::milliseconds;
using testing::FaultProxy;
using ::testing::HasSubstr;
using testing::TestDatabase;

const Tenant kTenant{*Uuid::parse("00000000-0000-4000-8000-000000000001"),
                     *Uuid::parse("00000000-0000-4000-8000-000000000001")};

Call call(milliseconds time = milliseconds(10'000)) {
    return {kTenant, deadline_in(time)};
}

const Statement kOne{"test.one", "SELECT 1"};
const Statement kSleep{"test.sleep", "SELECT pg_sleep($1)"};
const Statement kSetting{"test.setting", "SELECT coalesce(current_setting($1, true), '')"};
const Statement kInsert{"test.insert", "INSERT INTO t (id) VALUES ($1)"};
const Statement kCount{"test.count", "SELECT count(*) FROM t"};

// A table that every login may use, outside any tenant.
void make_table(const TestDatabase& database, const std::string& columns = "id int PRIMARY KEY") {
    database.connect()->script(
        fmt::format("CREATE TABLE t ({}); GRANT ALL ON t TO PUBLIC", columns),
        deadline_in(milliseconds(5000)));
}

ServerError server_error(const std::function<void()>& action) {
    try {
        action();
    } catch (const ServerError& error) {
        return error;
    }
    ADD_FAILURE() << "no ServerError";
    return connection_lost("", "");
}

Error error(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& caught) {
        return caught;
    }
    ADD_FAILURE() << "no Error";
    return Error(Code::internal, "");
}

TEST(Values, TravelBothWaysUnchanged) {
    TestDatabase database;
    auto db = database.open();
    const Statement all{
        "test.all",
        "SELECT $1::bool, $2::int, $3::bigint, $4::float8, $5::text, $6::uuid, "
        "$7::timestamptz, $8::jsonb, $9::bytea, $10::text[], $11::uuid[], $12::text, "
        "$13::halfvec::vector::text, $14::sparsevec, $15::timestamptz[], $13::halfvec"};
    const Uuid id = Uuid::v7();
    const Timestamp time{1'732'000'000'123'456};
    const std::vector<float> vector{0.5f, -0.25f, 1e-6f, 0.333333f};
    SparseVector sparse;
    sparse.entries = {{1, 0.5f}, {999'999'999, 2.f}};
    const Result rows =
        db->once(call(), all, true, std::int32_t(-7), std::int64_t(1) << 40, -1.5, "grüße", id,
                 time, json::object{{"a", json::array{1, "x"}}},
                 Bytes{std::string_view("\0\xff", 2)}, std::vector<std::string>{"x", "", "y\"{},"},
                 std::vector<Uuid>{id}, std::optional<std::string>{}, HalfVector{vector}, sparse,
                 std::vector<std::optional<Timestamp>>{time, std::nullopt});
    const Row row = rows[0];
    EXPECT_TRUE(row.get<bool>(0));
    EXPECT_EQ(row.get<std::int32_t>(1), -7);
    EXPECT_EQ(row.get<std::int64_t>(2), std::int64_t(1) << 40);
    EXPECT_EQ(row.get<double>(3), -1.5);
    EXPECT_EQ(row.get<std::string>(4), "grüße");
    EXPECT_EQ(row.get<Uuid>(5), id);
    EXPECT_EQ(row.get<Timestamp>(6), time);
    EXPECT_EQ(serialize(row.get<json::object>(7)), R"({"a":[1,"x"]})");
    EXPECT_EQ(row.raw(8), std::string_view("\0\xff", 2));
    EXPECT_EQ(row.get<std::vector<std::string>>(9), (std::vector<std::string>{"x", "", "y\"{},"}));
    EXPECT_EQ(row.get<std::vector<Uuid>>(10), std::vector<Uuid>{id});
    EXPECT_FALSE(row.get<std::optional<std::string>>(11));
    EXPECT_THAT(row.get<std::string>(12), HasSubstr("[0.5,-0.25,"));
    SparseEntries entries;
    for_each_sparse(row.raw(13), [&](std::int32_t i, float v) { entries.emplace_back(i, v); });
    EXPECT_EQ(entries, (SparseEntries{{1, 0.5f}, {999'999'999, 2.f}}));
    // 16 bits of each: the third is below what they hold in full.
    EXPECT_EQ(row.get<std::vector<float>>(15),
              (std::vector<float>{0.5f, -0.25f, 17 * 0x1p-24f, 0.333251953125f}));
    EXPECT_THROW(row.get<std::vector<float>>(8), Error);
    EXPECT_THROW(row.get<std::string>(11), Error);  // NULL
    EXPECT_THROW(row.get<std::int32_t>(2), Error);  // eight bytes
}

// The last line of defence: the fields' bounds refuse such values before.
TEST(Values, ThatCannotBeStoredAreRefusedInWordsForTheCaller) {
    TestDatabase database;
    const auto db = database.open();
    const std::string deep(100'000, '[');
    for (const std::string& text : {std::string(R"("a\u0000b")"), std::string("inf"), deep}) {
        const ServerError refused = server_error([&] {
            db->once(call(), {"values_json", "SELECT $1::text::jsonb ->> 'x'"}, text);
        });
        EXPECT_EQ(refused.code(), Code::invalid_argument);
        EXPECT_THAT(std::string(refused.what()), Not(HasSubstr("PostgreSQL"))) << refused.what();
        EXPECT_THAT(std::string(refused.hint()), HasSubstr("NUL"));
    }
}

TEST(TenantTransaction, SettingsEndWithIt) {
    TestDatabase database;
    auto db = database.open({.size = 1});
    EXPECT_EQ(db->once(call(), kSetting, "stele.org_id")[0].get<std::string>(0),
              kTenant.org.text());
    EXPECT_EQ(db->untenanted(call().deadline, kSetting, "stele.org_id")[0].get<std::string>(0), "");
    EXPECT_EQ(db->untenanted(call().deadline, kSetting, "statement_timeout")[0].get<std::string>(0),
              "0");
}

TEST(TenantTransaction, ASuperuserBecomesTheRuntimeRole) {
    TestDatabase database;
    Database db(ConnInfo::parse(database.url()), {});
    const Statement who{"test.who", "SELECT current_user::text"};
    EXPECT_EQ(db.once(call(), who)[0].get<std::string>(0), "stele_runtime");
}

TEST(Transaction, CommitsWholeOrNotAtAll) {
    TestDatabase database;
    make_table(database);
    auto db = database.open();
    db->transaction(call(), [](Transaction& tx) {
        tx.query(kInsert, 1);
        tx.query(kInsert, 2);
    });
    const ServerError failed = server_error([&] {
        db->transaction(call(), [](Transaction& tx) {
            tx.query(kInsert, 3);
            tx.query(kInsert, 1);
        });
    });
    EXPECT_EQ(failed.code(), Code::conflict);
    EXPECT_EQ(failed.constraint(), "t_pkey");
    // An error that the body swallowed must not look like success.
    const Error swallowed = error([&] {
        db->transaction(call(), [](Transaction& tx) {
            tx.query(kInsert, 4);
            try {
                tx.query(kInsert, 1);
            } catch (const Error&) {
            }
        });
    });
    EXPECT_THAT(swallowed.what(), HasSubstr("rolled back"));
    EXPECT_EQ(db->once(call(), kCount)[0].get<std::int64_t>(0), 2);
    EXPECT_EQ(db->stats().in_use, 0u);
}

TEST(Transaction, RunsAgainAfterASerializationFailure) {
    TestDatabase database;
    make_table(database);
    auto db = database.open();
    const Statement raise{"test.raise",
                          "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"};
    int runs = 0;
    db->transaction(call(), [&](Transaction& tx) {
        tx.query(kInsert, 7);
        if (++runs < 3) tx.query(raise);
    });
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(db->once(call(), kCount)[0].get<std::int64_t>(0), 1);
    EXPECT_EQ(server_error([&] { db->once(call(), raise); }).sqlstate(), "40001");
}

TEST(Pipeline, AStatementQueuedTwiceIsPreparedOnce) {
    TestDatabase database;
    make_table(database);
    auto db = database.open();
    db->pipeline(call(), [](Pipeline& p) {
        for (const int id : {1, 2, 3}) p.add(kInsert, id);
    });
    EXPECT_EQ(db->once(call(), kCount)[0].get<std::int64_t>(0), 3);
    // Preparing it again would fail, as it does behind a pooler, and that is what it was taken for.
    EXPECT_TRUE(db->pool().prepared_statements());
}

TEST(Transaction, ASnapshotSeesOneMomentAndWritesNothing) {
    TestDatabase database;
    make_table(database);
    auto db = database.open();
    Call snapshot = call();
    snapshot.snapshot = true;
    const auto count = [](Transaction& tx) { return tx.query(kCount)[0].get<std::int64_t>(0); };
    db->transaction(snapshot, [&](Transaction& tx) {
        EXPECT_EQ(count(tx), 0);
        db->once(call(), kInsert, 1);
        EXPECT_EQ(count(tx), 0);
    });
    EXPECT_EQ(db->transaction(snapshot, count), 1);
    EXPECT_EQ(server_error([&] {
                  db->transaction(snapshot, [](Transaction& tx) { tx.query(kInsert, 2); });
              }).sqlstate(),
              "25006");
    db->transaction(call(), [](Transaction& tx) { tx.query(kInsert, 2); });  // on that connection
    EXPECT_EQ(db->transaction(snapshot, count), 2);
}

TEST(Deadline, CancelsOnTheServer) {
    TestDatabase database;
    auto db = database.open({.size = 1});
    const auto started = std::chrono::steady_clock::now();
    const ServerError late = server_error([&] { db->once(call(milliseconds(200)), kSleep, 30.0); });
    EXPECT_EQ(late.code(), Code::deadline_exceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(15));
    // The connection lived: nothing was cut.
    EXPECT_EQ(db->once(call(), kOne)[0].get<std::int32_t>(0), 1);
    EXPECT_EQ(db->stats().connects, 1u);
}

TEST(Deadline, ACallerWhoLeavesIsNotWaitedFor) {
    TestDatabase database;
    auto db = database.open();
    std::stop_source stop;
    std::jthread leaver([&] {
        std::this_thread::sleep_for(milliseconds(100));
        stop.request_stop();
    });
    Call leaving = call();
    leaving.cancelled = stop.get_token();
    EXPECT_EQ(error([&] { db->once(leaving, kSleep, 30.0); }).code(), Code::cancelled);
    EXPECT_EQ(db->once(call(), kOne).rows(), 1);
}

TEST(Weather, ReadsRideThroughCuts) {
    TestDatabase database;
    FaultProxy proxy(database.app_url());
    Database db(ConnInfo::parse(proxy.url()), {.size = 2});
    db.once(call(), kOne);
    std::jthread weather([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(milliseconds(20));
            proxy.cut();
        }
    });
    for (int i = 0; i < 50; ++i) EXPECT_EQ(db.once(call(), kOne).rows(), 1);
}

TEST(Weather, AWriteThatMustNotRepeatSaysThatItsOutcomeIsUnknown) {
    TestDatabase database;
    make_table(database, "id int");
    FaultProxy proxy(database.app_url());
    Database db(ConnInfo::parse(proxy.url()), {.size = 1});
    db.once(call(), kOne);
    Call once = call();
    once.repeatable = false;
    proxy.cut_after(0);
    const Error lost = error([&] { db.once(once, kInsert, 1); });
    EXPECT_EQ(lost.code(), Code::unavailable);
    EXPECT_THAT(lost.what(), HasSubstr("unknown"));
}

TEST(Weather, ARepeatableWriteIsThereOnceWhenItsAnswerWasLost) {
    TestDatabase database;
    make_table(database);
    const Statement upsert{"test.upsert", "INSERT INTO t (id) VALUES ($1) ON CONFLICT DO NOTHING"};
    FaultProxy proxy(database.app_url());
    Database db(ConnInfo::parse(proxy.url()), {.size = 1});
    for (int i = 0; i < 10; ++i) {
        db.once(call(), kOne);
        proxy.cut_after(i * 20);  // at a different place of the answer each time
        std::jthread mender([&] {
            std::this_thread::sleep_for(milliseconds(50));
            proxy.cut_after(-1);
        });
        db.once(call(), upsert, i);
    }
    EXPECT_EQ(database.connect()->script("SELECT count(*) FROM t", call().deadline)[0].raw(0),
              "10");
}

TEST(Weather, ANetworkThatSwallowsBytesEndsAtTheDeadline) {
    TestDatabase database;
    FaultProxy proxy(database.app_url());
    Database db(ConnInfo::parse(proxy.url()), {.size = 1});
    db.once(call(), kOne);
    proxy.blackhole(true);
    EXPECT_EQ(error([&] { db.once(call(milliseconds(300)), kOne); }).code(),
              Code::deadline_exceeded);
}

TEST(Connecting, TellsTheCausesApart) {
    const TestDatabase database;
    const auto failure = [](const std::string& url) {
        return server_error(
            [&] { Connection::open(ConnInfo::parse(url), {}, deadline_in(milliseconds(3000))); });
    };
    EXPECT_THAT(failure("postgresql://x@127.0.0.1:1/x").what(),
                HasSubstr("error (connection refused at 127.0.0.1:1)"));
    EXPECT_THAT(failure("postgresql://x@/x?host=/nonexistent").what(),
                HasSubstr("no server on this"));
    EXPECT_THAT(failure("postgresql://x@no-such-host.invalid/x").what(), HasSubstr("host name"));
    EXPECT_EQ(failure(testing::url_for("no_such_database")).sqlstate(), "3D000");
    EXPECT_EQ(failure(testing::url_for(database.name(), "no_such_user")).sqlstate(), "28000");
    FaultProxy proxy(database.url());
    proxy.blackhole(true);
    EXPECT_THAT(server_error([&] {
                    Connection::open(ConnInfo::parse(proxy.url()), {},
                                     deadline_in(milliseconds(200)));
                }).what(),
                HasSubstr("timeout"));
}

TEST(Copy, MovesRowsBothWays) {
    TestDatabase database;
    auto connection = database.connect();
    const Deadline deadline = call().deadline;
    connection->script("CREATE TABLE c (a int, b text)", deadline);
    int given = 0;
    const auto rows = connection->copy_in(
        "COPY c FROM STDIN",
        [&](std::string& chunk) {
            for (int i = 0; i < 1000; ++i)
                chunk += fmt::format("{}\ttext {}\n", given * 1000 + i, i);
            return ++given <= 20;
        },
        deadline);
    EXPECT_EQ(rows, 20'000u);
    std::size_t lines = 0;
    connection->copy_out(
        "COPY c TO STDOUT",
        [&](std::string_view chunk) {
            lines += std::size_t(std::count(chunk.begin(), chunk.end(), '\n'));
        },
        deadline);
    EXPECT_EQ(lines, 20'000u);
    EXPECT_THROW(connection->copy_in(
                     "COPY c FROM STDIN",
                     [n = 0](std::string& chunk) mutable {
                         chunk = "not a number\tx\n";
                         return ++n == 1;
                     },
                     deadline),
                 Error);
    EXPECT_EQ(connection->script("SELECT count(*) FROM c", deadline)[0].raw(0), "20000");
}

}  // namespace
}  // namespace stele::pg
