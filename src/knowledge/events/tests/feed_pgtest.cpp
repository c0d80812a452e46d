// Following: in order, without a gap, from where one was.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "knowledge/events/tests/fixture.hpp"

namespace stele::events {
namespace {

using ::testing::ElementsAre;

TEST(Feed, GivesWhatIsSaidFromNowOn) {
    World world;
    runtime::Context context = world.context();
    announce(context, {said("before")});
    Feed feed(world.maker());
    Client client(feed.follow(world.tenant(), {}, {}));
    const Frame first = client.first();
    EXPECT_EQ(first.event, "ping");
    EXPECT_EQ(first.id, "1") << "who comes back with it misses nothing";
    announce(context, {said("a", {{"n", 1}}), said("b")});
    const Frame a = client.next();
    EXPECT_EQ(a.id, "2");
    EXPECT_EQ(a.event, "a");
    EXPECT_EQ(parse_json(a.data, "data").at("n").as_int64(), 1);
    EXPECT_EQ(client.next().id, "3");
    EXPECT_EQ(feed.followers(), 1);
}

TEST(Feed, GoesOnAfterWhatOneHad) {
    World world;
    runtime::Context context = world.context();
    for (int i = 0; i < 1203; ++i) announce(context, {said("x")});
    Feed feed(world.maker());
    Client from_zero(feed.follow(world.tenant(), {}, 0)),
        from_five(feed.follow(world.tenant(), {}, 1198));
    EXPECT_EQ(from_five.first().event, "ping");
    EXPECT_THAT(from_five.ids(5), ElementsAre("1199", "1200", "1201", "1202", "1203"));
    announce(context, {said("live")});
    const auto ids = from_zero.ids(1204);
    for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], std::to_string(i + 1));
    EXPECT_EQ(from_five.next().event, "live");
}

TEST(Feed, FollowersComeAndGoWhileOthersTalk) {
    World world;
    Feed feed(world.maker());
    std::jthread talker([&](const std::stop_token& stop) {
        runtime::Context mine = world.context();
        while (!stop.stop_requested()) announce(mine, {said("x"), said("y")});
    });
    std::int64_t read = 0;
    for (int visit = 0; visit < 10; ++visit) {
        Client client(feed.follow(world.tenant(), {}, read));
        for (int i = 0; i < 30; ++i) ASSERT_EQ(client.next().id, std::to_string(++read));
    }
}

TEST(Feed, ByJobSessionAndType) {
    World world;
    runtime::Context context = world.context();
    Feed feed(world.maker());
    const Uuid job = Uuid::v7();
    Client of_job(feed.follow(world.tenant(), {job, {}, {}}, {}));
    Client of_session(feed.follow(world.tenant(), {{}, "talk", {}}, 0));
    Client of_type(feed.follow(world.tenant(), {{}, {}, {"job."}}, {}));
    Client behind(feed.follow(world.tenant(), {job, {}, {"job.b"}}, 0));
    for (Client* client : {&of_job, &of_session, &of_type, &behind}) client->first();
    Announcement a = said("job.a"), b = said("job.b"), c = said("c");
    a.job = b.job = job;
    c.session = "talk";
    announce(context, {a, said("x"), c, b});
    EXPECT_THAT(of_job.ids(2), ElementsAre("1", "4"));
    EXPECT_EQ(of_session.next().id, "3");
    EXPECT_THAT(of_type.ids(2), ElementsAre("1", "4"));
    EXPECT_EQ(behind.next().id, "4");
}

TEST(Feed, TenantsHearTheirOwn) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    Feed feed(world.maker());
    Client ours(feed.follow(world.tenant(), {}, 0));
    Client theirs(feed.follow({stranger.caller.org, stranger.caller.project}, {}, 0));
    announce(context, {said("ours")});
    announce(stranger, {said("theirs")});
    EXPECT_EQ(ours.next().event, "ours");
    EXPECT_EQ(theirs.next().event, "theirs");
    announce(context, {said("ours.again")});
    EXPECT_EQ(ours.next().event, "ours.again");
}

TEST(Feed, SaysWhatIsNotKeptAnyMore) {
    World world;
    runtime::Context context = world.context();
    for (int i = 0; i < 5; ++i) announce(context, {said("x")});
    world.tell("SET session_replication_role = replica; DELETE FROM events WHERE id <= 3");
    Feed feed(world.maker());
    Client client(feed.follow(world.tenant(), {}, 1));
    const Frame gap = client.next();
    EXPECT_EQ(gap.event, "stream.gap");
    EXPECT_EQ(gap.id, "3");
    EXPECT_THAT(client.ids(2), ElementsAre("4", "5"));
    Client ahead(feed.follow(world.tenant(), {}, 99));
    EXPECT_EQ(ahead.next().event, "stream.gap") << "it comes from another database";
    announce(context, {said("next")});
    EXPECT_EQ(ahead.next().id, "6");
}

