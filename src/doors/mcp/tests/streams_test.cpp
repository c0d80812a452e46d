#include "doors/mcp/streams.hpp"

#include "events.hpp"

namespace stele::mcp {
namespace {

using namespace testing;

std::vector<std::string> data_of(const std::vector<Received>& events) {
    std::vector<std::string> out;
    for (const Received& event : events) out.push_back(event.data);
    return out;
}

using Data = std::vector<std::string>;

TEST(Streams, IdsAreUniqueOverAllStreams) {
    Streams streams({});
    const auto [a, channel_a] = streams.open();
    const auto [b, channel_b] = streams.open();
    streams.send(a, "1");
    streams.send(b, "2");
    streams.send(a, "3");
    Reader first(channel_a);
    Reader second(channel_b);
    EXPECT_EQ(first.wait(2)[1].id, "1-2");
    EXPECT_EQ(second.wait(1)[0].id, "2-1");
    EXPECT_EQ(data_of(first.wait(2)), (Data{"1", "3"}));
}

TEST(Streams, PrimesOnlyWhoCanReadIt) {
    Streams streams({.retry = std::chrono::milliseconds(700)});
    streams.prime(true);
    const auto [id, channel] = streams.open();
    Reader reader(channel);
    const auto events = reader.wait(1);
    EXPECT_EQ(events[0].id, "1-0");
    EXPECT_EQ(events[0].data, "");
    EXPECT_EQ(events[0].retry, "700");
    streams.prime(false);
    Reader quiet(streams.listen());
    streams.send(Streams::kUnsolicited, "x");
    EXPECT_EQ(quiet.wait(1)[0].data, "x");
}

TEST(Streams, ResumesWhereTheClientWas) {
    Streams streams({});
    const auto [id, channel] = streams.open();
    streams.send(id, "1");
    streams.send(id, "2");
    streams.detach(id);
    streams.send(id, "3");
    Reader resumed(streams.resume("1-1"));
    EXPECT_EQ(data_of(resumed.wait(2)), (Data{"2", "3"}));
    streams.send(id, "4");
    streams.finish(id);
    EXPECT_EQ(data_of(resumed.rest()), (Data{"2", "3", "4"}));

    // The answer can be fetched again after the stream is over.
    Reader late(streams.resume("1-0"));
    EXPECT_EQ(data_of(late.rest()), (Data{"1", "2", "3", "4"}));
    EXPECT_TRUE(late.ended());
}

TEST(Streams, RefusesIdsThatItDoesNotKnow) {
    Streams streams({});
    const auto [id, channel] = streams.open();
    streams.send(id, "1");
    for (const std::string_view unknown :
         {"", "1", "-", "1-", "-1", "1-2", "2-0", "1-0x", "a-b", "99999999999999999999-1"})
        EXPECT_FALSE(streams.resume(unknown)) << unknown;
}

TEST(Streams, ForgetsTheOldestAndSaysSo) {
    Streams streams({.kept_events = 3});
    const auto [id, channel] = streams.open();
    for (int i = 1; i <= 5; ++i) streams.send(id, std::to_string(i));
    EXPECT_FALSE(streams.resume("1-1"));
    Reader reader(streams.resume("1-2"));
    EXPECT_EQ(data_of(reader.wait(3)), (Data{"3", "4", "5"}));
    streams.finish(id);
    for (int i = 0; i < 3; ++i) streams.send(Streams::kUnsolicited, "other");
    EXPECT_FALSE(streams.resume("1-5"));
}

TEST(Streams, KeepsNoMoreThanItsBytes) {
    Streams streams({.kept_bytes = 100});
    const auto [id, channel] = streams.open();
    streams.send(id, std::string(60, 'a'));
    streams.send(id, std::string(60, 'b'));
    EXPECT_FALSE(streams.resume("1-0"));
    EXPECT_TRUE(streams.resume("1-1"));
    // The newest is kept however large: it may be the answer.
    streams.send(id, std::string(500, 'c'));
    Reader reader(streams.resume("1-2"));
    EXPECT_EQ(reader.wait(1)[0].data.size(), 500u);
}

TEST(Streams, TheNewestListenerReads) {
    Streams streams({});
    Reader first(streams.listen());
    Reader second(streams.listen());
    streams.send(Streams::kUnsolicited, "x");
    EXPECT_TRUE(first.rest().empty());
    EXPECT_EQ(second.wait(1)[0].data, "x");
    EXPECT_TRUE(streams.connected());
    streams.close_all();
    EXPECT_TRUE(second.ended());
    EXPECT_FALSE(streams.connected());
}

TEST(Streams, AClientThatLeftLosesNothing) {
    Streams streams({});
    const auto [id, channel] = streams.open();
    Reader reader(channel);
    streams.send(id, "1");
    reader.wait(1);
    reader.disconnect();
    streams.send(id, "2");
    EXPECT_FALSE(streams.connected());
    streams.finish(id);
    Reader resumed(streams.resume("1-1"));
    EXPECT_EQ(data_of(resumed.rest()), Data{"2"});
}

}  // namespace
}  // namespace stele::mcp
