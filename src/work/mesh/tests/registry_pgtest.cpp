// Who is there: identity, beats, health by the database's clock, tenants apart.
#include "work/mesh/members/registry.hpp"

#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <cstring>

#include "support/boat_model.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Instance see(runtime::Context& context, const std::string& name) {
    StatusInput all;
    all.limit = limits::kInstances;
    for (const Instance& one : status(context, all).instances)
        if (one.name == name) return one;
    ADD_FAILURE() << name << " is not there";
    return {};
}

TEST(Registry, AnInstanceIsTheSameAfterARestart) {
    World world;
    runtime::Context here = world.context();
    RegisterInput first = instance("atlas", "data");
    first.models = {"a/b"};
    const RegisterOutput before = register_instance(here, first);
    EXPECT_FALSE(before.known);
    RegisterInput second = instance("atlas", "design", "http://127.0.0.1:3");
    second.version = "2";
    const RegisterOutput after = register_instance(here, second);
    EXPECT_EQ(after.id, before.id);
    EXPECT_TRUE(after.known);
    EXPECT_EQ(after.restarts, 1);
    EXPECT_EQ(after.replaced, "http://127.0.0.1:2");
    const Instance now = see(here, "atlas");
    EXPECT_EQ(now.role, "design");
    EXPECT_EQ(now.endpoint, "http://127.0.0.1:3");
    EXPECT_EQ(now.version, "2");
    EXPECT_THAT(now.models, IsEmpty());
    EXPECT_EQ(now.restarts, 1);
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM mesh_instances"), "1");
    // Whoever was silent has no place to defend.
    world.silent("atlas", 91);
    EXPECT_FALSE(register_instance(here, first).replaced);
    // The same place is no other place.
    EXPECT_FALSE(register_instance(here, first).replaced);
}

TEST(Registry, BeatsSayHowAnInstanceIs) {
    World world;
    runtime::Context here = world.context();
    const std::string id = register_instance(here, instance("atlas")).id;
    register_instance(here, instance("borea"));
    EXPECT_EQ(heartbeat(here, beat_of("atlas", 2)).beats, 1);
    EXPECT_EQ(see(here, "atlas").status, Activity::busy);
    EXPECT_EQ(see(here, "atlas").load, 2);
    HeartbeatInput many;
    many.instances.resize(4);
    many.instances[0].id = id;
    many.instances[0].active_jobs = 0;
    many.instances[1].name = "borea";
    many.instances[1].status = Activity::busy;
    many.instances[1].uptime = 7;
    many.instances[1].completed_jobs = 9;
    many.instances[2].name = "nobody";
    many.instances[3].name = "atlas";
    many.instances[3].active_jobs = 0;
    const HeartbeatOutput said = heartbeat(here, many);
    EXPECT_THAT(said.unknown, ElementsAre("nobody"));
    EXPECT_EQ(see(here, "atlas").status, Activity::idle);
    EXPECT_EQ(see(here, "borea").status, Activity::busy);
    EXPECT_EQ(see(here, "borea").uptime, 7);
    EXPECT_EQ(see(here, "borea").completed_jobs, 9);
    // What is not said stays.
    heartbeat(here, beat_of("borea"));
    EXPECT_EQ(see(here, "borea").uptime, 7);
    many.name = "atlas";
    EXPECT_EQ(code_of([&] { heartbeat(here, many); }), Code::invalid_argument);
}

