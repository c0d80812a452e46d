// Memories in segments: what the domain's writes must keep true there.
#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/operations.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "support/boat_model.hpp"

namespace stele::memory {
namespace {

struct Segments : ::testing::Test {
    World world;
    runtime::Context context = world.context();

    std::vector<std::string> store_many(int count) {
        std::vector<std::string> ids;
        for (int from = 0; from < count; from += 1000) {
            StoreBatchInput batch;
            for (int i = from; i < std::min(count, from + 1000); ++i)
                batch.memories.push_back(note(fmt::format("common note unique{}x", i)));
            const auto out = store_batch(context, batch);
            ids.insert(ids.end(), out.ids.begin(), out.ids.end());
        }
        return ids;
    }
    // Whatever asked for it: a batch that is large enough does.
    retrieval::BuildStats build_segment() {
        return retrieval::build_all(context, std::span(&segment_source(), 1));
    }
    // The ids that the segments have for these words, and how many documents they know of.
    std::vector<std::string> in_segments(const std::string& words, double* documents = nullptr) {
        std::vector<std::int32_t> dimensions;
        for (const std::string& term : retrieval::query_terms(words))
            dimensions.push_back(retrieval::dimension_of(term));
        pg::Call call = call_of(context);
        call.snapshot = true;
        return world.db->transaction(call, [&](pg::Transaction& tx) {
            retrieval::SegmentSearch search(*world.db, tx, call.tenant, retrieval::Kind::memory,
                                            dimensions);
            search.score();
            if (documents) *documents = search.documents();
            std::vector<std::string> out;
            for (const retrieval::ScoredItem& f : search.next(tx, 5000)) out.push_back(f.id.text());
            return out;
        });
    }
    std::string sql(const std::string& text) {
        return std::string(
            world.database.connect()->script(text, deadline_in(std::chrono::seconds(10)))[0].raw(
                0));
    }
};

TEST_F(Segments, ABatchHasItselfFolded) {
    store_many(1200);
    EXPECT_EQ(build_segment().items, 1200 - limits::kUnindexedLeft);
    EXPECT_EQ(in_segments("common").size(), std::size_t(1200 - limits::kUnindexedLeft));
    // Searched row by row as before: both ways lead to every memory.
    EXPECT_EQ(search(context, question("unique7x")).results.at(0).content, "common note unique7x");
}

TEST_F(Segments, SingleStoresAskForAFoldNowAndThen) {
    std::string id = Uuid::v7().text();
    id.replace(34, 2, "00");
    StoreInput in = note("asks");
    in.id = id;
    store(context, in);
    EXPECT_EQ(sql("SELECT count(*) FROM segment_queue"), "1");
    EXPECT_EQ(build_segment().segments, 0);
    EXPECT_EQ(sql("SELECT count(*) FROM segment_queue"), "0");
}

TEST_F(Segments, WhatIsForgottenIsGoneFromThemWithThatCommit) {
    const auto ids = store_many(1200);
    build_segment();
    ASSERT_EQ(in_segments("unique5x"), std::vector{ids[5]});
    ForgetInput in;
    in.ids = {ids[5], ids[6], ids[1199]};
    EXPECT_EQ(forget(context, in).forgotten, 3);
    double documents = 0;
    EXPECT_TRUE(in_segments("unique5x unique6x unique1199x", &documents).empty());
    EXPECT_EQ(documents, 1200 - limits::kUnindexedLeft - 2);
}

TEST_F(Segments, ANewTextIsInTheTailAndTheOldOneNowhere) {
    const auto ids = store_many(1200);
    build_segment();
    UpdateInput in;
    in.id = ids[9];
    in.trust = Trust::verified;
    update(context, in);  // the same words and labels: it stays where it is
    EXPECT_EQ(in_segments("unique9x"), std::vector{ids[9]});
    in.content = "another thing altogether";
    update(context, in);
    EXPECT_TRUE(in_segments("unique9x").empty());
    EXPECT_TRUE(in_segments("altogether").empty());
    EXPECT_EQ(sql("SELECT indexed FROM memories WHERE id = '" + ids[9] + "'"), "f");
    EXPECT_EQ(search(context, question("altogether")).results.at(0).id, ids[9]);
    store_many(2400);
    build_segment();
    EXPECT_EQ(in_segments("altogether"), std::vector{ids[9]});
}

// What an earlier version split otherwise is in the segments under those words, until it is
// written.
TEST_F(Segments, WordsOfAnEarlierVersionLeaveThemWithTheNextChange) {
    const auto ids = store_many(1200);
    world.database.connect()->script(
        "UPDATE memories SET lexemes = '{77:1}/1000000000' WHERE id = '" + ids[9] + "'",
        deadline_in(std::chrono::seconds(10)));
    build_segment();
    UpdateInput in;
    in.id = ids[9];
    in.trust = Trust::verified;
    update(context, in);
    EXPECT_EQ(sql("SELECT indexed FROM memories WHERE id = '" + ids[9] + "'"), "f");
    pg::Call call = call_of(context);
    call.snapshot = true;
    const std::vector<std::int32_t> dimensions{77};
    world.db->transaction(call, [&](pg::Transaction& tx) {
        retrieval::SegmentSearch search(*world.db, tx, call.tenant, retrieval::Kind::memory,
                                        dimensions);
        EXPECT_EQ(search.frequency(), std::vector<double>{0});
        return 0;
    });
}

TEST_F(Segments, WhatIsFoldedIsFoundByItsMeaning) {
    stele::testing::BoatModel model;
    context.embedder = &model;
    const std::string id = store(context, note("We bought a boat.")).id;
    store_many(1200);
    build_segment();
    fill_all(context);
    ASSERT_EQ(sql("SELECT indexed FROM memories WHERE id = '" + id + "'"), "t");
    EXPECT_EQ(search(context, question("which vessel")).results.at(0).id, id);
}

TEST_F(Segments, TheOperationMakesThemAnew) {
    store_many(1200);
    build_segment();
    const auto emptied = world.db->transaction(call_of(context), [&](pg::Transaction& tx) {
        return retrieval::empty_segments(tx, call_of(context).tenant, segment_source());
    });
    EXPECT_EQ(emptied.segments, 1);
    EXPECT_EQ(emptied.items, 1200 - limits::kUnindexedLeft);
    EXPECT_TRUE(in_segments("common").empty());
    EXPECT_EQ(build_segment().items, 1200 - limits::kUnindexedLeft);
}

// What an earlier version wrote: words that this one does not make of the text.
TEST_F(Segments, TextsOfAnEarlierVersionAreSplitAnew) {
    const std::string id = store(context, note("กุญแจห้องเก็บของอยู่กับสมชาย")).id;
    store_many(1200);
    sql("UPDATE memories SET lexemes = '{1:1}/1000000000' RETURNING 1");
    build_segment();
    ASSERT_EQ(in_segments("common").size(), 0u);
    ASSERT_TRUE(in_segments("กุญแจ").empty());
    EXPECT_EQ(retrieval::split_again(context, call_of(context), segment_source()), 1201);
    world.db->transaction(call_of(context), [&](pg::Transaction& tx) {
        retrieval::empty_segments(tx, call_of(context).tenant, segment_source());
    });
    build_segment();
    EXPECT_EQ(in_segments("กุญแจ"), std::vector{id});
    EXPECT_EQ(search(context, question("กุญแจ")).results.at(0).id, id);
    EXPECT_EQ(retrieval::split_again(context, call_of(context), segment_source()), 1201);
}

}  // namespace
}  // namespace stele::memory
