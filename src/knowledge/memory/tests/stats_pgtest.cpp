// What memory.stats counts, and what it keeps.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "foundation/base/limits.hpp"
#include "knowledge/memory/tests/fixture.hpp"

namespace stele::memory {
namespace {

void fill(const World& world, const runtime::Context& context, std::int64_t count) {
    world.database.connect()->script(
        fmt::format(
            "INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, "
            "source, trust, content, content_hash, lexemes, tags, metadata, pinned, "
            "created_at, updated_at) SELECT '{}', '{}', gen_random_uuid(), 'global', 'i', "
            "'t', 'c', 's', 'x', 'text ' || g, sha256(('text ' || g)::bytea), "
            "'{{}}/1000000000', '{{}}', '{{}}', false, now(), now() FROM generate_series(1, "
            "{}) g",
            context.caller.org.text(), context.caller.project.text(), count),
        deadline_in(std::chrono::seconds(60)));
}

TEST(Stats, OfALargeTenantAreKeptAndSayWhenTheyWereCounted) {
    World world;
    runtime::Context large = world.context(), small = world.stranger();
    fill(world, large, limits::kStatsCounted + 1);
    fill(world, small, 3);
    const StatsOutput first = stats(large);
    EXPECT_EQ(first.total, limits::kStatsCounted + 1);
    store(large, note("one more"));
    store(small, note("one more"));
    const StatsOutput again = stats(large);
    EXPECT_EQ(again.total, first.total);
    EXPECT_EQ(again.counted_at, first.counted_at);
    EXPECT_EQ(stats(small).total, 4);

    world.restart();  // another pool: nothing is kept for it
    runtime::Context later = world.context();
    EXPECT_EQ(stats(later).total, first.total + 1);
}

}  // namespace
}  // namespace stele::memory
