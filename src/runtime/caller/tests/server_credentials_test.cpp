#include "runtime/caller/server_credentials.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::runtime {
namespace {

using Kind = Judgement::Kind;

constexpr const char* kToken = "a secret of the server";
constexpr const char* kHooks = "a secret of the hooks";
const auto kNow = std::chrono::system_clock::now();

Caller home() {
    Caller out;
    out.org = *Uuid::parse("11111111-1111-4111-8111-111111111111");
    out.project = *Uuid::parse("22222222-2222-4222-8222-222222222222");
    out.instance = "atlas";
    return out;
}

ServerCredentials credentials(std::string token, std::string hooks = kHooks,
                              std::string_view proxies = "10.0.0.0/8") {
    return ServerCredentials({std::move(token), std::move(hooks), home(), TrustedProxies(proxies)});
}

http::Head with(std::string name, std::string value) {
    http::Head out;
    out.method = "GET";
    out.headers = {{"Host", "127.0.0.1:7600"}, {std::move(name), std::move(value)}};
    return out;
}

// What a browser would send back.
std::string cookie_from(const http::Header& header) {
    return header.value.substr(0, header.value.find(';'));
}

const ServerCredentials kServer = credentials(kToken);

http::Header cookie_of(const ServerCredentials& server, const http::Head& head,
                       std::chrono::system_clock::time_point when = kNow) {
    Caller caller = home();
    caller.kind = CallerKind::operator_token;
    return server.cookie(head, caller, when)->header;
}

TEST(ServerCredentials, TheTokenAndNothingLikeIt) {
    for (const char* good : {"Bearer a secret of the server", "bearer  a secret of the server "}) {
        const Judgement judged = kServer.judge(with("authorization", good));
        ASSERT_EQ(judged.kind, Kind::known) << good;
        EXPECT_EQ(judged.caller.kind, CallerKind::operator_token);
        EXPECT_EQ(judged.caller.principal, "operator");
        EXPECT_TRUE(judged.caller.any_tenant);
        EXPECT_TRUE(judged.caller.scopes.is_everything());
        EXPECT_EQ(judged.caller.org, home().org);
        EXPECT_EQ(judged.caller.instance, "atlas");
    }
    for (const char* bad : {"Bearer a secret of the serve", "Bearer ", "a secret of the server",
                            "Basic a secret of the server"}) {
        const Judgement judged = kServer.judge(with("authorization", bad));
        EXPECT_EQ(judged.kind, Kind::refused) << bad;
        EXPECT_EQ(judged.status, 401) << bad;
        EXPECT_EQ(challenge(judged).value, "Bearer error=\"invalid_token\"") << bad;
    }
    const Judgement stranger = kServer.judge({});
    EXPECT_EQ(stranger.kind, Kind::refused);
    EXPECT_EQ(challenge(stranger).value, "Bearer") << "there was no token to be wrong";
    http::Head query;
    query.query = {{"token", kToken}};
    EXPECT_EQ(kServer.judge(query).kind, Kind::refused) << "addresses end up in logs";
}

TEST(ServerCredentials, WithoutATokenWhoeverReachesThePortIsLocal) {
    const Judgement judged = credentials("").judge({});
    ASSERT_EQ(judged.kind, Kind::known);
    EXPECT_EQ(judged.caller.kind, CallerKind::local);
    EXPECT_EQ(judged.caller.principal, "local");
    EXPECT_EQ(credentials("").judge(with("authorization", "Bearer of another server")).kind,
              Kind::known);
    EXPECT_FALSE(credentials("").cookie({}, judged.caller, kNow)) << "nobody is asked for one";
}

TEST(ServerCredentials, TheHooksTokenIsAHookOfTheServersTenant) {
    for (const http::Head& head :
         {with("authorization", "Bearer a secret of the hooks"), with("x-stele-token", kHooks)}) {
        const Judgement judged = kServer.judge(head);
        ASSERT_EQ(judged.kind, Kind::known);
        EXPECT_EQ(judged.caller.kind, CallerKind::hook);
        EXPECT_FALSE(judged.caller.any_tenant);
        EXPECT_FALSE(judged.caller.scopes.includes(ScopeSet::of({"memory:read"})));
        EXPECT_EQ(judged.caller.viewer.kind, Viewer::Kind::everybody);
    }
    EXPECT_EQ(kServer.judge(with("x-stele-token", "wrong")).kind, Kind::refused);
    EXPECT_EQ(kServer.judge(with("x-stele-token", kToken)).kind, Kind::refused);
    EXPECT_EQ(credentials(kToken, "").judge(with("x-stele-token", "")).kind, Kind::refused);
}

TEST(ServerCredentials, ACookieForADay) {
    const http::Header header = cookie_of(kServer, with("x", "y"));
    EXPECT_EQ(header.name, "Set-Cookie");
    for (const char* part :
         {"stele_session_7600=", "HttpOnly", "SameSite=Strict", "Max-Age=86400", "Path=/"})
        EXPECT_NE(header.value.find(part), std::string::npos) << part;
    EXPECT_EQ(header.value.find("Secure"), std::string::npos);
    EXPECT_EQ(header.value.find("a secret"), std::string::npos);
    const std::string cookie = cookie_from(header);
    EXPECT_EQ(kServer.judge(with("cookie", cookie)).kind, Kind::known);
    EXPECT_EQ(kServer.judge(with("cookie", "theme=dark; " + cookie + "; x=y")).kind, Kind::known);
}

TEST(ServerCredentials, HttpsIsWhatATrustedProxySays) {
    http::Head head = with("x-forwarded-proto", "https");
    head.remote_address = "192.0.2.1";
    EXPECT_EQ(cookie_of(kServer, head).value.find("Secure"), std::string::npos);
    head.remote_address = "10.1.2.3";
    const std::string value = cookie_of(kServer, head).value;
    EXPECT_NE(value.find("Secure"), std::string::npos);
    EXPECT_TRUE(value.starts_with("__Host-stele_session="));
}

TEST(ServerCredentials, NotOfAnotherTokenNorYesterdaysNorOneThatWasTouched) {
    const auto knows = [](const ServerCredentials& server, const std::string& cookie) {
        return server.judge(with("cookie", cookie)).kind == Kind::known;
    };
    const std::string good = cookie_from(cookie_of(kServer, with("x", "y")));
    EXPECT_TRUE(knows(kServer, good));
    EXPECT_FALSE(knows(credentials("another"), good));
    EXPECT_FALSE(knows(
        kServer, cookie_from(cookie_of(kServer, with("x", "y"), kNow - std::chrono::hours(25)))));
    std::string later = good;
    later.replace(later.find('=') + 1, 1, "9");
    EXPECT_FALSE(knows(kServer, later));
    for (const char* bad :
         {"stele_session_7600=", "stele_session_7600=.", "stele_session_7600=99999999999",
          "stele_session_7600=99999999999.", "stele_session_76000=1.x", ";;;", "="})
        EXPECT_FALSE(knows(kServer, bad)) << bad;
    EXPECT_FALSE(knows(kServer, good + "0"));
}

TEST(ServerCredentials, AWrongTokenIsNotMadeGoodByACookie) {
    http::Head both = with("cookie", cookie_from(cookie_of(kServer, with("x", "y"))));
    both.headers.push_back({"authorization", "Bearer wrong"});
    EXPECT_EQ(kServer.judge(both).kind, Kind::refused);
}

TEST(ServerCredentials, WithACookieOnlyTheOwnPagesMayChangeAnything) {
    http::Head post = with("cookie", cookie_from(cookie_of(kServer, with("x", "y"))));
    post.method = "POST";
    post.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    EXPECT_EQ(kServer.judge(post).status, 403) << "no Origin";
    post.headers.push_back({"Origin", "http://127.0.0.1:7600"});
    EXPECT_EQ(kServer.judge(post).kind, Kind::known);
    post.headers.back().value = "http://evil.127.0.0.1:7600";
    EXPECT_EQ(kServer.judge(post).status, 403) << "a sibling's page";
    post.headers.back().value = "http://127.0.0.1:7600";
    post.headers[2].value = "text/plain";
    EXPECT_EQ(kServer.judge(post).status, 403) << "what a form can send";
}

TEST(TrustedProxies, AddressesAndNetworks) {
    const TrustedProxies proxies("127.0.0.1, 10.0.0.0/9, fd00::/8");
    for (const char* yes : {"127.0.0.1", "::ffff:127.0.0.1", "10.127.255.255", "fdff::1"})
        EXPECT_TRUE(proxies.trusts(yes)) << yes;
    for (const char* no : {"127.0.0.2", "10.128.0.0", "fc00::1", "", "localhost"})
        EXPECT_FALSE(proxies.trusts(no)) << no;
    EXPECT_FALSE(TrustedProxies().trusts("127.0.0.1"));
    for (const char* bad : {"10.0.0.0/33", "10.0.0/8", "proxy.example", "::1/x", "10.0.0.0/-1"})
        EXPECT_THROW(TrustedProxies{bad}, Error) << bad;
}

Caller headed(const http::Head& head, Caller caller = home()) {
    apply_headers(head, caller);
    return caller;
}

Code refusal(const http::Head& head, const Caller& caller = home()) {
    try {
        headed(head, caller);
        return Code::internal;
    } catch (const Error& error) {
        return error.code();
    }
}

constexpr const char* kOther = "33333333-3333-4333-8333-333333333333";

TEST(Headers, ChooseTheTenantWhereTheCredentialMay) {
    EXPECT_EQ(headed(with("X-Stele-Org", kOther)).org.text(), kOther);
    EXPECT_EQ(headed(with("X-Stele-Project", kOther)).project.text(), kOther);
    EXPECT_EQ(headed(with("X-Stele-Instance", "borea")).instance, "borea");
    EXPECT_EQ(headed(with("X-Stele-Scope", "project:/x")).scope, "project:/x");
    for (const char* bad : {"", "nonsense", "{33333333-3333-4333-8333-333333333333}",
                            "33333333-3333-4333-8333-333333333333,x"})
        EXPECT_EQ(refusal(with("X-Stele-Org", bad)), Code::invalid_argument) << bad;
    EXPECT_EQ(refusal(with("X-Stele-Scope", "elsewhere")), Code::invalid_argument);
    EXPECT_EQ(refusal(with("X-Stele-User", kOther)), Code::unsupported)
        << "ignored, it would show what the user may not see";
}

TEST(Headers, ACredentialOfOneTenantStaysThere) {
    Caller caller = home();
    caller.kind = CallerKind::service;
    caller.any_tenant = false;
    EXPECT_EQ(refusal(with("X-Stele-Org", kOther), caller), Code::forbidden);
    EXPECT_EQ(refusal(with("X-Stele-Project", kOther), caller), Code::forbidden);
    EXPECT_EQ(refusal(with("X-Stele-Instance", "borea"), caller), Code::forbidden);
    EXPECT_EQ(refusal(with("X-Stele-Org", caller.org.text()), caller), Code::internal);
    EXPECT_EQ(refusal(with("X-Stele-Instance", "atlas"), caller), Code::internal);
    EXPECT_EQ(headed(with("X-Stele-Scope", "project:/x"), caller).scope, "project:/x");
}

}  // namespace
}  // namespace stele::runtime