TEST(Registry, HealthFollowsFromTheLastBeatAndComesBack) {
    World world;
    runtime::Context here = world.context();
    for (const char* name : {"fresh", "late", "lost", "left"})
        register_instance(here, instance(name));
    world.silent("late", 100);
    world.silent("lost", 601);
    leave(here, {"left"});
    EXPECT_EQ(see(here, "fresh").health, Health::healthy);
    EXPECT_EQ(see(here, "late").health, Health::unhealthy);
    EXPECT_EQ(see(here, "lost").health, Health::offline);
    EXPECT_EQ(see(here, "left").health, Health::offline);
    const auto names = [&](Health health) {
        StatusInput of;
        of.health = health;
        std::vector<std::string> out;
        for (const Instance& one : status(here, of).instances) out.push_back(one.name);
        return out;
    };
    EXPECT_THAT(names(Health::healthy), ElementsAre("fresh"));
    EXPECT_THAT(names(Health::unhealthy), ElementsAre("late"));
    EXPECT_THAT(names(Health::offline), ElementsAre("left", "lost"));
    const StatusOutput all = status(here, {});
    EXPECT_EQ(all.healthy, 1);
    EXPECT_EQ(all.unhealthy, 1);
    EXPECT_EQ(all.offline, 2);
    for (const char* name : {"late", "lost", "left"}) heartbeat(here, beat_of(name));
    EXPECT_EQ(status(here, {}).healthy, 4);
    EXPECT_FALSE(leave(here, {"nobody"}).left);
}

TEST(Registry, StatusComesInPages) {
    World world;
    runtime::Context here = world.context();
    for (int i = 0; i < 5; ++i) register_instance(here, instance("i" + std::to_string(i)));
    StatusInput page;
    page.limit = 2;
    std::vector<std::string> names;
    int pages = 0;
    do {
        const StatusOutput out = status(here, page);
        for (const Instance& one : out.instances) names.push_back(one.name);
        page.cursor = out.next_cursor;
        ++pages;
    } while (page.cursor);
    EXPECT_EQ(pages, 3);
    EXPECT_THAT(names, ElementsAre("i0", "i1", "i2", "i3", "i4"));
}

TEST(Registry, WhoIsGoneIsForgottenOnRequest) {
    World world;
    runtime::Context here = world.context();
    register_instance(here, instance("atlas"));
    EXPECT_EQ(code_of([&] { forget(here, {"atlas"}); }), Code::conflict);
    EXPECT_EQ(code_of([&] { forget(here, {"nobody"}); }), Code::not_found);
    leave(here, {"atlas"});
    EXPECT_TRUE(forget(here, {"atlas"}).left);
    EXPECT_THAT(status(here, {}).instances, IsEmpty());
    EXPECT_EQ(world.ask("SELECT count(*)::text FROM mesh_heartbeats"), "0");
    EXPECT_THAT(heartbeat(here, beat_of("atlas")).unknown, ElementsAre("atlas"));
}

TEST(Registry, TenantsDoNotSeeEachOther) {
    World world;
    runtime::Context here = world.context(), there = world.stranger();
    const std::string id = register_instance(here, instance("atlas")).id;
    EXPECT_THAT(status(there, {}).instances, IsEmpty());
    EXPECT_THAT(heartbeat(there, beat_of("atlas")).unknown, SizeIs(1));
    HeartbeatInput by_id;
    by_id.id = id;
    EXPECT_THAT(heartbeat(there, by_id).unknown, SizeIs(1));
    EXPECT_NE(register_instance(there, instance("atlas")).id, id);
}

TEST(Registry, MembersAreThoseOfThePosse) {
    World world;
    runtime::Context here = world.context();
    runtime::Context alone = here;
    alone.caller.posse = "";
    EXPECT_THAT(members(alone, {}).message.value_or(""), HasSubstr("no posse"));
    EXPECT_THAT(members(here, {}).message.value_or(""), HasSubstr("crew"));
    RegisterInput other = instance("other");
    other.posse = "another";
    RegisterInput wordy = instance("wordy");
    wordy.expertise = std::string(500, 'x');
    register_instance(here, other);
    register_instance(here, wordy);
    register_instance(here, instance("tester"));
    world.silent("wordy", 95);
    const std::vector<Member> found = members(here, {}).members;
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].name, "tester");
    EXPECT_TRUE(found[0].is_self);
    EXPECT_EQ(found[0].status, Attendance::idle);
    EXPECT_EQ(found[1].status, Attendance::stale);
    EXPECT_LE(found[1].expertise.size(), 200 + std::strlen("…"));
    EXPECT_THAT(found[1].expertise, HasSubstr("…"));
}

