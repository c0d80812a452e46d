// Vector lists: triggers keep the codes, splits keep the lists short, and searches find what is
// near whatever has been interrupted.
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "knowledge/retrieval/lists.hpp"
#include "knowledge/retrieval/tests/fixture.hpp"

namespace stele::retrieval {
namespace {

constexpr std::size_t kDimensions = 64;

const pg::Statement kAddVectors{
    "test.add_vectors",
    "WITH n AS MATERIALIZED (SELECT * FROM unnest($4::uuid[], $5::halfvec[]) AS n (id, "
    "embedding)), "
    "replaced AS (DELETE FROM memory_vectors v USING n WHERE v.org_id = $1 AND v.project_id = $2 "
    "AND "
    "v.memory_id = n.id AND v.model <> $3) INSERT INTO memory_vectors (org_id, project_id, "
    "memory_id, model, embedding) SELECT $1, $2, n.id, $3, n.embedding FROM n ON CONFLICT (org_id, "
    "project_id, memory_id, model) DO UPDATE SET embedding = excluded.embedding"};
const pg::Statement kExact{
    "test.exact",
    "SELECT memory_id FROM memory_vectors WHERE org_id = $1 AND project_id = $2 AND model = $3 "
    "ORDER BY embedding <=> $4::halfvec LIMIT $5"};

struct Lists : ::testing::Test {
    testing::TestDatabase database;
    std::unique_ptr<pg::Database> db = database.open();
    Words words{5};
    std::mt19937 random{11};
    std::vector<std::vector<float>> themes;
    std::int32_t model = 0;

    void SetUp() override {
        model = std::stoi(ask(
            "INSERT INTO embedding_models (name, dimensions, weights_hash) VALUES ('m', 64, 'h') "
            "RETURNING id"));
        for (int i = 0; i < 40; ++i) themes.push_back(drawn(nullptr));
    }
    std::string ask(const std::string& text) {
        const pg::Result rows =
            database.connect()->script(text, deadline_in(std::chrono::seconds(60)));
        return rows.empty() ? "" : std::string(rows[0].raw(0));
    }
    std::int64_t count(const std::string& what) { return std::stoll(ask("SELECT " + what)); }

    // Near a theme, as texts are; or anywhere.
    std::vector<float> drawn(const std::vector<float>* theme) {
        std::normal_distribution<float> normal;
        std::vector<float> out(kDimensions);
        for (std::size_t i = 0; i < kDimensions; ++i)
            out[i] = normal(random) + (theme ? 2 * (*theme)[i] : 0);
        return out;
    }
    std::vector<float> drawn() { return drawn(&themes[random() % themes.size()]); }

