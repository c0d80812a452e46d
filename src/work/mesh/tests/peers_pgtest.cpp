// Which of several servers is spoken to, and what it is told.
#include "work/mesh/delegation/peers.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "work/mesh/delegation/delegate.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::HasSubstr;

struct Two : World {
    Server far{"far"};
    runtime::Context here = context();

    Two() { register_instance(here, instance("far", "", far.url())); }
};

TEST(Delegation, AConversationStaysWhereItIs) {
    Two bench;
    Server other("other");
    register_instance(bench.here, instance("other", "", other.url()));
    heartbeat(bench.here, beat_of("far", 2));
    const auto target_of = [&](const std::string& conversation) {
        DelegateInput in = task("go on");
        in.conversation = conversation;
        return delegate(bench.here, in).target.value_or("");
    };
    EXPECT_EQ(target_of("thread 1"), "other");
    heartbeat(bench.here, beat_of("far", 0));
    heartbeat(bench.here, beat_of("other", 3));
    EXPECT_EQ(target_of(""), "far");
    EXPECT_EQ(target_of("thread 2"), "far");
    EXPECT_EQ(target_of("thread 1"), "other") << "though far has more time by now";
    RouteInput in = question("go on");
    in.conversation = "thread 1";
    const RouteOutput out = route(bench.here, in);
    EXPECT_EQ(out.selected_instance->name, "other");
    EXPECT_THAT(out.reason, HasSubstr("has the conversation"));
    // Until it is not well.
    bench.silent("other", 95);
    EXPECT_EQ(target_of("thread 1"), "far");
    heartbeat(bench.here, beat_of("other", 0));
    EXPECT_EQ(target_of("thread 1"), "far") << "where it went on";
}

}  // namespace
}  // namespace stele::mesh
