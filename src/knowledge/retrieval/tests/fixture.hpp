// A tenant with items of drawn words, and the truth about what a search must find.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::retrieval {

inline const pg::Tenant kTenant{*Uuid::parse("00000000-0000-4000-8000-000000000001"),
                                *Uuid::parse("00000000-0000-4000-8000-000000000001")};

// Memories are the items; the statements of the memory domain are tested there.
inline const Source kSource{
    Kind::memory,
    {"test.take",
     "UPDATE memories SET indexed = true WHERE org_id = $1 AND project_id = $2 AND id = ANY "
     "(ARRAY(SELECT id FROM memories WHERE org_id = $1 AND project_id = $2 AND NOT indexed ORDER "
     "BY "
     "id NULLS FIRST LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)) RETURNING id, lexemes"},
    {"test.waiting",
     "SELECT count(*) FROM (SELECT FROM memories WHERE org_id = $1 AND project_id = $2 AND NOT "
     "indexed ORDER BY id NULLS FIRST LIMIT $3) t"},
    {"test.mark_unindexed",
     "UPDATE memories SET indexed = false WHERE org_id = $1 AND project_id = $2 AND indexed"}};

inline const pg::Statement kInsert{
    "test.insert",
    "INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, "
    "content, content_hash, lexemes, tags, metadata, pinned, created_at, updated_at) SELECT $1, "
    "$2, n.id, 'global', 'test', 'fact', 'fact', 'test', 'unverified', 'x', sha256(uuid_send("
    "n.id)), n.lexemes, '{}', '{}', false, now(), now() FROM unnest($3::uuid[], "
    "$4::sparsevec[]) AS n (id, lexemes)"};
inline const pg::Statement kAll{
    "test.all", "SELECT id, lexemes, indexed FROM memories WHERE org_id = $1 AND project_id = $2"};
inline const pg::Statement kUnindexed{
    "test.unindexed",
    "SELECT id, lexemes FROM memories WHERE org_id = $1 AND project_id = $2 AND NOT indexed"};
inline const pg::Statement kForget{
    "test.forget",
    "DELETE FROM memories WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3) RETURNING id, "
    "indexed, lexemes"};

inline pg::Call call_for(std::chrono::seconds time = std::chrono::seconds(60)) {
    return {kTenant, deadline_in(time)};
}

// Words of which some are common and most are rare; a document has 1 to 40 of them.
class Words {
  public:
    explicit Words(unsigned seed) : random_(seed) {}
    std::int32_t draw() {
        const double u = std::uniform_real_distribution(0.0, 1.0)(random_);
        return dimension_of("word" + std::to_string(int(std::pow(50'000.0, u))));
    }
    pg::SparseVector document() {
        std::map<std::int32_t, float> weights;
        const int count = std::uniform_int_distribution(1, 40)(random_);
        for (int i = 0; i < count; ++i)
            weights[draw()] = std::uniform_real_distribution(0.01f, 2.2f)(random_);
        pg::SparseVector out;
        out.entries.assign(weights.begin(), weights.end());
        return out;
    }
    std::vector<std::int32_t> query(std::size_t terms = 5) {
        std::set<std::int32_t> out;
        while (out.size() < terms) out.insert(draw());
        return {out.begin(), out.end()};
    }
    unsigned number(unsigned below) { return random_() % below; }

  private:
    std::mt19937 random_;
};

inline std::vector<Uuid> add_items(pg::Database& db, Words& words, std::size_t count) {
    std::vector<Uuid> out;
    while (out.size() < count) {
        std::vector<Uuid> ids;
        std::vector<pg::SparseVector> lexemes;
        for (; ids.size() < 2000 && out.size() < count; out.push_back(ids.back())) {
            ids.push_back(Uuid::v7());
            lexemes.push_back(words.document());
        }
        db.once(call_for(), kInsert, kTenant.org, kTenant.project, ids, lexemes);
    }
    return out;
}

using Scores = std::map<Uuid, float>;

// Σ weight over the query's terms, weights as a segment keeps them.
inline float score_of(std::string_view lexemes, const std::vector<std::int32_t>& query) {
    float score = 0;
    pg::for_each_sparse(lexemes, [&](std::int32_t dimension, float weight) {
        if (std::ranges::find(query, dimension) != query.end())
            score += weight_of(quantised(weight));
    });
    return score;
}

inline Scores scores_of(const pg::Result& rows, const std::vector<std::int32_t>& query) {
    Scores out;
    for (const pg::Row row : rows)
        if (const float score = score_of(row.raw(1), query); score > 0)
            out[row.get<Uuid>(0)] = score;
    return out;
}

// What the segments and the unindexed items answer together, each item's score; fails on an item
// shown twice.
inline Scores search_all(const pg::Database& db, pg::Transaction& tx,
                         const std::vector<std::int32_t>& query, std::size_t page = 300) {
    Scores out = scores_of(tx.query(kUnindexed, kTenant.org, kTenant.project), query);
    SegmentSearch search(db, tx, kTenant, Kind::memory, query);
    search.score(std::vector<double>(query.size(), 1));
    float before = 1e9f;
    for (;;) {
        const std::vector<ScoredItem> found = search.next(tx, page);
        for (const ScoredItem& f : found) {
            EXPECT_LE(f.score, before);
            before = f.score;
            EXPECT_TRUE(out.emplace(f.id, f.score).second) << f.id.text() << " twice";
        }
        if (found.size() < page) return out;
    }
}

inline void expect_same(const Scores& got, const Scores& truth) {
    ASSERT_EQ(got.size(), truth.size());
    for (const auto& [id, score] : truth) {
        const auto found = got.find(id);
        ASSERT_NE(found, got.end()) << id.text() << " is not found";
        ASSERT_NEAR(found->second, score, 1e-4) << id.text();
    }
}

// One search in a snapshot against a look at every row in the same.
inline void check_search(pg::Database& db, const std::vector<std::int32_t>& query) {
    pg::Call call = call_for();
    call.snapshot = true;
    db.transaction(call, [&](pg::Transaction& tx) {
        const Scores got = search_all(db, tx, query);
        expect_same(got, scores_of(tx.query(kAll, kTenant.org, kTenant.project), query));
    });
}

}  // namespace stele::retrieval
