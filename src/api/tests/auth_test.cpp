#include "api/rest/auth.hpp"

#include <gtest/gtest.h>

namespace stele::api::rest {
namespace {

http::Head with(std::string name, std::string value) {
    http::Head out;
    out.headers.push_back({std::move(name), std::move(value)});
    return out;
}

// What a browser would send back.
std::string cookie_from(const http::Header& header) {
    return header.value.substr(0, header.value.find(';'));
}

const Auth kAuth("a secret of the server");
const auto kNow = std::chrono::system_clock::now();

TEST(Auth, TheTokenAndNothingLikeIt) {
    EXPECT_TRUE(kAuth.knows(with("authorization", "Bearer a secret of the server")));
    EXPECT_TRUE(kAuth.knows(with("Authorization", "bearer  a secret of the server ")));
    EXPECT_FALSE(kAuth.knows(with("authorization", "Bearer a secret of the serve")));
    EXPECT_FALSE(kAuth.knows(with("authorization", "Bearer ")));
    EXPECT_FALSE(kAuth.knows(with("authorization", "a secret of the server")));
    EXPECT_FALSE(kAuth.knows({}));
    http::Head query;
    query.query = {{"token", "a secret of the server"}};
    EXPECT_FALSE(kAuth.knows(query)) << "addresses end up in logs";
    EXPECT_TRUE(Auth("").knows({}));
}

TEST(Auth, ACookieForADay) {
    const http::Header header = kAuth.cookie({}, kNow);
    EXPECT_EQ(header.name, "Set-Cookie");
    for (const char* part : {"HttpOnly", "SameSite=Strict", "Max-Age=86400", "Path=/"})
        EXPECT_NE(header.value.find(part), std::string::npos) << part;
    EXPECT_EQ(header.value.find("Secure"), std::string::npos);
    EXPECT_EQ(header.value.find("a secret"), std::string::npos);
    EXPECT_TRUE(kAuth.knows(with("cookie", cookie_from(header))));
    EXPECT_TRUE(kAuth.knows(with("cookie", "theme=dark; " + cookie_from(header) + "; x=y")));
    EXPECT_NE(kAuth.cookie(with("x-forwarded-proto", "https"), kNow).value.find("Secure"),
              std::string::npos);
}

TEST(Auth, NotOfAnotherTokenNorYesterdaysNorOneThatWasTouched) {
    const std::string good = cookie_from(kAuth.cookie({}, kNow));
    EXPECT_FALSE(Auth("another").knows(with("cookie", good)));
    const std::string old = cookie_from(kAuth.cookie({}, kNow - std::chrono::hours(25)));
    EXPECT_FALSE(kAuth.knows(with("cookie", old)));
    std::string later = good;
    later.replace(later.find('=') + 1, 1, "9");
    EXPECT_FALSE(kAuth.knows(with("cookie", later)));
    for (const char* bad : {"stele_session=", "stele_session=.", "stele_session=99999999999",
                            "stele_session=99999999999.", "stele_sessions=1.x", ";;;", "="})
        EXPECT_FALSE(kAuth.knows(with("cookie", bad))) << bad;
    EXPECT_FALSE(kAuth.knows(with("cookie", good + "0")));
}

TEST(Auth, AWrongTokenIsNotMadeGoodByACookie) {
    http::Head both = with("cookie", cookie_from(kAuth.cookie({}, kNow)));
    both.headers.push_back({"authorization", "Bearer wrong"});
    EXPECT_FALSE(kAuth.knows(both));
}

}  // namespace
}  // namespace stele::api::rest
