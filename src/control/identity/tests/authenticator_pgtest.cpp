// Callers from tokens and cookies: looked up once, revoked on every server, over when they are
// over.
#include "control/identity/authenticator.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "control/identity/tests/fixture.hpp"
#include "foundation/http/message.hpp"
#include "runtime/caller/server_credentials.hpp"

namespace stele::identity {
namespace {

using ::testing::SizeIs;
using Kind = runtime::Judgement::Kind;
using std::chrono::system_clock;

constexpr pg::Statement kSetOver{
    "test.over", "UPDATE api_tokens SET expires_at = now() - interval '1 s' WHERE id = $1"};

// A server's authenticator, caught up by hand.
struct Server {
    World& world;
    runtime::ServerCredentials others{{"the server's token", "", world.context().caller, {}}};
    ApiTokenAuthenticator authenticator;
    std::atomic<int> looked_up = 0;
    std::mutex gate;  // who holds it, holds look-ups back

    explicit Server(World& of, std::string admin_token = {})
        : world(of),
          authenticator({others, world.context().caller, {}, std::move(admin_token), [this] {
                             ++looked_up;
                             const std::lock_guard waits(gate);
                             return world.context();
                         }}) {}

    static http::Head head(std::string name, std::string value) {
        http::Head out;
        out.method = "GET";
        out.remote_address = "127.0.0.1";
        out.headers = {{"Host", "127.0.0.1:7600"}, {std::move(name), std::move(value)}};
        return out;
    }
    static http::Head bearer(const std::string& token) {
        return head("Authorization", "Bearer " + token);
    }
    runtime::Judgement settle(const http::Head& head) {
        const auto judged = authenticator.judge(head);
        return judged.kind == Kind::unsettled ? authenticator.settle(head) : judged;
    }
    void catch_up() {
        runtime::Context context = world.context();
        authenticator.catch_up(context);
    }
};

TEST(ApiTokens, AServiceIsWhatItsTokenSays) {
    World world;
    runtime::Context stranger = world.stranger();
    CreateInput input = service("ci", {"memory:read"});
    input.instance = "builder";
    input.posse = "crew";
    const Issued made = create(stranger, input);
    Server server(world);
    EXPECT_EQ(server.authenticator.judge(Server::bearer(made.token)).kind, Kind::unsettled);
    const auto judged = server.settle(Server::bearer(made.token));
    ASSERT_EQ(judged.kind, Kind::known);
    const runtime::Caller& caller = judged.caller;
    EXPECT_EQ(caller.kind, runtime::CallerKind::service);
    EXPECT_EQ("stele_st_" + caller.principal.substr(8), made.details.prefix);
    EXPECT_EQ(caller.org, stranger.caller.org);
    EXPECT_EQ(caller.instance, "builder");
    EXPECT_EQ(caller.posse, "crew");
    EXPECT_EQ(caller.scopes, runtime::ScopeSet::of({"memory:read"}));
    EXPECT_EQ(caller.viewer.kind, runtime::Viewer::Kind::everybody);
    EXPECT_FALSE(caller.any_tenant);
    EXPECT_EQ(server.authenticator.judge(Server::bearer(made.token)).kind, Kind::known);
    EXPECT_EQ(server.looked_up, 1);
    server.catch_up();
    EXPECT_TRUE(list(stranger, {}).tokens.at(0).last_used_at);
}

TEST(ApiTokens, AnAdminIsOfItsTenantOrOfAll) {
    World world;
    runtime::Context stranger = world.stranger();
    Server server(world);
    const auto zone = server.settle(Server::bearer(create(stranger, admin("a", false)).token));
    ASSERT_EQ(zone.kind, Kind::known);
    EXPECT_FALSE(zone.caller.any_tenant);
    EXPECT_EQ(zone.caller.org, stranger.caller.org);
    EXPECT_FALSE(zone.caller.scopes.includes(runtime::ScopeSet::of({"ops:admin"})));
    CreateInput input = admin("b", true);
    input.private_data = true;
    const auto global = server.settle(Server::bearer(create(stranger, input).token));
    ASSERT_EQ(global.kind, Kind::known);
    EXPECT_TRUE(global.caller.any_tenant);
    EXPECT_EQ(global.caller.org, world.context().caller.org) << "unless a header says another";
    EXPECT_EQ(global.caller.viewer.kind, runtime::Viewer::Kind::all);
}

TEST(ApiTokens, GarbageIsNotLookedUpAndAStrangersTokenOnce) {
    World world;
    Server server(world);
    const std::string unknown = new_token(TokenKind::service).text;
    std::string mistyped = unknown;
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    EXPECT_EQ(server.settle(Server::bearer(mistyped)).status, 401);
    EXPECT_EQ(server.settle(Server::bearer("stele_st_")).status, 401);
    EXPECT_EQ(server.settle(Server::bearer("another kind of token")).status, 401);
    EXPECT_EQ(server.settle(Server::head("Cookie", "stele_session_7600=x")).status, 401);
    EXPECT_EQ(server.looked_up, 0);
    for (int i = 0; i < 3; ++i) {
        const auto judged = server.settle(Server::bearer(unknown));
        EXPECT_EQ(judged.kind, Kind::refused);
        EXPECT_EQ(judged.status, 401);
        EXPECT_TRUE(judged.had_token);
    }
    EXPECT_EQ(server.looked_up, 1);
    EXPECT_EQ(server.settle(Server::bearer("the server's token")).caller.kind,
              runtime::CallerKind::operator_token);
}

TEST(ApiTokens, AnAddressHasSoManyLookUpsAtOnce) {
    World world;
    Server server(world);
    std::unique_lock held(server.gate);
    std::vector<std::jthread> strangers;
    for (int i = 0; i < ApiTokenAuthenticator::kSettlingOfAddress; ++i)
        strangers.emplace_back([&] {
            EXPECT_EQ(server.settle(Server::bearer(new_token(TokenKind::admin).text)).status, 401);
        });
    while (server.looked_up < ApiTokenAuthenticator::kSettlingOfAddress) std::this_thread::yield();
    const std::string one_more = new_token(TokenKind::admin).text;
    EXPECT_EQ(server.settle(Server::bearer(one_more)).status, 429);
    EXPECT_EQ(server.looked_up, ApiTokenAuthenticator::kSettlingOfAddress);
    held.unlock();
    strangers.clear();
    EXPECT_EQ(server.settle(Server::bearer(one_more)).status, 401) << "and no 429 is remembered";
}

TEST(ApiTokens, ARevokedOneIsRefusedByEveryServerAndItsStreamsEnd) {
    World world;
    runtime::Context here = world.context();
    const Issued made = create(here, service("ci")), stays = create(here, service("stays"));
    Server one(world), two(world);
    std::vector<std::shared_ptr<http::EventChannel>> streams;
    for (Server* server : {&one, &two}) {
        const auto judged = server->settle(Server::bearer(made.token));
        ASSERT_EQ(judged.kind, Kind::known);
        ASSERT_EQ(server->settle(Server::bearer(stays.token)).kind, Kind::known);
        streams.push_back(http::EventChannel::make());
        server->authenticator.ends_with(judged.caller, streams.back());
        server->catch_up();
        EXPECT_FALSE(streams.back()->closed());
    }
    EXPECT_TRUE(revoke(here, {made.details.id}).revoked);
    EXPECT_FALSE(revoke(here, {made.details.id}).revoked);
    for (Server* server : {&one, &two}) {
        server->catch_up();
        EXPECT_EQ(server->settle(Server::bearer(made.token)).status, 401);
        EXPECT_EQ(server->authenticator.judge(Server::bearer(stays.token)).kind, Kind::known);
    }
    for (const auto& stream : streams) EXPECT_TRUE(stream->closed());
    // One that comes late, too.
    const auto late = http::EventChannel::make();
    runtime::Caller caller = here.caller;
    caller.credential = *Uuid::parse(made.details.id);
    one.authenticator.ends_with(caller, late);
    EXPECT_TRUE(late->closed());
}

TEST(ApiTokens, ANewOneTakesTheOldOnesPlace) {
    World world;
    runtime::Context here = world.context();
    const Issued old = create(here, service("ci", {"memory:read", "memory:write"}));
    const Issued made = rotate(here, {old.details.id});
    EXPECT_NE(made.token, old.token);
    EXPECT_EQ(made.details.name, "ci");
    EXPECT_EQ(made.details.scopes, old.details.scopes);
    Server server(world);
    EXPECT_EQ(server.settle(Server::bearer(old.token)).status, 401);
    EXPECT_EQ(server.settle(Server::bearer(made.token)).kind, Kind::known);
    EXPECT_EQ(code_of([&] { rotate(here, {old.details.id}); }), Code::conflict);
    ListInput all;
    all.revoked = true;
    EXPECT_THAT(list(here, all).tokens, SizeIs(2));
    EXPECT_THAT(list(here, {}).tokens, SizeIs(1));
}

TEST(ApiTokens, OneThatIsOverIsRefused) {
    World world;
    runtime::Context here = world.context();
    CreateInput input = service("ci");
    input.expires_at = Timestamp{now().micros + 3600LL * 1'000'000};
    const Issued made = create(here, input);
    Server server(world);
    const auto judged = server.settle(Server::bearer(made.token));
    ASSERT_EQ(judged.kind, Kind::known);
    ASSERT_TRUE(judged.caller.expires);
    world.db->once({{here.caller.org, here.caller.project}, here.deadline}, kSetOver,
                   *Uuid::parse(made.details.id));
    EXPECT_EQ(Server(world).settle(Server::bearer(made.token)).status, 401);
    // A stream of a caller whose time is over.
    runtime::Caller caller = judged.caller;
    caller.expires = system_clock::now();
    const auto stream = http::EventChannel::make();
    server.authenticator.ends_with(caller, stream);
    server.catch_up();
    EXPECT_TRUE(stream->closed());
}

TEST(ApiTokens, ABrowsersCookieIsTheTokensCaller) {
    World world;
    runtime::Context here = world.context();
    CreateInput input = service("ci");
    input.expires_at = Timestamp{now().micros + 600LL * 1'000'000};
    const Issued made = create(here, input);
    Server one(world), two(world);
    const auto judged = one.settle(Server::bearer(made.token));
    const auto cookie =
        one.authenticator.cookie(Server::bearer(made.token), judged.caller, system_clock::now());
    ASSERT_TRUE(cookie);
    EXPECT_LE(cookie->good_for, std::chrono::seconds(600)) << "no longer than the token";
    EXPECT_GT(cookie->good_for, std::chrono::seconds(590));
    const std::string& header = cookie->header.value;
    EXPECT_EQ(header.find(made.token), std::string::npos);
    const http::Head browser = Server::head("Cookie", header.substr(0, header.find(';')));
    const auto seen = two.settle(browser);
    ASSERT_EQ(seen.kind, Kind::known);
    EXPECT_EQ(seen.caller.principal, judged.caller.principal);
    EXPECT_EQ(seen.caller.scopes, judged.caller.scopes);
    EXPECT_LE(*seen.caller.expires, system_clock::now() + std::chrono::seconds(600));
    http::Head post = browser;
    post.method = "POST";
    EXPECT_EQ(two.settle(post).status, 403) << "another site's page";
    EXPECT_EQ(two.settle(Server::head("Cookie", "stele_session_7600=" + random_secret())).status,
              401);
    revoke(here, {made.details.id});
    two.catch_up();
    EXPECT_EQ(two.settle(browser).status, 401);
}

TEST(ApiTokens, TheEnvironmentsTokenIsThereUntilItIsRevoked) {
    World world;
    runtime::Context here = world.context();
    const std::string token = new_token(TokenKind::admin).text;
    Server server(world, token);
    EXPECT_EQ(server.settle(Server::bearer(token)).status, 401);
    server.catch_up();
    const auto judged = server.settle(Server::bearer(token));
    ASSERT_EQ(judged.kind, Kind::known);
    EXPECT_TRUE(judged.caller.any_tenant);
    EXPECT_TRUE(judged.caller.scopes.is_everything());
    Server(world, token).catch_up();
    const ListOutput global = list(here, {true});
    ASSERT_THAT(global.tokens, SizeIs(1));
    EXPECT_EQ(global.tokens[0].capability, "all");
    revoke(here, {global.tokens[0].id, true});
    Server again(world, token);
    again.catch_up();
    EXPECT_EQ(again.settle(Server::bearer(token)).status, 401)
        << "a restart does not bring it back";
}

}  // namespace
}  // namespace stele::identity
