// A batch of which an endpoint refuses some, through a real endpoint on loopback.
#include "foundation/embed/embed_each.hpp"

#include "endpoint_fixture.hpp"

namespace stele::embed {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> inputs(const StubRequest& request) {
    std::vector<std::string> out;
    const boost::json::value body = boost::json::parse(request.body);
    for (const auto& text : body.at("input").as_array()) out.emplace_back(text.as_string());
    return out;
}

bool holds(const StubRequest& request, std::string_view word) {
    for (const std::string& text : inputs(request))
        if (text.find(word) != text.npos) return true;
    return false;
}

class EmbedEach : public EndpointTest {
  protected:
    EmbeddedBatch each(const StubServer& server, const std::vector<std::string>& texts) {
        Settings all = settings(server);
        all.batch_size = 64;
        all.retries = 0;
        EndpointEmbedder embedder(all);
        return embed_each(embedder, texts, Purpose::document,
                          std::chrono::steady_clock::now() + kLong);
    }
    static std::vector<std::string> texts(int count) {
        std::vector<std::string> out;
        for (int i = 0; i < count; ++i) out.push_back("text " + std::to_string(i));
        return out;
    }
    static int with_vector(const EmbeddedBatch& batch) {
        int out = 0;
        for (const Embedded& text : batch.texts) out += text.vector.has_value();
        return out;
    }
};

TEST_F(EmbedEach, TheOneThatIsRefusedIsAlone) {
    for (const int status : {400, 413, 422}) {
        StubServer server([&](const StubRequest& request, int) -> StubReply {
            if (holds(request, "forbidden")) return {status, R"({"error": "content filter"})"};
            return vectors_for(request);
        });
        std::vector<std::string> given = texts(17);
        given[5] = "a forbidden phrase";
        const EmbeddedBatch batch = each(server, given);
        EXPECT_EQ(with_vector(batch), 16) << status;
        EXPECT_EQ(batch.problem, "");
        EXPECT_TRUE(batch.texts[5].refused);
        EXPECT_THAT(batch.texts[5].problem, HasSubstr("content filter"));
        EXPECT_LT(server.requests().size(), 15u);
    }
}

TEST_F(EmbedEach, AFailureOverOneTextIsNoRefusal) {
    StubServer server([&](const StubRequest& request, int) -> StubReply {
        if (holds(request, "forbidden")) return {500, R"({"error": "too large to process"})"};
        return vectors_for(request);
    });
    const EmbeddedBatch batch = each(server, {"one", "forbidden", "three"});
    EXPECT_EQ(with_vector(batch), 2);
    EXPECT_FALSE(batch.texts[1].refused);
    EXPECT_THAT(batch.texts[1].problem, HasSubstr("too large to process"));
    EXPECT_EQ(batch.problem, "");
}

TEST_F(EmbedEach, ABatchThatIsTooLongIsHalved) {
    StubServer server([&](const StubRequest& request, int) -> StubReply {
        if (inputs(request).size() > 10) return {400, R"({"error": "not larger than 10"})"};
        return vectors_for(request);
    });
    EXPECT_EQ(with_vector(each(server, texts(64))), 64);
}

TEST_F(EmbedEach, AnotherNumberOfVectorsIsARefusal) {
    StubServer server([&](const StubRequest& request, int) -> StubReply {
        if (holds(request, "forbidden")) return {200, R"({"data": []})"};
        return vectors_for(request);
    });
    const EmbeddedBatch batch = each(server, {"one", "forbidden"});
    EXPECT_EQ(with_vector(batch), 1);
    EXPECT_TRUE(batch.texts[1].refused);
}

// A wrong name of a model, or dimensions that it cannot shorten to: no text is to blame.
TEST_F(EmbedEach, AnEndpointThatRefusesEverythingBlamesNoText) {
    StubServer server([](const StubRequest&, int) -> StubReply {
        return {400, R"({"error": "no such model"})"};
    });
    const EmbeddedBatch batch = each(server, texts(8));
    EXPECT_THAT(batch.problem, HasSubstr("no such model"));
    for (const Embedded& text : batch.texts) EXPECT_EQ(text.problem, "");
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(EmbedEach, ARateLimitSaysWhenToComeBack) {
    StubServer server([](const StubRequest&, int) -> StubReply {
        return {429, R"({"error": "slow down"})", "Retry-After: 30\r\n"};
    });
    const EmbeddedBatch batch = each(server, texts(2));
    EXPECT_EQ(batch.retry_after, std::chrono::seconds(30));
    EXPECT_EQ(batch.texts[0].problem, "");
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EmbedEach, AQueryIsTriedOnceAndNotForLong) {
    StubServer server([](const StubRequest&, int) -> StubReply {
        return {.status = 200, .body = "", .delay = std::chrono::seconds(20)};
    });
    EndpointEmbedder embedder(settings(server));
    const auto start = std::chrono::steady_clock::now();
    const std::string texts[] = {"question"};
    EXPECT_THROW(embedder.embed(texts, Purpose::query, start + kLong), EndpointError);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
    EXPECT_EQ(server.requests().size(), 1u);
}

}  // namespace
}  // namespace stele::embed
