// A worker that indexes, merges, purges and empties is killed with SIGKILL, again and again, while
// others search: no item is ever hidden or shown twice, and every score is the row's.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "foundation/base/log.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "knowledge/retrieval/tests/fixture.hpp"

namespace stele::retrieval {
namespace {

constexpr int kKills = 12;
const pg::Statement kDueNow{"test.due_now",
                            "UPDATE segment_queue SET not_before = now() WHERE org_id = $1"};
const pg::Statement kSome{
    "test.some",
    "SELECT id FROM memories WHERE org_id = $1 AND project_id = $2 ORDER BY md5(id::text || $3) "
    "LIMIT 25"};

void build_now(pg::Database& db) {
    const runtime::Settings settings;
    runtime::Context context{{}, settings, db,   nullptr, deadline_in(std::chrono::seconds(60)),
                             {}, "crash",  true, {}};
    request_indexing(db, call_for(), Kind::memory);
    db.once(call_for(), kDueNow, kTenant.org);
    build_all(context, std::span(&kSource, 1));
}

void forget_some(pg::Database& db, Words& words) {
    db.transaction(call_for(), [&](pg::Transaction& tx) {
        std::vector<Uuid> ids;
        for (const pg::Row row :
             tx.query(kSome, kTenant.org, kTenant.project, std::to_string(words.number(1'000'000))))
            ids.push_back(row.get<Uuid>(0));
        std::vector<Gone> items;
        for (const pg::Row row : tx.query(kForget, kTenant.org, kTenant.project, ids))
            if (row.get<bool>(1)) items.push_back(gone(row.get<Uuid>(0), row.raw(2)));
        purge(tx, kTenant, Kind::memory, items);
    });
}

[[noreturn]] void work(const std::string& url, unsigned seed) {
    log::set_level(log::Level::off);
    pg::Database db(pg::ConnInfo::parse(url), {.size = 2});
    Words words(seed);
    for (;;) {
        const unsigned what = words.number(10);
        if (what < 4) add_items(db, words, 300);
        if (what < 8) build_now(db);
        if (what >= 4) forget_some(db, words);
        if (what == 9)
            db.transaction(call_for(),
                           [](pg::Transaction& tx) { empty_segments(tx, kTenant, kSource); });
    }
}

TEST(Crash, NeitherHidesNorDoublesAnItem) {
    const testing::TestDatabase database;
    auto db = database.open();
    Words words(3);
    add_items(*db, words, 9'500);
    int searches = 0;
    for (int kill = 0; kill < kKills; ++kill) {
        const pid_t child = ::fork();
        if (child == 0) work(database.app_url(), unsigned(100 + kill));
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(50 + words.number(700));
        do {
            check_search(*db, words.query(4));
            ++searches;
        } while (std::chrono::steady_clock::now() < until);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the worker ended by itself";
        check_search(*db, words.query(4));
        if (::testing::Test::HasFatalFailure()) return;
    }
    build_now(*db);
    for (int i = 0; i < 20; ++i) check_search(*db, words.query(4));
    const auto all = db->transaction(
        call_for(), [](pg::Transaction& tx) { return manifest(tx, kTenant, Kind::memory); });
    EXPECT_FALSE(all.empty());
    EXPECT_LT(all.size(), 16u);
    std::printf("%d searches beside %d kills, %zu segments at the end\n", searches, kKills,
                all.size());
}

// Writers who forget and update, workers who index, readers: all at once, nobody killed.
TEST(Race, ForgettingBesideFoldingLeavesNothingBehind) {
    const testing::TestDatabase database;
    auto db = database.open({.size = 8});
    Words start(5);
    add_items(*db, start, 9'500);
    std::atomic<bool> stop = false;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            while (!stop) build_now(*db);
        });
        threads.emplace_back([&, t] {
            Words words(unsigned(20 + t));
            while (!stop) {
                add_items(*db, words, 100);
                forget_some(*db, words);
            }
        });
    }
    for (int i = 0; i < 40; ++i) check_search(*db, start.query(4));
    stop = true;
    threads.clear();
    check_search(*db, start.query(4));
    // What the segments hold is what the indexed rows are: nothing of a forgotten one.
    db->transaction(call_for(), [&](pg::Transaction& tx) {
        double indexed = 0;
        for (const pg::Row row : tx.query(kAll, kTenant.org, kTenant.project))
            indexed += row.get<bool>(2);
        const std::vector<std::int32_t> none;
        EXPECT_EQ(SegmentSearch(*db, tx, kTenant, Kind::memory, none).documents(), indexed);
    });
}

}  // namespace
}  // namespace stele::retrieval
