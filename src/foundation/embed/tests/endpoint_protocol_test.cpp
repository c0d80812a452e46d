#include "foundation/embed/endpoint_protocol.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <random>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/http/url.hpp"

namespace stele::embed {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

http::EndpointUrl embeddings_url(const std::string& url) {
    return http::endpoint_url(url, "embeddings", "embedding");
}

TEST(EndpointUrl, FollowsTheRule) {
    for (const auto& [given, called] : std::vector<std::pair<std::string, std::string>>{
             {"http://localhost:11434", "http://localhost:11434/v1/embeddings"},
             {"http://localhost:11434/", "http://localhost:11434/v1/embeddings"},
             {"http://h/v1", "http://h/v1/embeddings"},
             {"http://h/v1/", "http://h/v1/embeddings"},
             {"https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/embeddings"},
             {"https://h/api", "https://h/api/v1/embeddings"},
             {"https://h/v1beta/openai/embeddings", "https://h/v1beta/openai/embeddings"},
             {"http://h/v1/embeddings/", "http://h/v1/embeddings"},
             {"http://h/v3?api-version=2#x", "http://h/v3/embeddings?api-version=2"}})
        EXPECT_EQ(embeddings_url(given).call, called);
    EXPECT_EQ(embeddings_url("http://h/v3?key=abc").shown, "http://h/v3/embeddings");
}

TEST(EndpointUrl, RefusesOthers) {
    for (const char* url : {"", "h", "localhost:11434", "ftp://h/v1", "file:///etc/passwd",
                            "http://", "http://user:hush@h/v1", "http://user@h/v1", "http://h:0/v1",
                            "http://h:99999", "http://h h/v1"})
        try {
            embeddings_url(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("embedding.url"));
            EXPECT_THAT(error.what(), Not(HasSubstr("hush")));
        }
}

TEST(RequestBody, IsValidAndBounded) {
    const std::vector<std::string> texts{"plain \"quoted\"",
                                         "a\xff"
                                         "b\xc3",
                                         "", "äöü", "x\ny"};
    const auto body = boost::json::parse(request_body("m", 256, texts, "p: ", 6)).as_object();
    EXPECT_EQ(body.at("model"), boost::json::value("m"));
    EXPECT_EQ(body.at("dimensions"), boost::json::value(256));
    EXPECT_EQ(body.at("input"),
              boost::json::parse(R"(["p: pla", "p: ab", "p: ", "p: ä", "p: x\ny"])"));
    const auto plain =
        boost::json::parse(request_body("m", {}, std::vector<std::string>{""}, "", 6)).as_object();
    EXPECT_EQ(plain.at("input"), boost::json::parse(R"([" "])"));
    EXPECT_FALSE(plain.contains("dimensions"));
}

std::vector<Vector> parse(const std::string& body, std::size_t texts = 2) {
    return parse_vectors(body, texts, 2, "http://h");
}

TEST(ParseVectors, OrdersByIndexAndNormalises) {
    const std::vector<Vector> wanted{{0.6f, 0.8f}, {1, 0}};
    EXPECT_EQ(parse(R"({"data": [{"index": 1, "embedding": [5, 0]},
                                 {"index": 0, "embedding": [3.0, 4e0]}]})"),
              wanted);
    EXPECT_EQ(parse(R"({"object": "list", "data": [{"embedding": [3, 4]},
                                                   {"embedding": [2, 0]}]})"),
              wanted);
}

TEST(ParseVectors, RefusesMalformedReplies) {
    for (const auto& [body, why] : std::vector<std::pair<std::string, std::string>>{
             {"", "without a list \"data\""},
             {"<html>", "without a list \"data\""},
             {"[]", "without a list \"data\""},
             {R"({"data": {}})", "without a list \"data\""},
             {R"({"data": [{"embedding": [1, 0]}]})", "with 1 vectors for 2 texts"},
             {R"({"data": [{"embedding": [1, 0]}, 7]})", "without a list \"embedding\""},
             {R"({"data": [{"embedding": [1, 0]}, {"embedding": "AAAA"}]})",
              "without a list \"embedding\""},
             {R"({"data": [{"index": 1, "embedding": [1, 0]}, {"index": 1, "embedding": [1, 0]}]})",
              "an index"},
             {R"({"data": [{"index": 0, "embedding": [1, 0]}, {"index": 2, "embedding": [1, 0]}]})",
              "an index"},
             {R"({"data": [{"index": -1, "embedding": [1, 0]}, {"embedding": [1, 0]}]})",
              "an index"},
             {R"({"data": [{"embedding": [1, null]}, {"embedding": [1, 0]}]})", "non-numbers"},
             {R"({"data": [{"embedding": [1, 1e300]}, {"embedding": [1, 0]}]})", "non-numbers"},
             {R"({"data": [{"embedding": [0, 0]}, {"embedding": [1, 0]}]})", "zeros"}})
        try {
            parse(body);
            ADD_FAILURE() << body;
        } catch (const EndpointError& error) {
            using Kind = EndpointError::Kind;
            EXPECT_EQ(error.code(), Code::unavailable) << body;
            EXPECT_EQ(error.kind(),
                      why == "with 1 vectors for 2 texts" ? Kind::refused : Kind::failed)
                << body;
            EXPECT_THAT(error.what(), HasSubstr(why)) << body;
            EXPECT_THAT(error.what(), HasSubstr("http://h"));
        }
}

TEST(ParseVectors, AnotherDimensionIsAConfigurationError) {
    try {
        parse(R"({"data": [{"embedding": [1, 2, 3]}]})", 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::configuration);
        EXPECT_THAT(error.what(), HasSubstr("vectors of 3 dimensions, not 2"));
        EXPECT_THAT(error.hint(), HasSubstr("embedding.dimensions"));
    }
}

TEST(ParseVectors, SurvivesFlippedBytes) {
    const std::string whole = R"({"data": [{"index": 1, "embedding": [5, 0.25]},
                                           {"index": 0, "embedding": [3.0, -4e0]}]})";
    std::minstd_rand random(11);
    for (int round = 0; round < 3000; ++round) {
        std::string body = whole.substr(0, round % 2 ? whole.size() : random() % whole.size());
        for (int flips = static_cast<int>(random() % 3); flips > 0 && !body.empty(); --flips)
            body[random() % body.size()] = static_cast<char>(random());
        try {
            for (const Vector& vector : parse(body)) EXPECT_EQ(vector.size(), 2u);
        } catch (const Error&) {
        }
    }
}

TEST(ErrorText, ComesFromTheUsualPlaces) {
    EXPECT_EQ(error_text(R"({"error": {"message": "too long", "type": "x"}})"), "too long");
    EXPECT_EQ(error_text(R"({"error": "no such model"})"), "no such model");
    EXPECT_EQ(error_text(R"({"message": "busy"})"), "busy");
    EXPECT_EQ(error_text("<html>"), "");
    EXPECT_EQ(error_text(R"({"error": {"code": 3}})"), "");
    EXPECT_EQ(error_text(R"("text")"), "text");
    remember_secret("a-secret-that-is-echoed");
    EXPECT_THAT(error_text(R"({"error": "key a-secret-that-is-echoed is bad"})"),
                Not(HasSubstr("echoed")));
    EXPECT_LE(error_text("\"" + std::string(9000, 'x') + "\"").size(), 310u);
}

}  // namespace
}  // namespace stele::embed
