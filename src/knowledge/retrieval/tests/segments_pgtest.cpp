#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "knowledge/retrieval/sql.hpp"
#include "knowledge/retrieval/tests/fixture.hpp"

namespace stele::retrieval {
namespace {

using ::testing::HasSubstr;

class Segments : public ::testing::Test {
  protected:
    runtime::Context context() {
        runtime::Caller caller;
        caller.org = kTenant.org;
        caller.project = kTenant.project;
        return {caller, settings_, *db_, nullptr, deadline_in(std::chrono::seconds(60)),
                {},     "test",    true, {}};
    }
    BuildStats build_now() {
        request_indexing(*db_, call_for(), Kind::memory);
        runtime::Context at = context();
        return build_all(at, std::span(&kSource, 1));
    }
    std::string ask(const std::string& text) {
        const pg::Result rows =
            database_.connect()->script(text, deadline_in(std::chrono::seconds(60)));
        return rows.empty() ? "" : std::string(rows[0].raw(0));
    }
    std::vector<Segment> segments() {
        return db_->transaction(
            call_for(), [](pg::Transaction& tx) { return manifest(tx, kTenant, Kind::memory); });
    }
    void check_searches(int count) {
        for (int i = 0; i < count; ++i) check_search(*db_, words_.query(1 + words_.number(8)));
    }
    void forget(const std::vector<Uuid>& ids) {
        db_->transaction(call_for(), [&](pg::Transaction& tx) {
            std::vector<Gone> items;
            for (const pg::Row row : tx.query(kForget, kTenant.org, kTenant.project, ids))
                if (row.get<bool>(1)) items.push_back(gone(row.get<Uuid>(0), row.raw(2)));
            purge(tx, kTenant, Kind::memory, items);
        });
    }

    testing::TestDatabase database_;
    std::unique_ptr<pg::Database> db_ = database_.open();
    runtime::Settings settings_;
    Words words_{7};
};

// Every posting and id in the blocks of all segments, decoded.
struct Inside {
    std::vector<Uuid> ids;  // without the blanks
    std::multimap<Uuid, std::int32_t> terms;
};
Inside look_inside(pg::Transaction& tx) {
    Inside out;
    for (const Segment& segment : manifest(tx, kTenant, Kind::memory)) {
        std::vector<Uuid> ids;
        for (std::uint32_t at = 0; at < segment.documents; at += kChunk) {
            const Blocks block(tx, kTenant, {{segment.id, chunk_bucket(at)}});
            const auto chunk = decode_ids(block.place(0), block.bytes(0));
            ids.insert(ids.end(), chunk.begin(), chunk.end());
        }
        EXPECT_EQ(ids.size(), segment.documents);
        for (const Uuid& id : ids)
            if (id != Uuid{}) out.ids.push_back(id);
        for (std::uint32_t bucket = 0; bucket < segment.buckets; ++bucket) {
            const Blocks block(tx, kTenant, {{segment.id, std::int32_t(bucket)}});
            std::vector<Posting> postings;
            PostingBlock(block.place(0), block.bytes(0)).read(segment.documents, postings);
            for (const Posting& p : postings) {
                EXPECT_EQ(bucket_of(p.dimension, segment.buckets), std::int32_t(bucket));
                out.terms.emplace(ids[p.ordinal], p.dimension);
            }
        }
    }
    return out;
}

TEST_F(Segments, AShortTailIsLeftAlone) {
    add_items(*db_, words_, limits::kUnindexedMost);
    EXPECT_EQ(build_now().segments, 0);
    EXPECT_TRUE(segments().empty());
    EXPECT_EQ(ask("SELECT count(*) FROM segment_queue"), "0");
    check_searches(3);
}

TEST_F(Segments, ALongTailIsFoldedUntilTheNewestRemain) {
    const std::vector<Uuid> ids = add_items(*db_, words_, limits::kUnindexedMost + 1);
    EXPECT_EQ(build_now().items, limits::kUnindexedMost + 1 - limits::kUnindexedLeft);
    EXPECT_EQ(segments().size(), 1u);
    EXPECT_EQ(ask("SELECT min(id::text) FROM memories WHERE NOT indexed"),
              ids[limits::kUnindexedMost + 1 - limits::kUnindexedLeft].text());
    check_searches(20);
}

TEST_F(Segments, BesideSegmentsTheTailIsKeptShorter) {
    add_items(*db_, words_, limits::kUnindexedMost + 1);
    build_now();
    add_items(*db_, words_, limits::kUnindexedWithSegments - limits::kUnindexedLeft);
    EXPECT_EQ(build_now().segments, 0);
    add_items(*db_, words_, 1);
    EXPECT_EQ(build_now().items, limits::kUnindexedWithSegments + 1 - limits::kUnindexedLeft);
    check_searches(10);
}

TEST_F(Segments, EightOfALevelBecomeOneOfTheNext) {
    add_items(*db_, words_, 9 * limits::kSegmentMost + limits::kUnindexedWithSegments);
    const BuildStats stats = build_now();
    EXPECT_EQ(stats.segments, 9);
    EXPECT_EQ(stats.merges, 1);
    const auto all = segments();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].documents, 8u * limits::kSegmentMost);
    EXPECT_EQ(ask("SELECT count(*) FROM search_blocks b WHERE NOT EXISTS (SELECT FROM "
                  "search_segments s WHERE s.segment = b.segment)"),
              "0");
    check_searches(20);
}

