// Which of several servers is spoken to, and what it is told.
#include "mesh/peers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mesh/delegate.hpp"
#include "mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::HasSubstr;

struct Two : World {
    Server far{"far"};
    api::Context here = context();

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

TEST(Peers, TheTokenIsForHostsThatMayHaveIt) {
    api::Settings settings;
    EXPECT_TRUE(Peers(settings).trusts("http://anywhere.example:7600"));
    settings.mesh.peer_hosts = "10.0.0.7, *.Example.org, [::1]";
    const Peers peers(settings);
    for (const char* url : {"http://10.0.0.7:7600/job", "https://a.example.org",
                            "http://[::1]:7600/job", "https://A.B.EXAMPLE.org:1/x"})
        EXPECT_TRUE(peers.trusts(url)) << url;
    for (const char* url :
         {"http://10.0.0.70:7600", "https://example.org.evil.example/", "https://evilexample.org",
          "http://x.example/10.0.0.7", "http://[::2]:7600"})
        EXPECT_FALSE(peers.trusts(url)) << url;
}

TEST(Peers, AndNobodyElseSeesIt) {
    Two bench;
    std::string seen;
    bench.far.before = [&](const http::Request& request) -> std::optional<http::Response> {
        if (const auto header = request.head.header("authorization")) seen = *header;
        return std::nullopt;
    };
    bench.settings.mesh.peer_token = "for-friends-0123456789";
    bench.settings.mesh.peer_hosts = "friend.example";
    delegate(bench.here, task("x"));
    EXPECT_EQ(seen, "");
    bench.settings.mesh.peer_hosts = "127.0.0.1";
    delegate(bench.here, task("y"));
    EXPECT_EQ(seen, "Bearer for-friends-0123456789");
}

}  // namespace
}  // namespace stele::mesh
