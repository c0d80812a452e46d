#include "doors/rest/origins.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "doors/openapi/components.hpp"
#include "foundation/base/text.hpp"

namespace stele::rest {
namespace {

http::Head from(const std::string& origin, const std::string& host = "localhost:7600") {
    http::Head out;
    out.method = "POST";
    if (!host.empty()) out.headers.push_back({"Host", host});
    if (!origin.empty()) out.headers.push_back({"Origin", origin});
    return out;
}

bool may(const Origins& origins, const http::Head& head) {
    http::Response response;
    origins.let_read(head, response);
    const bool served = origins.refusal(head).empty();
    if (!served) EXPECT_TRUE(response.headers.empty()) << "who may not come may not read";
    return served;
}

TEST(Origins, LoopbackIsRecognisedWhateverThePort) {
    for (const auto* origin : {"http://localhost", "http://localhost:5173", "https://127.0.0.1:1",
                               "http://[::1]:65535", "HTTP://LocalHost:80", "http://[::1]"})
        EXPECT_TRUE(is_loopback_origin(origin)) << origin;
    for (const auto* origin :
         {"", "null", "localhost", "://localhost", "http://localhost.evil.example",
          "http://evil.example", "http://127.0.0.1.evil.example",
          "http://localhost:80.evil.example", "http://evil.example/localhost",
          "http://localhost@evil.example", "http://127.0.0.10", "http://localhost:", "http://[::1"})
        EXPECT_FALSE(is_loopback_origin(origin)) << origin;
}

TEST(Origins, WithoutATokenThoseOfThisMachineAndThoseNamed) {
    const Origins open("", false);
    EXPECT_TRUE(may(open, from("")));
    EXPECT_TRUE(may(open, from("http://localhost:5173")));
    EXPECT_FALSE(may(open, from("http://evil.example")));
    EXPECT_FALSE(may(open, from("null")));
    const Origins named(" https://App.example/ ,http://b.example:8080,, ", false);
    EXPECT_TRUE(may(named, from("https://app.example")));
    EXPECT_TRUE(may(named, from("http://b.example:8080")));
    EXPECT_FALSE(may(named, from("http://app.example")));
    EXPECT_FALSE(may(named, from("http://b.example")));
    EXPECT_TRUE(may(Origins("*", false), from("http://evil.example", "evil.example")));
}

TEST(Origins, ANameThatWasPointedAtThisMachineIsNotThisMachine) {
    const Origins open("https://app.example", false);
    EXPECT_FALSE(may(open, from("", "evil.example:7600"))) << "a page's GET names no origin";
    EXPECT_FALSE(may(open, from("http://evil.example:7600", "evil.example:7600")));
    for (const char* host : {"localhost", "127.0.0.2:7600", "[::1]:7600", "app.example", ""})
        EXPECT_TRUE(may(open, from("", host))) << host;
    for (const char* host : {"127.0.0.1.evil.example", "[::1].evil.example", "1evil.example"})
        EXPECT_FALSE(may(open, from("", host))) << host;
}

TEST(Origins, WhereATokenIsAskedForAllMayUnlessSomeAreNamed) {
    EXPECT_TRUE(may(Origins("", true), from("https://any.example", "stele.example")));
    const Origins named("https://app.example", true);
    EXPECT_TRUE(may(named, from("https://app.example", "stele.example")));
    EXPECT_TRUE(may(named, from("https://stele.example", "stele.example"))) << "its own pages";
    EXPECT_FALSE(may(named, from("https://any.example", "stele.example")));
    EXPECT_TRUE(may(named, from("", "stele.example")));
}

TEST(Origins, ThePageMayReadAndNoCookieIsSent) {
    http::Response response;
    Origins("", true).let_read(from("https://any.example"), response);
    ASSERT_EQ(response.headers.size(), 3u);
    EXPECT_EQ(response.headers[0].value, "https://any.example");
    for (const http::Header& header : response.headers)
        EXPECT_NE(header.name, "Access-Control-Allow-Credentials");
}

TEST(Origins, APreflightIsAQuestionOfABrowser) {
    http::Head head = from("https://app.example");
    EXPECT_FALSE(Origins::asks_first(head));
    head.method = "OPTIONS";
    EXPECT_FALSE(Origins::asks_first(head));
    head.headers.push_back({"Access-Control-Request-Method", "POST"});
    EXPECT_TRUE(Origins::asks_first(head));
    EXPECT_EQ(Origins::answer().status, 204);
}

TEST(Origins, APageMaySendEveryHeaderThatTheDocumentNames) {
    std::string allowed;
    for (const http::Header& header : Origins::answer().headers)
        if (header.name == "Access-Control-Allow-Headers") allowed = header.value;
    const auto names = comma_list(allowed);
    for (const auto& header : openapi::parameters())
        EXPECT_NE(std::ranges::find(names, std::string_view(header.key())), names.end())
            << header.key();
    for (const std::string_view name : names)
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"),
                  std::string_view::npos)
            << name << " is no header's name";
}

}  // namespace
}  // namespace stele::rest