TEST_F(Segments, EveryPageComesInOrderAndTheFirstIsTheBest) {
    add_items(*db_, words_, 2'500);
    build_now();
    const auto query = words_.query(6);
    pg::Call call = call_for();
    call.snapshot = true;
    db_->transaction(call, [&](pg::Transaction& tx) {
        const Scores truth = search_all(*db_, tx, query, 1000);
        expect_same(search_all(*db_, tx, query, 1), truth);
        expect_same(search_all(*db_, tx, query, 57), truth);
    });
}

TEST_F(Segments, TheFrequenciesAreThoseOfTheRows) {
    add_items(*db_, words_, 3'000);
    build_now();
    const auto query = words_.query(4);
    db_->transaction(call_for(), [&](pg::Transaction& tx) {
        const SegmentSearch search(*db_, tx, kTenant, Kind::memory, query);
        std::vector<double> truth(query.size(), 0);
        double documents = 0;
        for (const pg::Row row : tx.query(kAll, kTenant.org, kTenant.project)) {
            if (!row.get<bool>(2)) continue;
            ++documents;
            for (std::size_t i = 0; i < query.size(); ++i)
                truth[i] += score_of(row.raw(1), {query[i]}) > 0;
        }
        EXPECT_EQ(search.documents(), documents);
        EXPECT_EQ(search.frequency(), truth);
    });
}

TEST_F(Segments, NothingOfWhatWasPurgedIsLeft) {
    const std::vector<Uuid> ids = add_items(*db_, words_, 10'000);
    build_now();
    std::vector<Uuid> out;
    for (const Uuid& id : ids)
        if (words_.number(100) == 0) out.push_back(id);
    check_searches(10);  // the process keeps the lists of common words
    forget(out);
    const std::set<Uuid> dead(out.begin(), out.end());
    db_->transaction(call_for(), [&](pg::Transaction& tx) {
        const Inside inside = look_inside(tx);
        for (const Uuid& id : inside.ids) EXPECT_FALSE(dead.contains(id));
        EXPECT_EQ(inside.terms.count(Uuid{}), 0u) << "a posting without an item";
        std::size_t indexed = 0, terms = 0;
        for (const pg::Row row : tx.query(kAll, kTenant.org, kTenant.project)) {
            if (!row.get<bool>(2)) continue;
            ++indexed;
            terms += gone(row.get<Uuid>(0), row.raw(1)).terms.size();
        }
        EXPECT_EQ(inside.ids.size(), indexed);
        EXPECT_EQ(inside.terms.size(), terms);
    });
    check_searches(10);
    // What is left goes on: more items, merges over segments with holes.
    add_items(*db_, words_, 8'000);
    EXPECT_GT(build_now().merges, 0);
    check_searches(10);
}

TEST_F(Segments, ASegmentOfWhichAllIsPurgedGoes) {
    const std::vector<Uuid> ids = add_items(*db_, words_, limits::kUnindexedMost + 1);
    build_now();
    forget(ids);
    EXPECT_TRUE(segments().empty());
    EXPECT_EQ(ask("SELECT count(*) FROM search_blocks"), "0");
}

TEST_F(Segments, RefoldMakesThemAnew) {
    add_items(*db_, words_, 2 * limits::kSegmentMost + limits::kUnindexedWithSegments);
    build_now();
    const Emptied emptied = db_->transaction(
        call_for(), [](pg::Transaction& tx) { return empty_segments(tx, kTenant, kSource); });
    EXPECT_EQ(emptied.items, 2 * limits::kSegmentMost);
    EXPECT_TRUE(segments().empty());
    check_searches(3);
    runtime::Context at = context();
    EXPECT_EQ(build_all(at, std::span(&kSource, 1)).items, 2 * limits::kSegmentMost);
    check_searches(3);
}

TEST_F(Segments, ADamagedOrMissingBlockIsAnErrorThatNamesIt) {
    add_items(*db_, words_, 2'000);
    build_now();
    const auto query = words_.query(3);
    ask("UPDATE search_blocks SET block = set_byte(block, 20, 255 - get_byte(block, 20)) WHERE "
        "bucket >= 0");
    const auto message = [&]() -> std::string {
        try {
            check_search(*db_, query);
            return "";
        } catch (const Error& error) {
            return std::string(error.message());
        }
    };
    EXPECT_THAT(message(), HasSubstr(segments()[0].id.text() + " is not what was written"));
    ask("DELETE FROM search_blocks WHERE bucket >= 0");
    EXPECT_THAT(message(), HasSubstr("is missing"));
}

TEST_F(Segments, AnotherTenantSeesNothingOfThem) {
    add_items(*db_, words_, 2'000);
    build_now();
    pg::Call stranger = call_for();
    stranger.tenant.project = *Uuid::parse("11111111-1111-4111-8111-111111111111");
    const Segment segment = segments()[0];
    db_->transaction(stranger, [&](pg::Transaction& tx) {
        // Even asked with the owner's ids: row-level security decides, not the words of the query.
        EXPECT_TRUE(manifest(tx, kTenant, Kind::memory).empty());
        EXPECT_THROW(Blocks(tx, kTenant, {{segment.id, 0}}), Error);
    });
}

TEST_F(Segments, AWorkerThatIsNotAloneLeavesTheWorkToTheOther) {
    add_items(*db_, words_, 2'000);
    auto holder = database_.connect();
    holder->script("SELECT pg_advisory_lock(hashtextextended('stele segments ' || '" +
                       kTenant.org.text() + " ' || '" + kTenant.project.text() +
                       " ' || 'memory', 0))",
                   deadline_in(std::chrono::seconds(5)));
    EXPECT_EQ(build_now().segments, 0);
    EXPECT_EQ(ask("SELECT count(*) FROM segment_queue WHERE not_before > now() AND not_before < "
                  "now() + interval '5 seconds'"),
              "1");
    ask("UPDATE segment_queue SET not_before = now()");
    holder.reset();
    while (build_now().segments == 0) ask("UPDATE segment_queue SET not_before = now()");
    check_searches(3);
}

// The plan of a statement, made as the product makes it.
std::string plan_of(pg::Transaction& tx, const char* text, const std::vector<Uuid>& segments,
                    const std::vector<std::int32_t>& buckets) {
    const std::string sql = std::string("EXPLAIN ") + text;
    std::string out;
    for (const pg::Row row :
         tx.query({"test.explain", sql.c_str()}, kTenant.org, kTenant.project, segments, buckets))
        out += std::string(row.raw(0)) + "\n";
    return out;
}

// Under row-level security, and planned while the table has hardly a row: such a plan lives on.
TEST_F(Segments, BlocksAreReachedByTheirKey) {
    ask("INSERT INTO search_blocks SELECT gen_random_uuid(), gen_random_uuid(), "
        "gen_random_uuid(), 1, ''; ANALYZE search_blocks");
    const auto check = [&] {
        db_->transaction(call_for(), [&](pg::Transaction& tx) {
            manifest(tx, kTenant, Kind::memory);
            const std::string plan = plan_of(tx, sql::blocks.text, {Uuid::v7()}, {0});
            EXPECT_THAT(plan, HasSubstr("Index Scan using search_blocks_pkey"));
            EXPECT_THAT(plan, HasSubstr(" AND (segment = u.segment) AND (bucket = u.bucket))"));
        });
    };
    check();
    add_items(*db_, words_, 10'000);
    build_now();
    ask("ANALYZE");
    check();
}

}  // namespace
}  // namespace stele::retrieval
