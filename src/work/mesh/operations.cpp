#include "work/mesh/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "work/mesh/members/posse.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/registration.hpp"
#include "work/mesh/routing/route.hpp"

namespace stele::mesh {

namespace {

using runtime::Operation;

std::string render_status(const json::value& output) {
    const json::object& object = output.as_object();
    const auto count = [&](const char* name) { return object.at(name).to_number<int>(); };
    std::string out = fmt::format("{} healthy, {} unhealthy, {} offline\n", count("healthy"),
                                  count("unhealthy"), count("offline"));
    for (const json::value& row : object.at("instances").as_array()) {
        const json::object& one = row.as_object();
        out +=
            fmt::format("{:<24} {:<10} {:<5} {:>3} jobs  {:<20} {}{}\n", text_of(one, "name"),
                        text_of(one, "health"), text_of(one, "status"),
                        one.at("load").to_number<int>(), text_of(one, "role"),
                        text_of(one, "endpoint"), one.at("isSelf").as_bool() ? "  (this one)" : "");
    }
    if (const std::string at = text_of(object, "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string render_route(const json::value& output) {
    const json::object& object = output.as_object();
    const json::value* selected = object.if_contains("selectedInstance");
    std::string out = selected ? fmt::format("{}: {}\n", text_of(selected->as_object(), "name"),
                                             text_of(object, "reason"))
                               : fmt::format("Nobody: {}\n", text_of(object, "reason"));
    for (const json::value& row : object.at("scores").as_array()) {
        const json::object& one = row.as_object();
        const auto factor = [&](const char* name) {
            return one.at("breakdown").at(name).to_number<double>();
        };
        out += fmt::format(
            "{:.3f}  {:<24} expertise {:.2f}  reliability {:.2f}  load {:.2f}  model {:.2f}  {}\n",
            one.at("score").to_number<double>(), text_of(one, "name"), factor("expertise"),
            factor("reliability"), factor("load"), factor("model"), text_of(one, "reason"));
    }
    for (const json::value& row : object.at("skipped").as_array())
        out += fmt::format("   -   {:<24} {}\n", text_of(row.as_object(), "name"),
                           text_of(row.as_object(), "why"));
    if (const std::string why = text_of(object, "degraded"); !why.empty())
        out += "Meanings were not compared: " + why + "\n";
    if (const std::string id = text_of(object, "explanationId"); !id.empty())
        out += "Explanation " + id + "\n";
    return out;
}

std::string render_members(const json::value& output) {
    std::string out;
    for (const json::value& row : output.at("members").as_array())
        out += fmt::format("{:<24} {:<6} {:<20} {}\n", text_of(row.as_object(), "name"),
                           text_of(row.as_object(), "status"), text_of(row.as_object(), "role"),
                           text_of(row.as_object(), "expertise"));
    if (out.empty()) out = text_of(output.as_object(), "message") + "\n";
    return out;
}

std::string render_memories(const json::value& output) {
    std::string out;
    for (const json::value& row : output.at("results").as_array())
        out += fmt::format("{}  {:<12} {}\n", text_of(row.as_object(), "id"),
                           text_of(row.as_object(), "scope"),
                           excerpt(text_of(row.as_object(), "content"), 200));
    if (const std::string message = text_of(output.as_object(), "message"); !message.empty())
        out += message + "\n";
    return out.empty() ? "Nothing found.\n" : out;
}

void register_instances(runtime::Registry& registry) {
    registry.add(write_op(runtime::operation("mesh.register", register_instance), false)
                     .says("Say that an instance is there, and what it is good at",
                           "Use it when an agent or a server starts: its name is who it is, so "
                           "after a restart it has the id that it had. stele serve does it by "
                           "itself when mesh.enabled is set.")
                     .with_routes({{"POST", "/api/mesh/register"}})
                     .with_examples({{"An agent that takes jobs",
                                      {{"name", kExampleName},
                                       {"role", "data-intelligence"},
                                       {"expertise", "dashboards, SQL, forecasts"},
                                       {"models", json::array{"anthropic/claude-opus"}},
                                       {"endpoint", "https://agents.example.com:7600"}}}}));

    registry.add(
        write_op(runtime::operation("mesh.heartbeat", heartbeat), true)
            .says("Say that instances are still there",
                  "Use it every 30 seconds, for one instance or for many at once. After 90 seconds "
                  "without it an instance is unhealthy and gets no work, after 10 minutes it is "
                  "offline; the next beat makes it healthy again.")
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_routes({{"POST", "/api/mesh/heartbeat"}})
            .with_examples({{"One", {{"name", kExampleName}, {"activeJobs", 2}}},
                            {"Many",
                             {{"instances", json::array{json::object{{"name", kExampleName}},
                                                        json::object{{"name", "borea"}}}}}}}));

    registry.add(
        write_op(runtime::operation("mesh.leave", leave), true)
            .says("Say that an instance leaves",
                  "Use it when an agent stops: it is offline at once, and gets no more work.")
            .with_examples({{"It stops", {{"name", kExampleName}}}}));

    registry.add(write_op(runtime::operation("mesh.forget", forget), false)
                     .says("Take an instance out of the registry",
                           "Use it for one that will not come back. Delegations to it stay on "
                           "record; how reliable it was is forgotten. One that beats is refused.")
                     .with_effect(runtime::Effect::destructive)
                     .with_examples({{"A machine that was given away", {{"name", "gone"}}}}));

    registry.add(read_op(runtime::operation("mesh.status", status))
                     .says("Who is there, and how each is",
                           "Use it to see which instances there are, whether they beat, what they "
                           "are good at and how much they have to do.")
                     .with_routes({{"GET", "/api/mesh/status"}, {"GET", "/mesh/status"}})
                     .with_examples({{"All", {}}, {"Who is missing", {{"health", "unhealthy"}}}})
                     .with_render(render_status));
}

void register_routing(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("mesh.route", route))
            .says("Who would get a job, and why",
                  "Use it to see how work would be routed: every candidate with its factors, and "
                  "who was left out. Nothing is sent, and nothing written unless explain is set.")
            .with_idempotent(false)
            .with_routes({{"POST", "/mesh/route"}})
            .with_examples({{"By meaning", {{"prompt", "why did sign-ups drop last week?"}}},
                            {"For a role, with a model",
                             {{"prompt", "a dashboard of sign-ups"},
                              {"domain", "data-intelligence"},
                              {"model", "anthropic/claude-opus"}}}})
            .with_render(render_route));
}

// Who is in no posse is told so, over HTTP with 404.
int posse_status(const json::value& output) {
    return text_of(output.as_object(), "message") == kNoPosse ? 404 : 200;
}

void register_posse(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("posse.members", members))
            .says("The agents of this posse",
                  "Use it before you delegate: who there is, what each knows, who is busy.")
            .with_routes({{"GET", "/posse"}})
            .with_status(posse_status)
            .with_examples({{"All", {}}})
            .with_render(render_members));

    registry.add(read_op(runtime::operation("posse.memory_search", posse_search))
                     .says("Search what the posse's agents shared",
                           "Use it for what other agents of the posse learned: memories of its "
                           "scope, and global ones.")
                     .with_scopes({"memory:read"})
                     .with_routes({{"GET", "/posse/memory/search"}})
                     .with_status(posse_status)
                     .with_examples({{"A question", {{"query", "which port does staging use?"}}}})
                     .with_render(render_memories));

    registry.add(read_op(runtime::operation("posse.memory_recent", posse_recent))
                     .says("What the posse's agents shared last",
                           "Use it to catch up with what other agents of the posse learned.")
                     .with_scopes({"memory:read"})
                     .with_routes({{"GET", "/posse/memory/recent"}})
                     .with_status(posse_status)
                     .with_examples({{"The last three", {{"limit", 3}}}})
                     .with_render(render_memories));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_instances(registry);
    register_routing(registry);
    register_posse(registry);
    register_delegations(registry);
}

}  // namespace stele::mesh
