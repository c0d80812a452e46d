// POST /job routes itself: to whom it fits best, never to itself, never in circles, and here when
// nothing else goes.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/graph/operations.hpp"
#include "runtime/dispatcher.hpp"
#include "work/mesh/edges.hpp"
#include "work/mesh/members/posse.hpp"
#include "work/mesh/members/presence.hpp"
#include "work/mesh/tests/fixture.hpp"

namespace stele::mesh {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Servers that know each other, as if each had registered with all.
struct Ring {
    std::vector<std::unique_ptr<Server>> servers;

    explicit Ring(int count) {
        for (int i = 0; i < count; ++i) {
            servers.push_back(std::make_unique<Server>("s" + std::to_string(i)));
            runtime::MeshSettings& mesh = servers.back()->world.settings.mesh;
            mesh.enabled = true;
            mesh.endpoint = servers.back()->url();
        }
        for (const auto& at : servers)
            for (const auto& who : servers) {
                runtime::Context context = at->here();
                register_instance(context,
                                  instance(who->world.settings.agent.instance, "", who->url()));
            }
    }
    json::object run(int at, const json::object& input, const std::string& header = "") {
        const std::string url = servers[std::size_t(at)]->url() + "/job";
        http::Client client(http::OutboundPolicy::own(url));
        const std::vector<std::string> headers(header.empty() ? 0 : 1, header);
        const http::Reply reply =
            client.send("POST", url, serialize(input),
                        {std::chrono::seconds(20), std::chrono::seconds(5), 1 << 20}, headers);
        EXPECT_EQ(reply.status, 201) << reply.body;
        return parse_json(reply.body, "answer").as_object();
    }
    json::object get(int at, const std::string& id) {
        const std::string url = servers[std::size_t(at)]->url() + "/job/" + id;
        http::Client client(http::OutboundPolicy::own(url));
        const http::Reply reply = client.send(
            "GET", url, "", {std::chrono::seconds(20), std::chrono::seconds(5), 1 << 20});
        EXPECT_EQ(reply.status, 200) << reply.body;
        return parse_json(reply.body, "answer").as_object();
    }
    std::size_t jobs() {
        std::size_t out = 0;
        for (const auto& server : servers) out += server->jobs().size();
        return out;
    }
};

const json::object kJob{{"prompt", "make the tests pass"}};

TEST(RemoteRouter, AJobGoesToAnotherAndIsFoundHere) {
    Ring ring(2);
    ring.servers[1]->world.settings.mesh.enabled = false;
    const json::object out = ring.run(0, kJob);
    EXPECT_EQ(out.at("status"), "delegated");
    EXPECT_EQ(out.at("routedTo").at("name"), "s1");
    EXPECT_EQ(out.at("routedTo").at("endpoint"), json::value(ring.servers[1]->url()));
    EXPECT_GT(out.at("routedTo").at("score").as_double(), kScoreUnasked);
    EXPECT_TRUE(out.at("routedTo").at("breakdown").is_object());
    EXPECT_THAT(ring.servers[0]->jobs(), IsEmpty());
    EXPECT_THAT(ring.servers[1]->jobs(), SizeIs(1));
    const std::string id(out.at("id").as_string());
    EXPECT_EQ(ring.get(0, id).at("status"), "queued");
    ring.servers[1]->work(json::object{{"summary", "they pass"}});
    runtime::Context here = ring.servers[0]->here();
    ring.servers[0]->world.track_all(here);
    const json::object done = ring.get(0, id);
    EXPECT_EQ(done.at("status"), "complete");
    EXPECT_EQ(done.at("output").at("summary"), "they pass");
}

TEST(RemoteRouter, StaysHereWhenItIsAskedTo) {
    Ring ring(2);
    json::object job = kJob;
    job["local"] = true;
    EXPECT_EQ(ring.run(0, job).at("status"), "queued");
    job = {{"specFile", "spec.md"}};
    EXPECT_EQ(ring.run(0, job).at("status"), "queued");
    job = kJob;
    job["depth"] = 2;
    EXPECT_EQ(ring.run(0, job).at("status"), "queued");
    ring.servers[0]->world.settings.mesh.enabled = false;
    EXPECT_EQ(ring.run(0, kJob).at("status"), "queued");
    http::Client client(http::OutboundPolicy::own(ring.servers[0]->url()));
    ring.servers[0]->world.settings.mesh.enabled = true;
    const http::Reply asked =
        client.send("POST", ring.servers[0]->url() + "/job?local=true&odd=1", serialize(kJob),
                    {std::chrono::seconds(20), std::chrono::seconds(5), 1 << 20});
    EXPECT_EQ(asked.status, 201) << asked.body;
    EXPECT_THAT(ring.servers[0]->jobs(), SizeIs(5));
    EXPECT_THAT(ring.servers[1]->jobs(), IsEmpty());
}

// The contract's weak spot: servers that hand a job to themselves or to each other for ever.
TEST(RemoteRouter, NothingGoesInCircles) {
    Ring ring(3);
    for (int i = 0; i < 10; ++i) {
        const json::object out = ring.run(i % 3, kJob);
        EXPECT_EQ(out.at("status"), "delegated");
        EXPECT_EQ(ring.jobs(), std::size_t(i + 1));
    }
    for (const auto& server : ring.servers) {
        EXPECT_EQ(server->world.ask("SELECT count(*)::text FROM delegations WHERE target = '" +
                                    server->world.settings.agent.instance + "'"),
                  "0");
        EXPECT_EQ(server->world.ask("SELECT count(*)::text FROM delegations WHERE depth > 2"), "0");
        // Two are handed on at most: nobody sees a job again that he had.
        EXPECT_EQ(server->world.ask("SELECT count(*)::text FROM delegations WHERE target = ANY "
                                    "(path)"),
                  "0");
    }
    // Whoever was chosen does it: one request of ours and one of theirs each.
    EXPECT_EQ(ring.servers[0]->posts + ring.servers[1]->posts + ring.servers[2]->posts, 20);
}

TEST(RemoteRouter, WhoHadItDoesNotGetItAgain) {
    Ring ring(3);
    json::object job = kJob;
    job["depth"] = 1;
    job["path"] = {"s1"};
    EXPECT_EQ(ring.run(0, job).at("routedTo").at("name"), "s2");
    job["path"] = {"s1", "s2"};
    EXPECT_EQ(ring.run(0, job).at("status"), "queued");
    EXPECT_EQ(ring.jobs(), 2u);
}

TEST(RemoteRouter, AKeyIsOneJobHoweverItIsRouted) {
    Ring ring(2);
    ring.servers[1]->world.settings.mesh.enabled = false;
    const json::object first = ring.run(0, kJob, "Idempotency-Key: nightly");
    const json::object second = ring.run(0, kJob, "Idempotency-Key: nightly");
    EXPECT_EQ(first.at("id"), second.at("id"));
    EXPECT_EQ(second.at("duplicate"), true);
    EXPECT_EQ(ring.jobs(), 1u);
    // First here, then there is somebody: still the one here.
    ring.servers[0]->world.settings.mesh.enabled = false;
    const json::object here = ring.run(0, kJob, "Idempotency-Key: weekly");
    ring.servers[0]->world.settings.mesh.enabled = true;
    EXPECT_EQ(ring.run(0, kJob, "Idempotency-Key: weekly").at("id"), here.at("id"));
    EXPECT_EQ(ring.jobs(), 2u);
    // A key in the body goes before the header's.
    json::object job = kJob;
    job["key"] = "nightly";
    EXPECT_EQ(ring.run(0, job, "Idempotency-Key: other").at("id"), first.at("id"));
}

TEST(RemoteRouter, AFailureFallsBackToHere) {
    Ring ring(2);
    ring.servers[1]->before = [](const http::Request& request) -> std::optional<http::Response> {
        if (request.head.path == "/job") return answer(403, R"({"detail":"no"})");
        return std::nullopt;
    };
    const json::object refused = ring.run(0, kJob);
    EXPECT_EQ(refused.at("status"), "queued");
    EXPECT_EQ(ring.get(0, std::string(refused.at("id").as_string())).at("name"), "agent");
    ring.servers[1]->server.reset();
    EXPECT_EQ(ring.run(0, kJob).at("status"), "queued");
    EXPECT_THAT(ring.servers[0]->jobs(), SizeIs(2));
    EXPECT_EQ(ring.servers[0]->world.ask("SELECT string_agg(status, ',') FROM delegations"),
              "local");
}

TEST(RemoteRouter, APoorFitStaysHere) {
    Ring ring(2);
    runtime::MeshSettings& mesh = ring.servers[0]->world.settings.mesh;
    mesh.routing_weights = {1, 0, 0, 0};
    runtime::Context here = ring.servers[0]->here();
    register_instance(here, instance("s1", "design", ring.servers[1]->url()));
    json::object job = kJob;
    job["domain"] = "data";  // scores 0.2
    EXPECT_EQ(ring.run(0, job).at("status"), "queued");
    job["domain"] = "design";
    EXPECT_EQ(ring.run(0, job).at("status"), "delegated");
}

TEST(Presence, RegistersBeatsAndLeavesHereAndAtPeers) {
    Server peer("peer");
    World world;
    world.settings.agent.instance = "tester";
    world.settings.mesh.endpoint = "http://127.0.0.1:8";
    world.settings.mesh.capabilities = "sql, charts,";
    world.settings.mesh.peers = peer.url();
    runtime::Context here = world.context();
    jobs::submit_and_take(here);  // came in through this instance
    runtime::Context there = peer.here();
    {
        const Presence presence(world.settings, "9.9", [&] { return world.context(); });
        const auto wait = [&](runtime::Context& context) -> std::optional<Instance> {
            for (int i = 0; i < 200; ++i) {
                const StatusOutput out = status(context, {});
                if (!out.instances.empty() && out.instances[0].load == 1) return out.instances[0];
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
            return std::nullopt;
        };
        const auto own = wait(here), far = wait(there);
        ASSERT_TRUE(own && far);
        EXPECT_EQ(own->name, "tester");
        EXPECT_EQ(own->version, "9.9");
        EXPECT_THAT(own->capabilities, ::testing::ElementsAre("sql", "charts"));
        EXPECT_EQ(own->status, Activity::busy);
        EXPECT_EQ(far->endpoint, "http://127.0.0.1:8");
        EXPECT_EQ(far->health, Health::healthy);
    }
    EXPECT_EQ(status(here, {}).instances[0].health, Health::offline);
    EXPECT_EQ(status(there, {}).instances[0].health, Health::offline);
    world.settings.mesh.peers = "not a url";
    EXPECT_EQ(code_of([&] { peers_of(world.settings.mesh); }), Code::configuration);
}

TEST(Posse, FindsWhatItsAgentsShared) {
    World world;
    runtime::Context here = world.context();
    const auto store = [&](const char* content, const char* scope) {
        memory::StoreInput note = memory::note(content);
        note.scope = scope;
        memory::store(here, note);
    };
    store("the boat is green", "posse:crew");
    store("the boat is red", "posse:pirates");
    store("the boat is blue", "project:/repo");
    store("the boat is mine", "instance:tester");
    EXPECT_THAT(memory::contents(posse_search(here, {"boat", 5, Visible::shared}).results),
                ::testing::ElementsAre("the boat is green"));
    EXPECT_THAT(memory::contents(posse_recent(here, {5, Visible::shared}).results),
                ::testing::ElementsAre("the boat is green"));
    EXPECT_THAT(memory::contents(posse_search(here, {"boat", 5, Visible::self}).results),
                ::testing::ElementsAre("the boat is mine"));
    EXPECT_THAT(posse_search(here, {"boat", 5, Visible::all}).results, SizeIs(4));
    here.caller.posse = "";
    EXPECT_THAT(posse_search(here, {"boat", 5, Visible::shared}).message.value_or(""),
                HasSubstr("no posse"));
    EXPECT_THAT(posse_recent(here, {5, Visible::shared}).results, IsEmpty());
}

TEST(Edges, GrowWithTheDelegationsAndComeBack) {
    Server far("far");
    World world;
    runtime::Context here = world.context();
    const std::string target = register_instance(here, instance("far", "data", far.url())).id;
    const std::string job = jobs::submit(here, jobs::job()).id;
    DelegateInput in = task("x");
    in.job_id = job;
    const DelegateOutput out = delegate(here, in);
    constexpr const char* kAll =
        "SELECT string_agg(src || ' ' || type || ' ' || dst, E'\\n' ORDER BY src, type, dst) FROM "
        "graph_edges";
    const std::string grown = world.ask(kAll);
    EXPECT_THAT(grown, HasSubstr(*out.job_id + " delegated_to " + target));
    EXPECT_THAT(grown, HasSubstr(*out.job_id + " derived_from " + job));
    EXPECT_THAT(grown, HasSubstr(*out.job_id + " produced " + *out.remote_job_id));
    runtime::Registry registry;
    graph::register_operations(registry, {.sources = {&delegation_edges()},
                                          .kinds = graph_kinds(),
                                          .find = [](runtime::Context&, const std::string&) {
                                              return std::vector<Uuid>{};
                                          }});
    world.tell("DELETE FROM graph_edges");
    runtime::Dispatcher().call(registry.get("graph.rebuild"), here, json::object{});
    EXPECT_EQ(world.ask(kAll), grown);
    const auto label = [&](std::string_view kind, const std::string& id) -> std::string {
        for (const graph::Kind& one : graph_kinds())
            if (one.name == kind) return one.labels(here, {*Uuid::parse(id)}).at(*Uuid::parse(id));
        return "";
    };
    EXPECT_EQ(label("instance", target), "far (data)");
    EXPECT_EQ(label("delegation", *out.job_id), "to far (submitted)");
}

}  // namespace
}  // namespace stele::mesh
