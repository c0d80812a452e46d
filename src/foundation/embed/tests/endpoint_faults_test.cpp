// What the endpoint does wrong, and what comes of it.
#include <atomic>
#include <thread>

#include "endpoint_fixture.hpp"

namespace stele::embed {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

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

TEST_F(EndpointTest, AnEndlessReplyIsCutOff) {
    StubServer server([](const StubRequest&, int) {
        return StubReply{200, std::string(10'000'000, ' ')};
    });
    Settings once = settings(server);
    once.retries = 0;
    EndpointEmbedder embedder(once);
    EXPECT_THAT(error_of(embedder).what(), HasSubstr("the reply is larger than"));
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

TEST_F(EndpointTest, ASlowEndpointCostsAQueryItsOwnTimeout) {
    std::atomic<bool> slow = true;
    StubServer server([&](const StubRequest& request, int) {
        StubReply reply = vectors_for(request);
        if (slow) reply.delay = milliseconds(600);
        return reply;
    });
    Settings quick = settings(server);
    quick.query_timeout_ms = 100;
    quick.breaker_failures = 2;
    EndpointEmbedder embedder(quick);
    const auto ask = [&] {
        const std::string texts[] = {"question"};
        return embedder.embed(texts, Purpose::query, std::chrono::steady_clock::now() + kLong);
    };
    for (int i = 0; i < 5; ++i) EXPECT_THROW(ask(), EndpointError);
    slow = false;
    EXPECT_EQ(embed(embedder, {"text"}).size(), 1u);  // documents are served all the same
    EXPECT_EQ(server.requests().size(), 3u);          // after two its circuit is open: no cost
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

}  // namespace
}  // namespace stele::embed
