#include "foundation/embed/endpoint.hpp"

#include <atomic>
#include <thread>

#include "endpoint_fixture.hpp"
#include "foundation/base/hash.hpp"

namespace stele::embed {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t input_size(const StubRequest& request) {
    return boost::json::parse(request.body).at("input").as_array().size();
}

TEST_F(EndpointTest, SendsBatchesAndKeepsTheOrder) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    EndpointEmbedder embedder(settings(server));
    const auto vectors = embed(embedder, {"a", "bb", "ccc", "dddd", "eeeee"});
    ASSERT_EQ(vectors.size(), 5u);
    for (std::size_t i = 0; i < vectors.size(); ++i)
        EXPECT_NEAR(vectors[i][0] / vectors[i][1], static_cast<double>(i + 1), 1e-5);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 3u);
    EXPECT_EQ(input_size(requests[0]), 2u);
    EXPECT_EQ(input_size(requests[2]), 1u);
    EXPECT_THAT(requests[0].head, HasSubstr("POST /v1/embeddings HTTP/1.1"));
    EXPECT_THAT(requests[0].head, HasSubstr(std::string("Authorization: Bearer ") + kKey));
    EXPECT_THAT(requests[0].head, HasSubstr("Content-Type: application/json"));
    EXPECT_EQ(boost::json::parse(requests[0].body).at("model"), boost::json::value("stub-model"));
    EXPECT_TRUE(embed(embedder, {}).empty());
}

TEST_F(EndpointTest, ItsIdentityIsUrlAndModel) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    const EndpointEmbedder embedder(settings(server));
    EXPECT_EQ(embedder.info().name, "stub-model");
    EXPECT_EQ(embedder.info().dimensions, 2);
    EXPECT_EQ(embedder.info().hash, sha256_hex(server.url() + "/v1/embeddings\nstub-model"));
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(EndpointTest, PrefixesDimensionsAndLengthAsSet) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    Settings with = settings(server);
    with.query_prefix = "query: ";
    with.document_prefix = "passage: ";
    with.send_dimensions = true;
    with.max_tokens = 5;
    with.api_key.clear();
    EndpointEmbedder embedder(with);
    const std::vector<std::string> text{"a long text that is cut"};
    embedder.embed(text, Purpose::query, std::chrono::steady_clock::now() + seconds(20));
    embed(embedder, text);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2u);
    const auto asked = boost::json::parse(requests[0].body),
               told = boost::json::parse(requests[1].body);
    EXPECT_EQ(asked.at("input").at(0), boost::json::value("query: a long t"));
    EXPECT_EQ(told.at("input").at(0), boost::json::value("passage: a long"));
    EXPECT_EQ(asked.at("dimensions"), boost::json::value(2));
    EXPECT_THAT(requests[0].head, Not(HasSubstr("Authorization")));
}

TEST_F(EndpointTest, PermanentRefusalsAreNotRetried) {
    struct Case {
        int status;
        Code code;
        std::string text;
    };
    for (const Case& c :
         {Case{401, Code::configuration, "refuses the key"},
          Case{403, Code::configuration, "refuses the key"},
          Case{404, Code::configuration, "no such model"},
          Case{302, Code::configuration, "HTTP 302"}, Case{400, Code::unavailable, "HTTP 400"},
          Case{413, Code::unavailable, "HTTP 413"}}) {
        StubServer server([&](const StubRequest&, int) -> StubReply {
            // What a careless server does: it echoes the key.
            return {c.status, R"({"error": "no such model )" + std::string(kKey) + "\"}",
                    "Location: http://127.0.0.1:1/\r\n"};
        });
        EndpointEmbedder embedder(settings(server));
        const Error error = error_of(embedder);
        EXPECT_EQ(error.code(), c.code) << c.status;
        EXPECT_FALSE(error.retryable()) << c.status;
        EXPECT_THAT(error.what(), HasSubstr(c.text));
        EXPECT_EQ(server.requests().size(), 1u) << c.status;
    }
}

TEST_F(EndpointTest, AWrongDimensionIsAConfigurationError) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    Settings wrong = settings(server);
    wrong.dimensions = 384;
    EndpointEmbedder embedder(wrong);
    EXPECT_EQ(error_of(embedder).code(), Code::configuration);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EndpointTest, ManyThreadsAtOnce) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    EndpointEmbedder embedder(settings(server));
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) good += embed(embedder, {"a", "bb", "ccc"}).size() == 3;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 40);
    EXPECT_EQ(server.requests().size(), 80u);
}

TEST_F(EndpointTest, NamesTheSettingThatIsWrong) {
    const auto expect_refused = [](const std::string& name, auto change) {
        Settings settings;
        settings.kind = Kind::endpoint;
        settings.url = "http://127.0.0.1:1";
        settings.model = "m";
        settings.dimensions = 2;
        change(settings);
        try {
            make_embedder(settings);
            ADD_FAILURE() << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::configuration);
            EXPECT_THAT(error.what(), HasSubstr("embedding." + name));
        }
    };
    expect_refused("url", [](Settings& s) { s.url = ""; });
    expect_refused("model", [](Settings& s) { s.model = ""; });
    expect_refused("dimensions", [](Settings& s) { s.dimensions = 0; });
    expect_refused("batchSize", [](Settings& s) { s.batch_size = 0; });
    expect_refused("timeoutMs", [](Settings& s) { s.timeout_ms = 0; });
    expect_refused("connectTimeoutMs", [](Settings& s) { s.connect_timeout_ms = 0; });
    expect_refused("retries", [](Settings& s) { s.retries = 11; });
    expect_refused("maxTokens", [](Settings& s) { s.max_tokens = 0; });
    expect_refused("breakerFailures", [](Settings& s) { s.breaker_failures = 0; });
    expect_refused("breakerMs", [](Settings& s) { s.breaker_ms = 0; });
    expect_refused("apiKey", [](Settings& s) { s.api_key = "a\r\nX-Evil: 1"; });
}

}  // namespace
}  // namespace stele::embed
