#include "knowledge/retrieval/block_cache.hpp"

#include <gtest/gtest.h>

namespace stele::retrieval {
namespace {

BlockCache::Key key(std::int32_t bucket, std::uint32_t removed = 0, std::uint64_t database = 1) {
    return {database, Uuid{}, removed, bucket};
}

TEST(BlockCache, GivesWhatWasKeptForThatStateOfTheSegment) {
    BlockCache cache(1000);
    cache.keep(key(1), "postings");
    EXPECT_EQ(*cache.find(key(1)), "postings");
    EXPECT_EQ(cache.find(key(2)), nullptr);
    EXPECT_EQ(cache.find(key(1, 1)), nullptr) << "something was purged meanwhile";
    EXPECT_EQ(cache.find(key(1, 0, 2)), nullptr) << "another database";
}

TEST(BlockCache, PushesOutWhatWasNotAskedForTheLongest) {
    BlockCache cache(400);
    const std::string block(100, 'x');
    for (int i = 0; i < 4; ++i) cache.keep(key(i), block);
    cache.find(key(0));
    cache.keep(key(4), block);
    EXPECT_NE(cache.find(key(0)), nullptr);
    EXPECT_EQ(cache.find(key(1)), nullptr);
    EXPECT_EQ(cache.size(), 400u);
}

TEST(BlockCache, WhatIsInUseStaysWhole) {
    BlockCache cache(400);
    cache.keep(key(0), "in use");
    const auto block = cache.find(key(0));
    for (int i = 1; i < 9; ++i) cache.keep(key(i), std::string(100, 'x'));
    EXPECT_EQ(cache.find(key(0)), nullptr);
    EXPECT_EQ(*block, "in use");
}

TEST(BlockCache, DoesNotKeepWhatWouldPushOutAllOthers) {
    BlockCache cache(400);
    cache.keep(key(0), std::string(101, 'x'));
    EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace stele::retrieval