    std::vector<Uuid> add(std::size_t many) {
        const std::vector<Uuid> ids = add_items(*db, words, many);
        set_vectors(ids, model);
        return ids;
    }
    void set_vectors(const std::vector<Uuid>& ids, std::int32_t of_model) {
        for (std::size_t from = 0; from < ids.size(); from += 1000) {
            const std::vector<Uuid> some(
                ids.begin() + std::ptrdiff_t(from),
                ids.begin() + std::ptrdiff_t(std::min(ids.size(), from + 1000)));
            std::vector<std::vector<float>> vectors;
            for (std::size_t i = 0; i < some.size(); ++i) vectors.push_back(drawn());
            db->once(call_for(), kAddVectors, kTenant.org, kTenant.project, of_model, some,
                     vectors);
        }
    }
    void tend_all() {
        while (tend_lists(*db, call_for(), Kind::memory) > 0) {
        }
    }
    std::vector<Uuid> near(const std::vector<float>& question, std::int32_t limit,
                           std::optional<std::vector<std::string>> scopes = std::nullopt) {
        const pg::HalfVector half{question};
        return db->transaction(call_for(), [&](pg::Transaction& tx) {
            const NearLists lists = near_lists(*db, tx, kTenant, Kind::memory, model, half);
            return nearest_in(tx.pipeline([&](pg::Pipeline& p) {
                ask_nearest(p, kTenant, Kind::memory, model, half, lists, scopes, limit);
            })[0]);
        });
    }
    // The share of the truly nearest ten that is found, over some questions.
    double recall() {
        constexpr int kQuestions = 30, kNearest = 10;
        int hits = 0;
        for (int i = 0; i < kQuestions; ++i) {
            const std::vector<float> question = drawn();
            const auto found = near(question, 50);
            for (const pg::Row row : db->once(call_for(), kExact, kTenant.org, kTenant.project,
                                              model, pg::HalfVector{question}, kNearest))
                hits += std::ranges::count(found, row.get<Uuid>(0)) > 0;
        }
        return double(hits) / (kQuestions * kNearest);
    }
};

TEST_F(Lists, EveryVectorHasACodeAndTheNearestAreFound) {
    const auto ids = add(5000);
    EXPECT_EQ(count("count(*) FROM vector_codes"), 5000);
    EXPECT_EQ(count("count(*) FROM segment_queue"), 1);  // some noticed that the list is too long
    tend_all();
    EXPECT_EQ(count("count(*) FROM vector_codes"), 5000);
    EXPECT_EQ(count("count(*) FROM vector_lists WHERE splitting OR centroid IS NULL"), 0);
    EXPECT_LE(count("max(n) FROM (SELECT count(*) AS n FROM vector_codes GROUP BY list) t"),
              kListMost);
    EXPECT_GE(recall(), 0.9);
    const auto found = near(drawn(), 300);
    EXPECT_EQ(std::set(found.begin(), found.end()).size(), std::size_t(kCodesCompared));
}

TEST_F(Lists, AnInterruptedSplitGoesOnAndHidesNothing) {
    add(5000);
    // As if killed after the list was closed, before anything was moved.
    db->once(call_for(),
             pg::Statement{"test.half",
                           "UPDATE vector_lists SET splitting = true WHERE org_id = $1 AND "
                           "project_id = $2"},
             kTenant.org, kTenant.project);
    EXPECT_GE(recall(), 0.9);
    add(50);  // they begin a list of their own
    EXPECT_EQ(count("count(*) FROM vector_codes c JOIN vector_lists l USING (list) WHERE NOT "
                    "l.splitting"),
              50);
    EXPECT_GE(recall(), 0.9);
    tend_all();
    EXPECT_EQ(count("count(*) FROM vector_codes"), 5050);
    EXPECT_EQ(count("count(*) FROM vector_lists WHERE splitting"), 0);
    EXPECT_GE(recall(), 0.9);
}

TEST_F(Lists, CodesFollowTheirVectors) {
    const auto ids = add(300);
    db->once(call_for(), kForget, kTenant.org, kTenant.project, std::vector{ids[0], ids[1]});
    EXPECT_EQ(count("count(*) FROM vector_codes"), 298);
    const std::string before =
        ask("SELECT code FROM vector_codes WHERE item = '" + ids[2].text() + "'");
    set_vectors({ids[2]}, model);
    EXPECT_EQ(count("count(*) FROM vector_codes"), 298);
    EXPECT_NE(ask("SELECT code FROM vector_codes WHERE item = '" + ids[2].text() + "'"), before);
    // Another model's vectors are compared with its own questions only.
    const auto other = std::stoi(
        ask("INSERT INTO embedding_models (name, dimensions, weights_hash) VALUES ('n', 64, 'h') "
            "RETURNING id"));
    set_vectors({ids[3]}, other);
    const auto found = near(drawn(), 300);
    EXPECT_EQ(std::ranges::count(found, ids[3]), 0);
    EXPECT_EQ(near(drawn(), 10, std::vector<std::string>{"project:/elsewhere"}).size(), 0u);
    EXPECT_EQ(near(drawn(), 10, std::vector<std::string>{"global"}).size(), 10u);
}

// A process that knows the lists of before chooses from those, and finds the new ones all the same.
TEST_F(Lists, WhatWasSplitSinceIsFound) {
    add(1500);
    EXPECT_GE(recall(), 0.9);
    add(3500);
    tend_all();
    EXPECT_EQ(count("count(*) FROM vector_lists WHERE list = 0"), 0);  // the one that is known
    EXPECT_GE(recall(), 0.9);
}

TEST_F(Lists, AreMadeAnewFromTheVectors) {
    add(2500);
    tend_all();
    EXPECT_GE(recall(), 0.9);
    const std::int64_t dropped = db->transaction(
        call_for(), [&](pg::Transaction& tx) { return drop_lists(tx, kTenant, Kind::memory); });
    EXPECT_EQ(dropped, 2500);
    EXPECT_EQ(count("count(*) FROM vector_lists WHERE list >= 0"), 1);  // the next one
    tend_all();
    EXPECT_EQ(count("count(*) FROM vector_codes"), 2500);
    EXPECT_EQ(count("count(*) FROM vector_lists WHERE splitting"), 0);
    EXPECT_GE(recall(), 0.9);
}

TEST_F(Lists, AreMadeAnewWhileVectorsAreWritten) {
    const std::vector<Uuid> ids = add(400);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        // By twenties, as the backfill of vectors writes them.
        for (std::size_t from = 0; from + 20 <= ids.size(); from += 20)
            for (int round = 0; round < 5; ++round)
                set_vectors(
                    {ids.begin() + std::ptrdiff_t(from), ids.begin() + std::ptrdiff_t(from + 20)},
                    model);
        done = true;
    });
    int rounds = 0;
    for (; !done; ++rounds) {
        EXPECT_NO_THROW(db->transaction(
            call_for(), [&](pg::Transaction& tx) { drop_lists(tx, kTenant, Kind::memory); }))
            << "round " << rounds;
        // A writer tries five times to find a list that stays.
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    writer.join();
    EXPECT_GT(rounds, 3);
    tend_all();
    EXPECT_EQ(count("count(*) FROM vector_codes"), 400);
}

TEST_F(Lists, AnotherTenantSeesNone) {
    add(100);
    const pg::Tenant stranger{*Uuid::parse("11111111-1111-4111-8111-111111111111"),
                              kTenant.project};
    const auto found =
        db->pipeline({stranger, deadline_in(std::chrono::seconds(20))}, [&](pg::Pipeline& p) {
            ask_nearest(p, kTenant, Kind::memory, model, pg::HalfVector{drawn()}, {}, std::nullopt,
                        10);
        });
    EXPECT_TRUE(found[0].empty());
}

}  // namespace
}  // namespace stele::retrieval
