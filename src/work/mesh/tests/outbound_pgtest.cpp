// Endpoints that whoever registers chooses: what is refused, what is never sent, and what a hostile
// server may answer.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/http/tests/raw_listener.hpp"
#include "work/mesh/members/presence.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using http::test::RawListener;
using ::testing::HasSubstr;

std::string refusal_of(runtime::Context& context, const std::string& endpoint) {
    try {
        register_instance(context, instance("a", "", endpoint));
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid_argument);
        return error.what();
    }
}

TEST(Endpoints, AreRefusedWithAReasonWhenTheyAreRegistered) {
    World world;
    runtime::Context here = world.context();
    for (const char* wrong :
         {"http://x:0", "http://x:99999", "http://x:5432", "http://x:22", "http://x y",
          "http://x\ny", "http://x\\y", "http://u@x", "gopher://x", "http://169.254.169.254",
          "http://[::1]:7600", "http://10.0.0.1", "http://0x7f.2", "http://[::ffff:127.0.0.1]:80",
          "http://0.0.0.0"})
        EXPECT_THAT(refusal_of(here, wrong), HasSubstr("endpoint: ")) << wrong;
    EXPECT_EQ(refusal_of(here, "http://peer.example:7600"), "");
    EXPECT_EQ(refusal_of(here, "http://127.0.0.1:7600"), "") << "mesh.peerHosts names it";
    world.settings.mesh.peer_hosts = "";
    EXPECT_THAT(refusal_of(here, "http://127.0.0.1:7600"), HasSubstr("mesh.peerHosts"));
    world.settings.mesh.endpoint = "http://127.0.0.1:7600";
    EXPECT_EQ(refusal_of(here, "http://127.0.0.1:7600"), "") << "the operator's own";
}

// What stands in the table, for it came there before the hosts were named or by a name that
// resolves to another address now.
TEST(Endpoints, NotAByteIsSentToAnAddressThatNoSettingNames) {
    RawListener listener;
    World world;
    runtime::Context here = world.context();
    world.settings.mesh.peer_token = "for-friends-0123456789";
    register_instance(here, instance("inside", "data", listener.url()));
    world.settings.mesh.peer_hosts = "friend.example";
    for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1"}) {
        world.tell("UPDATE mesh_instances SET endpoint = '" + listener.url(host) + "'");
        const DelegateOutput out = delegate(here, task("x", "inside"));
        EXPECT_FALSE(out.delegated) << host;
        EXPECT_THAT(out.message.value_or(""), HasSubstr("mesh.peerHosts")) << host;
    }
    EXPECT_EQ(listener.connections(), 0);
    EXPECT_EQ(listener.received(), "");
}

TEST(Endpoints, WithoutAHostListNobodyHasTheToken) {
    Server peer("peer");
    std::atomic<int> shown = 0, calls = 0;
    peer.before = [&](const http::Request& request) -> std::optional<http::Response> {
        ++calls;
        if (request.head.header("authorization")) ++shown;
        return std::nullopt;
    };
    World world;
    world.settings.agent.instance = "tester";
    world.settings.mesh.peers = peer.url();  // the operator names the server; not its right
    world.settings.mesh.peer_token = "for-friends-0123456789";
    const auto beats = [&](const std::string& hosts) {
        world.settings.mesh.peer_hosts = hosts;
        const int before = calls;
        const Presence presence(world.settings, "1", [&] { return world.context(); });
        for (int i = 0; i < 400 && calls < before + 2; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
        EXPECT_GE(calls, before + 2) << "it registered and beat";
    };
    beats("");
    EXPECT_EQ(shown, 0);
    beats("127.0.0.1");
    EXPECT_GE(shown, 2);
}

TEST(Endpoints, TheTokenIsForNamedHosts) {
    Server far("far");
    World world;
    runtime::Context here = world.context();
    std::string seen;
    far.before = [&](const http::Request& request) -> std::optional<http::Response> {
        if (const auto header = request.head.header("authorization")) seen = *header;
        return std::nullopt;
    };
    world.settings.mesh.peer_token = "for-friends-0123456789";
    register_instance(here, instance("far", "", far.url()));
    EXPECT_TRUE(delegate(here, task("y")).delegated);
    EXPECT_EQ(seen, "Bearer for-friends-0123456789");
}

// A server that answers every request with the same bytes takes no job, and harms nobody.
TEST(Endpoints, HostileServersAreSurvived) {
    RawListener target;
    const std::vector<RawListener::Answer> hostile{
        http::test::answers(http::test::reply_with("307 Temporary Redirect",
                                                   "Location: " + target.url() + "/job\r\n", "")),
        http::test::endless(std::string(64 << 10, ' ')),
        http::test::endless("{", std::chrono::milliseconds(50)),
        http::test::answers(http::test::reply_with("200 OK", "", "no JSON at all")),
        http::test::answers(http::test::reply_with(
            "200 OK", "", R"({"status":")" + std::string(3 << 20, 'x') + "\"}")),
        http::test::answers("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    };
    for (std::size_t i = 0; i < hostile.size(); ++i) {
        RawListener listener(hostile[i]);
        World world;
        runtime::Context here = world.context();
        register_instance(here, instance("evil", "data", listener.url()));
        const auto start = std::chrono::steady_clock::now();
        const DelegateOutput out = delegate(here, task("x", "evil"));
        EXPECT_FALSE(out.delegated) << i;
        EXPECT_LE(out.message.value_or("").size(), 1000) << i;
        EXPECT_GE(listener.connections(), 1) << i;
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << i;
    }
    EXPECT_EQ(target.connections(), 0);
}

// The id of the job over there is the peer's word, and part of the path of what is asked next.
TEST(Endpoints, AJobsIdIsOneSegmentOfThePath) {
    for (const char* id : {R"(../v1/memory/forget?all=true)", R"(a/../../x)", R"(%2e%2e/x)"}) {
        const json::object said{{"id", id}, {"status", "ok"}};
        RawListener evil(
            http::test::answers(http::test::reply_with("200 OK", "", serialize(said))));
        World world;
        runtime::Context here = world.context();
        register_instance(here, instance("evil", "", evil.url()));
        EXPECT_TRUE(delegate(here, task("x", "evil")).delegated) << id;
        world.tell("UPDATE delegations SET next_poll_at = now()");
        track(here, world.peers);
        EXPECT_THAT(evil.received(), HasSubstr("GET /job/" + http::path_segment(id) + " HTTP"));
    }
}

TEST(Endpoints, AnIdThatIsNoneIsNotKept) {
    for (const char* id : {"..", ".", "a b", "a\nb", "\xc3\xa4"}) {
        Server far("far");
        World world;
        runtime::Context here = world.context();
        far.after = [&](const http::Request& request, http::Response& response) {
            if (request.head.path == "/job")
                response.body = serialize(json::object{{"id", id}, {"status", "queued"}});
        };
        register_instance(here, instance("far", "", far.url()));
        const DelegateOutput out = delegate(here, task("x", "far"));
        EXPECT_FALSE(out.remote_job_id) << id;
    }
}

}  // namespace
}  // namespace stele::mesh
