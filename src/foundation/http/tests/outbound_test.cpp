// Which places are called, and who is given the credential. The listener says what it was sent.
#include "foundation/http/outbound.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/http/client.hpp"
#include "raw_listener.hpp"

namespace stele::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::string_view kind_of(const std::string& text) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    if (inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1)
        return kind_of_address(reinterpret_cast<const sockaddr&>(four));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &six.sin6_addr), 1) << text;
    return kind_of_address(reinterpret_cast<const sockaddr&>(six));
}

TEST(Outbound, KnowsTheAddressesThatAreNotPublic) {
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.0.1",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.168.0.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "224.0.0.1",
                             "239.1.1.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "192.88.99.1",
                             "::",
                             "::1",
                             "::127.0.0.1",
                             "::ffff:127.0.0.1",
                             "::ffff:8.8.8.8",
                             "64:ff9b::7f00:1",
                             "64:ff9b::808:808",
                             "64:ff9b:1::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "2002:7f00:1::",
                             "2001::1",
                             "2001:db8::1",
                             "3fff::1",
                             "100::1",
                             "4000::1"})
        EXPECT_NE(kind_of(text), "") << text;
    for (const char* text :
         {"8.8.8.8", "1.1.1.1", "11.0.0.1", "100.63.0.1", "100.128.0.1", "126.1.1.1", "128.0.0.1",
          "169.253.1.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "198.17.0.1", "198.20.0.1",
          "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888"})
        EXPECT_EQ(kind_of(text), "") << text;
    sockaddr local{};
    local.sa_family = AF_UNIX;
    EXPECT_NE(kind_of_address(local), "");
}

TEST(Outbound, HostsAreNamedWholeOrBelow) {
    const HostList list("10.0.0.7, *.Example.org, [::1],");
    for (const char* host : {"10.0.0.7", "a.example.org", "a.b.example.org", "::1"})
        EXPECT_TRUE(list.names(host)) << host;
    for (const char* host :
         {"10.0.0.70", "example.org", "evilexample.org", "::2", "", "a.example.org.evil.example"})
        EXPECT_FALSE(list.names(host)) << host;
    EXPECT_TRUE(HostList(" , ").empty());
}

struct OutboundCall : ::testing::Test {
    Client::Limits limits{milliseconds(3000), milliseconds(3000), 1 << 20};

    // Why the call did not come about; "" when it did.
    std::string refusal(Client& client, const std::string& url) {
        try {
            client.send("GET", url, "", limits);
            return "";
        } catch (const TransportError& error) {
            EXPECT_FALSE(error.sent()) << error.what();
            return error.what();
        }
    }
    static Client stranger(std::string_view hosts = "", std::string bearer = "") {
        return Client(OutboundPolicy::others("mesh.peerHosts", hosts, std::move(bearer)));
    }
};

TEST_F(OutboundCall, NotAByteGoesToThisMachine) {
    test::RawListener listener;
    Client client = stranger("friend.example", "for-friends");
    const std::string port = ":" + std::to_string(listener.port());
    // "localhost" is a name like any other: what it resolves to is judged, when it is connected to.
    for (const char* host :
         {"127.0.0.1", "localhost", "LOCALHOST.", "127.1", "0x7f000001", "2130706433", "0177.0.0.1",
          "0.0.0.0", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
          "%31%32%37.0.0.1", "127.0.0.1."})
        EXPECT_NE(refusal(client, "http://" + std::string(host) + port + "/health"), "") << host;
    EXPECT_THAT(refusal(client, "http://localhost" + port), HasSubstr("a loopback address"));
    EXPECT_THAT(refusal(client, "http://127.0.0.1" + port), HasSubstr("mesh.peerHosts"));
    EXPECT_EQ(listener.connections(), 0);
    EXPECT_EQ(listener.received(), "");
}

TEST_F(OutboundCall, NeitherToMetadataNorPrivateNetworks) {
    Client client = stranger();
    const auto start = std::chrono::steady_clock::now();
    for (const char* host :
         {"169.254.169.254", "10.0.0.1", "192.168.1.1", "100.100.100.200", "[fd00:ec2::254]",
          "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fe80::1]", "[ff02::1]"})
        EXPECT_THAT(refusal(client, "http://" + std::string(host) + "/latest/meta-data/"),
                    HasSubstr("does not name it"))
            << host;
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1000)) << "nobody was asked";
}

