#include "embed/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <thread>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "stub_server.hpp"

namespace stele::embed {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kKey = "stub-key-0123456789";

std::size_t input_size(const StubRequest& request) {
    return boost::json::parse(request.body).at("input").as_array().size();
}

// One vector (length of the text, 1) a text.
StubReply vectors_for(const StubRequest& request) {
    const boost::json::value body = boost::json::parse(request.body);
    boost::json::array data;
    for (const auto& text : body.at("input").as_array())
        data.push_back(boost::json::object{
            {"embedding", {static_cast<double>(text.as_string().size()), 1.0}}});
    return {200, serialize(boost::json::object{{"data", data}})};
}

class EndpointTest : public ::testing::Test {
  protected:
    Settings settings(const StubServer& server) {
        Settings out;
        out.kind = Kind::endpoint;
        out.url = server.url();
        out.model = "stub-model";
        out.api_key = kKey;
        out.dimensions = 2;
        out.batch_size = 2;
        return out;
    }

    static std::vector<Vector> embed(Embedder& embedder, const std::vector<std::string>& texts,
                                     milliseconds time = seconds(20)) {
        return embedder.embed(texts, Purpose::document, std::chrono::steady_clock::now() + time);
    }

    static Error error_of(Embedder& embedder, milliseconds time = seconds(20)) {
        try {
            embed(embedder, {"text"}, time);
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), Not(HasSubstr(kKey)));
            EXPECT_THAT(error.hint(), Not(HasSubstr(kKey)));
            return error;
        }
        ADD_FAILURE() << "nothing was thrown";
        return {Code::internal, ""};
    }
};

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

TEST_F(EndpointTest, RetriesWhatMayPass) {
    StubServer server([](const StubRequest& request, int number) -> StubReply {
        if (number == 0) return {503, R"({"error": "loading"})"};
        if (number == 1) return {.hang_up = true};
        if (number == 2) return {429, ""};
        return vectors_for(request);
    });
    Settings patient = settings(server);
    patient.retries = 3;
    EndpointEmbedder embedder(patient);
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);
    EXPECT_EQ(server.requests().size(), 4u);
}

TEST_F(EndpointTest, GivesUpAfterTheRetries) {
    StubServer server([](const StubRequest&, int) {
        return StubReply{500, R"({"error": "oops"})"};
    });
    Settings once = settings(server);
    once.retries = 1;
    EndpointEmbedder embedder(once);
    const Error error = error_of(embedder);
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("HTTP 500: oops"));
    EXPECT_THAT(error.what(), HasSubstr(server.url()));
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(EndpointTest, WaitsAsRetryAfterAsks) {
    StubServer server([](const StubRequest& request, int number) -> StubReply {
        if (number == 0) return {429, "", "Retry-After: 1\r\n"};
        return vectors_for(request);
    });
    EndpointEmbedder embedder(settings(server));
    const auto start = std::chrono::steady_clock::now();
    embed(embedder, {"text"});
    EXPECT_GE(std::chrono::steady_clock::now() - start, seconds(1));
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(EndpointTest, DoesNotWaitLongerThanItMay) {
    StubServer server([](const StubRequest&, int) -> StubReply {
        return {429, "", "Retry-After: 3600\r\n"};
    });
    EndpointEmbedder embedder(settings(server));
    EXPECT_EQ(error_of(embedder).code(), Code::unavailable);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EndpointTest, TheDeadlineEndsASlowCall) {
    StubServer server([](const StubRequest&, int) -> StubReply {
        return {.status = 200, .body = "", .delay = seconds(30)};
    });
    EndpointEmbedder embedder(settings(server));
    const Error error = error_of(embedder, milliseconds(100));
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_TRUE(error.retryable());
    EXPECT_EQ(error_of(embedder, milliseconds(0)).code(), Code::unavailable);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EndpointTest, TheTimeoutOfOneRequestIsBounded) {
    StubServer server([](const StubRequest& request, int number) -> StubReply {
        if (number == 0) return {.status = 200, .body = "", .delay = milliseconds(700)};
        return vectors_for(request);
    });
    Settings quick = settings(server);
    quick.timeout_ms = 500;
    quick.retries = 5;
    EndpointEmbedder embedder(quick);
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);
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

TEST_F(EndpointTest, AnEndlessReplyIsCutOff) {
    StubServer server([](const StubRequest&, int) {
        return StubReply{200, std::string(10'000'000, ' ')};
    });
    Settings once = settings(server);
    once.retries = 0;
    EndpointEmbedder embedder(once);
    EXPECT_THAT(error_of(embedder).what(), HasSubstr("the reply is larger than"));
}

TEST_F(EndpointTest, AWrongDimensionIsAConfigurationError) {
    StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
    Settings wrong = settings(server);
    wrong.dimensions = 384;
    EndpointEmbedder embedder(wrong);
    EXPECT_EQ(error_of(embedder).code(), Code::configuration);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EndpointTest, TheCircuitOpensAndCloses) {
    std::atomic<bool> broken = true;
    StubServer server([&](const StubRequest& request, int) {
        return broken ? StubReply{.hang_up = true} : vectors_for(request);
    });
    Settings nervous = settings(server);
    nervous.retries = 0;
    nervous.breaker_failures = 3;
    nervous.breaker_ms = 500;
    EndpointEmbedder embedder(nervous);
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(error_of(embedder).what(), HasSubstr("does not answer"));
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(error_of(embedder).what(),
                    HasSubstr("is not called for now: its last 3 calls"));
    EXPECT_EQ(server.requests().size(), 3u);
    broken = false;
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);
}

TEST_F(EndpointTest, CallersInAHurryDoNotOpenTheCircuit) {
    StubServer server([](const StubRequest& request, int number) {
        StubReply reply = vectors_for(request);
        if (number < 3) reply.delay = milliseconds(60);
        return reply;
    });
    Settings nervous = settings(server);
    nervous.breaker_failures = 1;
    EndpointEmbedder embedder(nervous);
    for (int i = 0; i < 3; ++i) error_of(embedder, milliseconds(20));
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);
}

TEST_F(EndpointTest, NobodyListens) {
    std::string url;
    {
        StubServer server([](const StubRequest& request, int) { return vectors_for(request); });
        url = server.url();
    }
    Settings settings;
    settings.kind = Kind::endpoint;
    settings.url = url;
    settings.model = "m";
    settings.dimensions = 2;
    settings.retries = 1;
    const auto embedder = make_embedder(settings);
    const Error error = error_of(*embedder);
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_TRUE(error.retryable());
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