TEST(Registry, EndpointsAreAddresses) {
    World world;
    runtime::Context here = world.context();
    for (const char* wrong : {"ftp://x", "http://user:secret@x", "x", "http://x/?q=1"})
        EXPECT_EQ(code_of([&] { register_instance(here, instance("a", "", wrong)); }),
                  Code::invalid_argument)
            << wrong;
    register_instance(here, instance("a", "", "http://x/"));
    EXPECT_EQ(see(here, "a").endpoint, "http://x");
}

TEST(Registry, ExpertiseIsAVectorWhenThereIsAModel) {
    World world;
    runtime::Context here = world.context();
    RegisterInput sailor = instance("sailor");
    sailor.expertise = "boats";
    EXPECT_FALSE(register_instance(here, sailor).vector);
    testing::BoatModel model;
    world.embedder = &model;
    runtime::Context able = world.context();
    EXPECT_TRUE(register_instance(able, sailor).vector);
    EXPECT_EQ(world.ask("SELECT expertise_vector::text FROM mesh_instances"), "[1,0.099975586]");
}

// What ten thousand instances do every thirty seconds must not make the table grow.
struct BeatCounters {
    long updated, hot, bytes;
};

// Counters arrive when the sessions of the pool end.
BeatCounters beat_counters(World& world) {
    world.db = world.database.open();
    const auto ask = [&](const std::string& what) { return std::stol(world.ask(what)); };
    const std::string row = " FROM pg_stat_user_tables WHERE relname = 'mesh_heartbeats'";
    return {ask("SELECT n_tup_upd::text" + row), ask("SELECT n_tup_hot_upd::text" + row),
            ask("SELECT pg_relation_size('mesh_heartbeats')::text")};
}

// Beats of all `instances`, `rounds` times, on a table without dead rows; gives what they added.
BeatCounters beat_often(World& world, HeartbeatInput& all, int rounds) {
    world.tell("VACUUM FULL ANALYZE mesh_heartbeats");
    const BeatCounters before = beat_counters(world);
    runtime::Context here = world.context();
    for (int round = 0; round < rounds; ++round) {
        for (Beat& beat : all.instances) beat.active_jobs = round % 4;
        EXPECT_EQ(heartbeat(here, all).beats, int(all.instances.size()));
    }
    const long expected = long(all.instances.size()) * rounds;
    BeatCounters after = beat_counters(world);
    for (int i = 0; i < 100 && after.updated - before.updated < expected; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        after = beat_counters(world);
    }
    EXPECT_GE(after.updated - before.updated, expected);
    return {after.updated - before.updated, after.hot - before.hot, after.bytes - before.bytes};
}

TEST(Registry, BeatsStayInTheirPage) {
    World world;
    runtime::Context here = world.context();
    constexpr int kInstances = 1000, kRounds = 60;
    HeartbeatInput all;
    for (int i = 0; i < kInstances; ++i) {
        Beat beat;
        beat.id = register_instance(here, instance("i" + std::to_string(i))).id;
        all.instances.push_back(beat);
    }
    world.tell("ALTER TABLE mesh_heartbeats SET (autovacuum_enabled = false)");
    const long before = std::stol(world.ask("SELECT pg_relation_size('mesh_heartbeats')::text"));
    // Whoever has a transaction open meanwhile, in any database of the server, keeps what it may
    // still see from being tidied away, and that page must grow: some try is undisturbed.
    BeatCounters added{};
    const auto stayed = [&] {
        // A page that fills while it is held cannot be tidied at that moment either: few do.
        return double(added.hot) >= 0.99 * double(added.updated) && added.bytes <= before;
    };
    const Deadline until = deadline_in(std::chrono::seconds(60));
    do added = beat_often(world, all, kRounds);
    while (!stayed() && time_left(until).count() > 0);
    EXPECT_TRUE(stayed()) << added.hot << " HOT of " << added.updated << ", " << added.bytes
                          << " bytes more than " << before;
}

}  // namespace
}  // namespace stele::mesh
