// Filters in the search of a large tenant: rows whenever there are any, and never by reading all.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/limits.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/retrieval/search_stats.hpp"
#include "knowledge/retrieval/segment_builder.hpp"

namespace stele::memory {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

// 3,000 lessons, all of them indexed but the last.
struct LargeTenant : ::testing::Test {
    World world;
    runtime::Context context = world.context();
    std::vector<std::string> rare;

    LargeTenant() {
        for (int from = 0; from < 3000; from += 1000) store_part(from);
        retrieval::build_all(context, std::span(&segment_source(), 1));
        EXPECT_EQ(search(context, question("common")).results.size(), 10U);
    }
    void store_part(int from) {
        StoreBatchInput batch;
        for (int i = from; i < from + 1000; ++i) {
            StoreInput in = note(fmt::format("common note unique{}x", i));
            if (i % 500 == 7) in.category = "rare";
            if (i % 500 == 7) in.tags = {"seldom", i < 1000 ? "early" : "late"};
            if (i % 1000 == 9) in.scope = "project:/elsewhere";
            batch.memories.push_back(in);
        }
        const auto ids = store_batch(context, batch).ids;
        for (int i = 7; i < 1000; i += 500) rare.push_back(ids[i]);
    }
    // What a search finds; fails when it read the whole tenant.
    std::vector<std::string> found(SearchInput in) {
        in.limit = 20;
        const auto runs = [] {
            return retrieval::search_stats().arms[std::size_t(retrieval::Arm::top)].runs;
        };
        const auto before = runs();
        std::vector<std::string> out;
        for (const Memory& m : search(context, in).results) out.push_back(m.id);
        EXPECT_EQ(runs(), before) << "everything visible was read";
        return out;
    }
};

TEST_F(LargeTenant, FewRowsOfACategoryAreAllFoundWhateverTheySay) {
    SearchInput in = question("common");
    in.category = "rare";
    EXPECT_THAT(found(in), UnorderedElementsAreArray(rare));
    in.query = "unheard";
    EXPECT_THAT(found(in), UnorderedElementsAreArray(rare));
    in.category = "none at all";
    EXPECT_THAT(found(in), IsEmpty());
}

TEST_F(LargeTenant, TagsAndScopesAreReachedAlike) {
    SearchInput in = question("common");
    in.tags = {"early", "never"};
    EXPECT_THAT(found(in), UnorderedElementsAreArray({rare[0], rare[1]}));
    in.tags = {};
    in.all_tags = {"seldom", "late"};
    EXPECT_THAT(found(in), UnorderedElementsAreArray({rare[2], rare[3], rare[4], rare[5]}));
    in.all_tags = {"late", "early"};
    EXPECT_THAT(found(in), IsEmpty());
    in.all_tags = {};
    in.scope = "project:/elsewhere";
    EXPECT_EQ(found(in).size(), 3U);
}

TEST_F(LargeTenant, AFilterThatManyFitGivesTheBestByWords) {
    SearchInput in = question("unique1234x");
    in.category = "lesson";
    EXPECT_EQ(found(in).size(), 20U);
    EXPECT_EQ(search(context, in).results.at(0).content, "common note unique1234x");
}

TEST_F(LargeTenant, AListOfFewIsWholePageByPage) {
    Filter filter;
    filter.category = "rare";
    std::vector<std::string> out;
    std::optional<std::string> cursor;
    do {
        const ListOutput page = list(context, filter, 4, cursor);
        for (const Memory& m : page.results) out.push_back(m.id);
        cursor = page.next_cursor;
    } while (cursor);
    EXPECT_THAT(out, ::testing::ElementsAreArray(rare.rbegin(), rare.rend()));
}

// What an earlier version stored has no labels: then rows are asked.
TEST_F(LargeTenant, RowsWithoutLabelsAreFoundToo) {
    world.database.connect()->script(
        "UPDATE memories SET lexemes = '{}/1000000000', indexed = false; TRUNCATE search_segments, "
        "search_blocks; INSERT INTO segment_queue SELECT DISTINCT org_id, project_id, 'memory' "
        "FROM "
        "memories; INSERT INTO due_work (org_id, project_id, task) SELECT DISTINCT org_id, "
        "project_id, 'segments' FROM memories",
        deadline_in(std::chrono::seconds(30)));
    retrieval::build_all(context, std::span(&segment_source(), 1));
    SearchInput in = question("common");
    in.category = "rare";
    in.limit = 20;
    EXPECT_EQ(search(context, in).results.size(), rare.size());
    Filter filter;
    filter.category = "rare";
    EXPECT_EQ(list(context, filter, 50, {}).results.size(), rare.size());
}

TEST_F(LargeTenant, AnotherCategoryIsFoundWithThatCommit) {
    UpdateInput change;
    change.id = rare[0];
    change.category = "lesson";
    update(context, change);
    change.id = rare[1];
    change.category = "moved";
    update(context, change);
    SearchInput in = question("common");
    in.category = "moved";
    EXPECT_THAT(found(in), UnorderedElementsAreArray({rare[1]}));
    in.category = "rare";
    EXPECT_THAT(found(in), UnorderedElementsAreArray({rare[2], rare[3], rare[4], rare[5]}));
}

}  // namespace
}  // namespace stele::memory
