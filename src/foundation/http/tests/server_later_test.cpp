// Requests that wait for something: without a worker, until it is there, the client goes or the
// server stops.
#include <gtest/gtest.h>

#include <vector>

#include "server_fixture.hpp"

namespace stele::http::test {
namespace {

class ServerLater : public ServerTest {
  protected:
    ServerLater() {
        options.handle = [this](const Request& request) {
            if (request.head.path == "/now") return Response{.body = "now"};
            if (!request.again) ++firsts;
            Response out{.body = there ? "there" : "nothing"};
            if (there || std::chrono::steady_clock::now() >= request.arrived + patience) return out;
            out.later = std::make_shared<Later>(Later{
                std::min(request.arrived + patience, std::chrono::steady_clock::now() + again),
                [this](std::function<void()> wake) -> std::shared_ptr<void> {
                    const std::lock_guard lock(mutex);
                    wakes.push_back(std::move(wake));
                    ++listening;
                    return {this, [this](void*) { --listening; }};
                }});
            return out;
        };
    }

    void ring() {
        there = true;
        std::vector<std::function<void()>> all;
        {
            const std::lock_guard lock(mutex);
            all.swap(wakes);
        }
        for (const auto& wake : all) wake();
    }

    std::atomic<bool> there = false;
    std::atomic<int> listening = 0, firsts = 0;
    std::chrono::milliseconds patience{20'000}, again{20'000};
    std::mutex mutex;
    std::vector<std::function<void()>> wakes;
};

TEST_F(ServerLater, AnswersWhenItIsTold) {
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 20; ++i) {  // ten times as many as there are workers
        clients.push_back(connect());
        clients.back().send(get("/later"));
    }
    ASSERT_TRUE(eventually([&] { return listening == 20; }));
    RawClient other = connect();
    other.send(get("/now"));
    EXPECT_EQ(other.read_reply().body, "now");
    EXPECT_TRUE(eventually([&] { return server->stats().busy_workers == 0; }));
    ring();
    for (RawClient& client : clients) EXPECT_EQ(client.read_reply().body, "there");
    EXPECT_EQ(listening, 0);
    // The connection goes on.
    clients[0].send(get("/now"));
    EXPECT_EQ(clients[0].read_reply().body, "now");
}

TEST_F(ServerLater, LooksAgainByItself) {
    again = 50ms;
    start();
    RawClient client = connect();
    client.send(get("/later"));
    ASSERT_TRUE(eventually([&] { return handled >= 2; }));
    there = true;  // and nobody rings
    EXPECT_EQ(client.read_reply().body, "there");
    EXPECT_EQ(firsts, 1) << "who handles it knows a further look from a new request";
}

TEST_F(ServerLater, SaysThatThereIsNothingWhenPatienceIsOver) {
    patience = 100ms;
    start();
    RawClient client = connect();
    client.send(get("/later"));
    EXPECT_EQ(client.read_reply().body, "nothing");
    EXPECT_EQ(handled, 2);
}

TEST_F(ServerLater, IsNotHandledForAClientThatIsGone) {
    start();
    {
        RawClient client = connect();
        client.send(get("/later"));
        ASSERT_TRUE(eventually([&] { return listening == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return listening == 0; }));
    ring();
    EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
    EXPECT_EQ(handled, 1);
}

TEST_F(ServerLater, StoppingAnswersWithWhatThereIs) {
    start();
    RawClient client = connect();
    client.send(get("/later"));
    ASSERT_TRUE(eventually([&] { return listening == 1; }));
    EXPECT_TRUE(server->stop());
    EXPECT_EQ(client.read_reply().body, "nothing");
}

TEST_F(ServerLater, ToldBeforeItListens) {
    there = false;
    options.handle = [this](const Request&) {
        Response out{.body = handled > 1 ? "there" : "nothing"};
        if (handled == 1)
            out.later = std::make_shared<Later>(
                Later{std::chrono::steady_clock::now() + 20s,
                      [](std::function<void()> wake) -> std::shared_ptr<void> {
                          wake();
                          return nullptr;
                      }});
        return out;
    };
    start();
    RawClient client = connect();
    client.send(get("/later"));
    EXPECT_EQ(client.read_reply().body, "there");
}

}  // namespace
}  // namespace stele::http::test
