#include "api/mcp/origin.hpp"

#include <gtest/gtest.h>

namespace stele::mcp {
namespace {

TEST(Origin, LoopbackIsRecognisedWhateverThePort) {
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

TEST(Origin, OthersMustBeListedExactly) {
    const auto allowed = parse_origins(" https://App.example/ ,http://b.example:8080,, ");
    ASSERT_EQ(allowed.size(), 2u);
    EXPECT_TRUE(may_call("https://app.example", allowed));
    EXPECT_TRUE(may_call("http://b.example:8080", allowed));
    EXPECT_TRUE(may_call("http://localhost:3", allowed));
    EXPECT_FALSE(may_call("http://app.example", allowed));
    EXPECT_FALSE(may_call("http://b.example", allowed));
    EXPECT_FALSE(may_call("null", allowed));
    EXPECT_TRUE(parse_origins("").empty());
}

}  // namespace
}  // namespace stele::mcp