TEST_F(OutboundCall, NoOtherProtocolIsSpokenTo) {
    Client client = stranger("127.0.0.1");
    for (const char* port : {"22", "25", "5432", "6379", "11211"})
        EXPECT_THAT(refusal(client, "http://127.0.0.1:" + std::string(port)),
                    HasSubstr("another protocol"));
    for (const char* url :
         {"http://127.0.0.1:0", "http://127.0.0.1:65536", "http://u:p@127.0.0.1",
          "http://127.0.0.1\\@8.8.8.8/", "http://127.0.0.1\n/", "http://a b/", "ftp://127.0.0.1",
          "file:///etc/passwd", "gopher://127.0.0.1", "http://", "127.0.0.1", ""})
        EXPECT_NE(refusal(client, url), "") << url;
}

TEST_F(OutboundCall, ANamedHostIsReachedAndAloneHasTheCredential) {
    test::RawListener listener(test::answers(test::reply_with("200 OK", "", "{}")));
    Client named = stranger("127.0.0.1", "for-friends");
    EXPECT_EQ(named.send("GET", listener.url(), "", limits).status, 200);
    EXPECT_THAT(listener.received(), HasSubstr("Authorization: Bearer for-friends"));

    test::RawListener other(test::answers(test::reply_with("200 OK", "", "{}")));
    OutboundPolicy policy = OutboundPolicy::others("mesh.peerHosts", "friend.example", "secret");
    policy.named.add("127.0.0.1");
    Client mixed{policy};
    EXPECT_EQ(mixed.send("GET", other.url(), "", limits).status, 200);
    EXPECT_THAT(other.received(), Not(HasSubstr("Authorization")));
}

TEST_F(OutboundCall, AnOperatorsUrlNamesItsHostAndNoOther) {
    test::RawListener listener(test::answers(test::reply_with("200 OK", "", "{}")));
    Client own(OutboundPolicy::own(listener.url() + "/v1", "key"));
    EXPECT_EQ(own.send("GET", listener.url(), "", limits).status, 200);
    EXPECT_THAT(listener.received(), HasSubstr("Authorization: Bearer key"));
    EXPECT_NE(refusal(own, listener.url("localhost")), "");
    EXPECT_EQ(listener.connections(), 1);
}

// A redirect leads to where the policy was not asked, with the credential of where it was.
TEST_F(OutboundCall, RedirectsAreAnswersLikeOthers) {
    test::RawListener target;
    for (const char* status :
         {"301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"}) {
        test::RawListener hostile(test::answers(
            test::reply_with(status, "Location: " + target.url("127.0.0.1") + "/x\r\n", "")));
        Client client = stranger("127.0.0.1", "for-friends");
        EXPECT_EQ(client.send("POST", hostile.url(), "{}", limits).status / 100, 3);
    }
    EXPECT_EQ(target.connections(), 0);
}

TEST_F(OutboundCall, NoProxyCallsStrangersInOurPlace) {
    test::RawListener proxy(test::answers(test::reply_with("200 OK", "", "from the proxy")));
    setenv("http_proxy", proxy.url().c_str(), 1);
    limits.total = limits.connect = milliseconds(300);
    // 192.0.2.0/24 is nobody's, so no call succeeds whatever the network around the test is.
    Client client = stranger();
    EXPECT_NE(refusal(client, "http://192.0.2.1/"), "");
    EXPECT_NE(refusal(client, "http://nobody.invalid/"), "");
    Client own(OutboundPolicy::own("http://nobody.invalid"));
    EXPECT_EQ(own.send("GET", "http://nobody.invalid", "", limits).body, "from the proxy");
    unsetenv("http_proxy");
    EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(OutboundCall, BodiesThatNeverEndAreCutOff) {
    Client client = stranger("127.0.0.1");
    const auto fails = [&](const std::string& url) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_THROW(client.send("GET", url, "", limits), TransportError);
        return std::chrono::steady_clock::now() - start;
    };
    test::RawListener endless(test::endless(std::string(64 << 10, 'x')));
    EXPECT_LT(fails(endless.url()), limits.total);
    test::RawListener large(
        test::answers(test::reply_with("200 OK", "", std::string(3 << 20, 'x'))));
    EXPECT_LT(fails(large.url()), limits.total);
    limits.total = milliseconds(500);
    test::RawListener drip(test::endless("x", milliseconds(20)));
    EXPECT_LT(fails(drip.url()), milliseconds(2000));
    test::RawListener silent([](test::RawListener& self, int) {
        while (!self.stopped()) std::this_thread::sleep_for(milliseconds(5));
        return false;
    });
    EXPECT_LT(fails(silent.url()), milliseconds(2000));
}

}  // namespace
}  // namespace stele::http
