#include "foundation/http/framing.hpp"

#include <gtest/gtest.h>

#include "bad_heads.hpp"
#include "foundation/http/target.hpp"

namespace stele::http {
namespace {

struct Parsed {
    Head head;
    Framing framing;
    std::optional<Refusal> refusal;
};

Parsed parse(const std::string& block) {
    Parsed out;
    EXPECT_EQ(scan_head(block, 0).size, block.size()) << block;
    out.refusal = parse_head(block, out.head, out.framing);
    return out;
}

TEST(Framing, RefusesWhatTwoReadersCouldReadDifferently) {
    for (const test::BadHead& bad : test::kBadHeads) {
        const HeadScan scan = scan_head(bad.bytes, 0);
        if (scan.broken) {
            EXPECT_EQ(bad.status, 400) << bad.name;
            continue;
        }
        Head head;
        Framing framing;
        const auto refusal =
            parse_head(std::string_view(bad.bytes).substr(0, scan.size), head, framing);
        ASSERT_TRUE(refusal) << bad.name;
        EXPECT_EQ(refusal->status, bad.status) << bad.name;
        EXPECT_FALSE(refusal->detail.empty()) << bad.name;
    }
}

TEST(Framing, ReadsAnOrdinaryHead) {
    const auto [head, framing, refusal] = parse(
        "POST /v1/memory/search?q=a+b%2Bc&flag&x=%C3%BC&&e== HTTP/1.1\r\n"
        "Host: localhost:7600\r\n"
        "content-type:  application/json \t\r\n"
        "X-Empty:\r\n"
        "Content-Length: 012\r\n\r\n");
    ASSERT_FALSE(refusal) << refusal->detail;
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/v1/memory/search?q=a+b%2Bc&flag&x=%C3%BC&&e==");
    EXPECT_EQ(head.path, "/v1/memory/search");
    EXPECT_EQ(head.query_value("q"), "a b+c");
    EXPECT_EQ(head.query_value("flag"), "");
    EXPECT_EQ(head.query_value("x"), "\xc3\xbc");
    EXPECT_EQ(head.query_value("e"), "=");
    EXPECT_FALSE(head.query_value("none"));
    EXPECT_EQ(head.query.size(), 4u);
    EXPECT_EQ(head.header("CONTENT-TYPE"), "application/json");
    EXPECT_EQ(head.header("x-empty"), "");
    EXPECT_FALSE(head.header("X"));
    EXPECT_EQ(framing.content_length, 12u);
    EXPECT_TRUE(framing.http11);
    EXPECT_TRUE(framing.keep_alive);
    EXPECT_FALSE(framing.chunked);
    EXPECT_TRUE(framing.has_body());
}

TEST(Framing, DecodesThePathButNotItsPlus) {
    const auto [head, framing, refusal] =
        parse("GET /a%2Fb+c%20d/\xc3\xbc HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_FALSE(refusal);
    EXPECT_EQ(head.path, "/a/b+c d/\xc3\xbc");
    EXPECT_FALSE(framing.has_body());
}

TEST(Framing, TakesAnAbsoluteUrlOfItsOwnHost) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"http://a.example/x?y=1", "/x?y=1"},
        {"HTTP://A.example", "/"},
        {"https://a.example?y=1", "/?y=1"},
    };
    for (const auto& [url, target] : cases) {
        const auto parsed = parse("GET " + url + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
        ASSERT_FALSE(parsed.refusal) << url;
        EXPECT_EQ(parsed.head.target, target);
    }
}

TEST(Framing, ReadsTheConnectionHeader) {
    const auto keeps = [](const std::string& version, const std::string& lines) {
        return parse("GET / HTTP/" + version + "\r\nHost: a\r\n" + lines + "\r\n")
            .framing.keep_alive;
    };
    EXPECT_TRUE(keeps("1.1", ""));
    EXPECT_FALSE(keeps("1.1", "Connection: Close\r\n"));
    EXPECT_FALSE(keeps("1.1", "Connection: keep-alive , close\r\n"));
    EXPECT_FALSE(keeps("1.1", "Connection: upgrade\r\nConnection: close\r\n"));
    EXPECT_FALSE(keeps("1.0", ""));
    EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
}

TEST(Framing, Http10NeedsNoHostAndKnowsNoExpectation) {
    const auto parsed =
        parse("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_FALSE(parsed.refusal);
    EXPECT_FALSE(parsed.framing.http11);
    EXPECT_FALSE(parsed.framing.expect_continue);
    EXPECT_TRUE(parse("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n")
                    .framing.expect_continue);
}

TEST(Framing, TakesOnlyWellFormedRequestIds) {
    const auto id = [](const std::string& value) {
        return parse("GET / HTTP/1.1\r\nHost: a\r\nx-request-id: " + value + "\r\n\r\n")
            .head.request_id;
    };
    EXPECT_EQ(id("abc-DEF_1.2"), "abc-DEF_1.2");
    EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
    EXPECT_EQ(id(std::string(129, 'a')), "");
    EXPECT_EQ(id("a b"), "");
    EXPECT_EQ(id("a\"b"), "");
    EXPECT_EQ(id(""), "");
}

TEST(Framing, BoundsTheNumberOfHeaders) {
    const auto with = [](std::size_t fields) {
        std::string block = "GET / HTTP/1.1\r\nHost: a\r\n";
        for (std::size_t i = 1; i < fields; ++i) block += "X: y\r\n";
        return parse(block + "\r\n").refusal;
    };
    EXPECT_FALSE(with(kHeaderFields));
    EXPECT_EQ(with(kHeaderFields + 1)->status, 431);
}

TEST(Framing, FindsTheEndWhereverTheReadsAreCut) {
    const std::string block = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string bytes = block + "GET /next";
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        const HeadScan first = scan_head(std::string_view(bytes).substr(0, cut), 0);
        EXPECT_FALSE(first.broken);
        EXPECT_EQ(first.size, cut < block.size() ? 0 : block.size());
        if (cut >= block.size()) continue;
        EXPECT_EQ(scan_head(bytes, cut).size, block.size()) << cut;
    }
}

TEST(Framing, ChecksAuthorities) {
    for (const char* good :
         {"a", "a.b-c_d", "127.0.0.1:7600", "[::1]", "[::ffff:1.2.3.4]:80", "a:"})
        EXPECT_TRUE(is_authority(good)) << good;
    for (const char* bad :
         {"", ":80", "a:123456", "a:1:2", "[]", "[::1", "[g::]", "[::1]80", "a%62"})
        EXPECT_FALSE(is_authority(bad)) << bad;
}

}  // namespace
}  // namespace stele::http
