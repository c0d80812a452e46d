#include "knowledge/retrieval/blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "foundation/base/error.hpp"

namespace stele::retrieval {
namespace {

const BlockPlace kPlace{*Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057"), 7};

constexpr std::uint32_t kDocuments = 200;  // so few that some of the lists are dense

std::vector<Posting> random_postings(std::mt19937& random) {
    std::vector<Posting> out;
    const int count = std::uniform_int_distribution(0, 700)(random);
    std::uniform_int_distribution<std::int32_t> dimension(1, random() % 2 ? 4 : 1'000'000'000);
    std::uniform_int_distribution<std::uint32_t> ordinal(0, kDocuments - 1);
    for (int i = 0; i < count; ++i)
        out.push_back({dimension(random), ordinal(random), std::uint8_t(1 + random() % 255)});
    std::ranges::sort(out);
    const auto same = [](const Posting& a, const Posting& b) {
        return a.dimension == b.dimension && a.ordinal == b.ordinal;
    };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

std::vector<Posting> decode(const BlockPlace& place, std::string_view bytes) {
    std::vector<Posting> out;
    PostingBlock(place, bytes).read(kDocuments, out);
    return out;
}

bool refused(const BlockPlace& place, std::string_view bytes) {
    // On the heap, without a byte to spare: what reads beyond shows under the sanitizers.
    const std::vector<char> exact(bytes.begin(), bytes.end());
    try {
        for (const Posting& p : decode(place, {exact.data(), exact.size()}))
            EXPECT_LT(p.ordinal, kDocuments);
        const PostingBlock block(place, {exact.data(), exact.size()});
        std::vector<float> scores(kDocuments);
        for (std::uint32_t term = 0; term < block.terms(); ++term)
            block.list(term).add_to(scores.data(), kDocuments, 1);
        return false;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::failed);
        EXPECT_NE(std::string(error.message()).find(place.segment.text()), std::string::npos);
        return true;
    }
}

TEST(Blocks, PostingsComeBackAsTheyWere) {
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        const std::vector<Posting> postings = random_postings(random);
        const std::string bytes = encode_postings(kPlace, kDocuments, postings);
        EXPECT_EQ(decode(kPlace, bytes), postings);
        const PostingBlock block(kPlace, bytes);
        for (const Posting& p : postings) {
            bool found = false;
            block.find(p.dimension).for_each(kDocuments, [&](auto ordinal, auto weight) {
                found |= ordinal == p.ordinal && weight == p.weight;
            });
            EXPECT_TRUE(found);
        }
        EXPECT_EQ(block.find(2'000'000'000).count(), 0u);
        EXPECT_EQ(block.find(0).count(), 0u);
    }
}

TEST(Blocks, IdsComeBackAsTheyWere) {
    for (const std::size_t count : {0u, 1u, 64u}) {
        std::vector<Uuid> ids(count);
        for (Uuid& id : ids) id = Uuid::v7();
        EXPECT_EQ(decode_ids(kPlace, encode_ids(kPlace, ids)), ids);
    }
}

TEST(Blocks, EveryChangedByteAndEveryCutIsSeen) {
    std::mt19937 random(2);
    for (int round = 0; round < 20; ++round) {
        const std::string good = encode_postings(kPlace, kDocuments, random_postings(random));
        ASSERT_FALSE(refused(kPlace, good));
        for (std::size_t at = 0; at < good.size(); ++at) {
            std::string bad = good;
            bad[at] = char(bad[at] ^ char(1 + random() % 255));
            EXPECT_TRUE(refused(kPlace, bad)) << "byte " << at;
            EXPECT_TRUE(refused(kPlace, good.substr(0, at))) << "cut at " << at;
        }
        EXPECT_TRUE(refused(kPlace, good + '\0'));
    }
}

TEST(Blocks, ABlockInAnothersPlaceIsSeen) {
    const std::string block = encode_postings(kPlace, kDocuments, std::vector<Posting>{{1, 2, 3}});
    EXPECT_TRUE(refused({kPlace.segment, 8}, block));
    EXPECT_TRUE(refused({Uuid::v7(), kPlace.bucket}, block));
    EXPECT_THROW(decode_ids(kPlace, block), Error);
    EXPECT_THROW(decode(kPlace, encode_ids(kPlace, std::vector<Uuid>(1))), Error);
}

// Blocks whose checksum is right and whose inside is not: written by a wrong program.
TEST(Blocks, WhatLiesOutsideTheSegmentIsRefused) {
    const std::vector<Posting> outside{{5, kDocuments, 9}};
    EXPECT_TRUE(refused(kPlace, encode_postings(kPlace, kDocuments + 1, outside)));
}

TEST(Blocks, WhateverIsInsideNothingBeyondItIsRead) {
    std::mt19937 random(3);
    int accepted = 0;
    for (int round = 0; round < 20; ++round) {
        const std::string good = encode_postings(kPlace, kDocuments, random_postings(random));
        for (int change = 0; change < 2000; ++change) {
            std::string bad = good;
            for (auto bytes = 1 + random() % 3; bytes > 0; --bytes)
                bad[4 + random() % (bad.size() - 4)] = char(random());
            if (random() % 4 == 0) bad.resize(16 + random() % (bad.size() - 15));
            bad = sealed(kPlace, bad);
            accepted += !refused(kPlace, bad);  // a weight that is another one, say
        }
    }
    EXPECT_GT(accepted, 0);
}

TEST(Blocks, AWeightIsKeptToHalfAStepAndNeverLost) {
    for (float weight = 0.001f; weight <= 2.2f; weight += 0.001f)
        EXPECT_NEAR(weight_of(quantised(weight)), weight, std::max(kWeightStep * 0.51f, 0.008f));
    EXPECT_EQ(quantised(0.0001f), 1);
    EXPECT_EQ(quantised(5.f), 255);
}

}  // namespace
}  // namespace stele::retrieval