// As an older server stored it, or a statement beside Stele.
TEST(Feed, LeavesOutAStoredTypeThatIsNoLineAndSaysSo) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    const auto poison = [&](const std::string& type) {
        world.tell("SELECT stele_announce('" + context.caller.org.text() + "', '" +
                   context.caller.project.text() + "', " + type + ", NULL, NULL, '{}')");
    };
    for (const char* type : {"E'log\\n'", "E'\\rlog'", "E'a\\r\\nb'", "'a b'", "''"}) poison(type);
    announce(context, {said("after")});
    Feed feed(world.maker());
    Client behind(feed.follow(world.tenant(), {}, 0));
    Client other(feed.follow({stranger.caller.org, stranger.caller.project}, {}, 0));
    for (int i = 1; i <= 5; ++i) {
        const Frame frame = behind.next();
        EXPECT_EQ(frame.event, "stream.skipped");
        EXPECT_EQ(frame.id, std::to_string(i));
        EXPECT_EQ(parse_json(frame.data, "data").at("id").as_int64(), i);
    }
    EXPECT_EQ(behind.next().event, "after");
    poison("E'live\\n'");
    EXPECT_EQ(behind.next().event, "stream.skipped");
    announce(stranger, {said("theirs")});
    EXPECT_EQ(other.next().event, "theirs");
}

TEST(Feed, OneTenantsDamagedRowsHoldUpNobodyElse) {
    World world;
    runtime::Context context = world.context(), stranger = world.stranger();
    stranger.caller.org = *Uuid::parse("ffffffff-0000-4000-8000-000000000001");
    Feed feed(world.maker());
    Client damaged(feed.follow(world.tenant(), {}, 0));
    Client other(feed.follow({stranger.caller.org, stranger.caller.project}, {}, 0));
    damaged.first();
    other.first();
    // No page of this tenant can be read any more.
    world.tell(
        "CREATE FUNCTION broken() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; "
        "END $$; CREATE POLICY broken ON events FOR SELECT USING (CASE WHEN org_id = '" +
        context.caller.org.text() + "' THEN broken() ELSE false END)");
    announce(context, {said("ours")});
    announce(stranger, {said("theirs")});
    EXPECT_EQ(other.next().event, "theirs");
    world.tell("DROP POLICY broken ON events");
    EXPECT_EQ(damaged.next().event, "ours");
}

// A stream that ends before what was handed out: the database was restored.
TEST(Feed, FollowersHearThatTheirStreamWentBack) {
    World world;
    runtime::Context context = world.context();
    Feed feed(world.maker());
    Client client(feed.follow(world.tenant(), {}, {}));
    client.first();
    for (int i = 0; i < 5; ++i) announce(context, {said("x")});
    client.ids(5);
    world.tell(
        "SET session_replication_role = replica; UPDATE event_heads SET last_id = 2; DELETE FROM "
        "events WHERE id > 2");
    const Frame gap = client.next();
    EXPECT_EQ(gap.event, "stream.gap");
    EXPECT_EQ(gap.id, "2");
    EXPECT_EQ(parse_json(gap.data, "data").at("missedAfter").as_int64(), 5);
    announce(context, {said("anew")});
    EXPECT_EQ(client.next().id, "3");
}

// Who takes nothing holds up nobody, and gets everything when it reads again.
TEST(Feed, SlowFollowersAreServedByThePage) {
    World world;
    runtime::Context context = world.context();
    Feed feed(world.maker());
    Client slow(feed.follow(world.tenant(), {}, 0)), quick(feed.follow(world.tenant(), {}, 0));
    slow.first();
    const json::object data{{"text", std::string(4000, 'x')}};
    constexpr int kEvents = 1000;  // 4 MB
    int read = 0;
    for (int i = 0; i < kEvents / 10; ++i) {
        announce(context, std::vector<Announcement>(10, said("x", data)));
        for (int j = 0; j < 10; ++j) ASSERT_EQ(quick.next().id, std::to_string(++read));
    }
    for (int i = 1; i <= kEvents; ++i) ASSERT_EQ(slow.next().id, std::to_string(i));
}

TEST(Feed, EndsItsStreamsWhenItEnds) {
    World world;
    std::shared_ptr<http::EventChannel> channel;
    {
        Feed feed(world.maker());
        channel = feed.follow(world.tenant(), {}, {});
        Client(channel).first();
    }
    EXPECT_TRUE(channel->closed());
}

}  // namespace
}  // namespace stele::events
