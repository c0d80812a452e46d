#include "foundation/http/url.hpp"

#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::http {
namespace {

TEST(Url, IsTakenApartAsItIsCalled) {
    const Url url = parse_url("HTTP://Peer.Example.:7600/x?y");
    EXPECT_EQ(url.scheme, "http");
    EXPECT_EQ(url.host, "peer.example");
    EXPECT_EQ(url.port, 7600);
    EXPECT_EQ(parse_url("https://[::1]/").host, "::1");
    EXPECT_EQ(parse_url("https://h").port, 443);
    EXPECT_EQ(parse_url("http://0x7f.1").host, "127.0.0.1");
    EXPECT_EQ(parse_url("http://good.example/@evil.example").host, "good.example");
}

TEST(Url, WhatTwoReadersWouldReadTwoWaysIsRefused) {
    for (const char* wrong : {"",
                              "h",
                              "h:80",
                              "ftp://h",
                              "javascript:alert(1)//",
                              "http://",
                              "http:///x",
                              "http://:80",
                              "http://u@h",
                              "http://u:p@h",
                              "http://@h",
                              "http://h:0",
                              "http://h:65536",
                              "http://h:99999",
                              "http://h:-1",
                              "http://h:80x",
                              "http://h\\x",
                              "http://h x",
                              "http://h\r\nX: y",
                              "http://h\t/",
                              "http://h/\x01",
                              "http://h\xc3\xb6",
                              "http://h\x7f",
                              "http://[::1",
                              "http://a%2500.example",
                              "http://a,b"})
        try {
            parse_url(wrong, "endpoint");
            ADD_FAILURE() << wrong;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            EXPECT_TRUE(std::string_view(error.what()).starts_with("endpoint: ")) << error.what();
        }
}

TEST(Url, ABaseHasNeitherQueryNorFragment) {
    EXPECT_EQ(checked_url("http://h:1/a//"), "http://h:1/a");
    for (const char* wrong : {"http://h?x", "http://h/#x", "http://h/a@b"})
        EXPECT_THROW(checked_url(wrong), Error) << wrong;
}

TEST(Url, ASegmentStaysOne) {
    EXPECT_EQ(path_segment("0190f1a2-7c3e_x.~"), "0190f1a2-7c3e_x.~");
    EXPECT_EQ(path_segment("../job?x=1#y %"), "..%2Fjob%3Fx%3D1%23y%20%25");
    EXPECT_EQ(path_segment("ä\n"), "%C3%A4%0A");
    for (const char* wrong : {"", ".", ".."}) EXPECT_THROW(path_segment(wrong), Error);
}

}  // namespace
}  // namespace stele::http
