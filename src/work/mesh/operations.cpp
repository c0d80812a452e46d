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
    Operation op = write_op(runtime::operation("mesh.register", register_instance), false);
    op.summary = "Say that an instance is there, and what it is good at";
    op.description =
        "Use it when an agent or a server starts: its name is who it is, so after a restart it has "
        "the id that it had. stele serve does it by itself when mesh.enabled is set.";
    op.routes = {{"POST", "/api/mesh/register"}};
    op.examples = {{"An agent that takes jobs",
                    {{"name", kExampleName},
                     {"role", "data-intelligence"},
                     {"expertise", "dashboards, SQL, forecasts"},
                     {"models", json::array{"anthropic/claude-opus"}},
                     {"endpoint", "https://agents.example.com:7600"}}}};
    registry.add(op);

    op = write_op(runtime::operation("mesh.heartbeat", heartbeat), true);
    op.summary = "Say that instances are still there";
    op.description =
        "Use it every 30 seconds, for one instance or for many at once. After 90 seconds without "
        "it an instance is unhealthy and gets no work, after 10 minutes it is offline; the next "
        "beat makes it healthy again.";
    op.body_bytes = limits::kBatchBodyBytes;
    op.routes = {{"POST", "/api/mesh/heartbeat"}};
    op.examples = {{"One", {{"name", kExampleName}, {"activeJobs", 2}}},
                   {"Many",
                    {{"instances", json::array{json::object{{"name", kExampleName}},
                                               json::object{{"name", "borea"}}}}}}};
    registry.add(op);

    op = write_op(runtime::operation("mesh.leave", leave), true);
    op.summary = "Say that an instance leaves";
    op.description = "Use it when an agent stops: it is offline at once, and gets no more work.";
    op.examples = {{"It stops", {{"name", kExampleName}}}};
    registry.add(op);

    op = write_op(runtime::operation("mesh.forget", forget), false);
    op.effect = runtime::Effect::destructive;
    op.summary = "Take an instance out of the registry";
    op.description =
        "Use it for one that will not come back. Delegations to it stay on record; how reliable it "
        "was is forgotten. One that beats is refused.";
    op.examples = {{"A machine that was given away", {{"name", "gone"}}}};
    registry.add(op);

    op = read_op(runtime::operation("mesh.status", status));
    op.summary = "Who is there, and how each is";
    op.description =
        "Use it to see which instances there are, whether they beat, what they are good at and how "
        "much they have to do.";
    op.routes = {{"GET", "/api/mesh/status"}, {"GET", "/mesh/status"}};
    op.examples = {{"All", {}}, {"Who is missing", {{"health", "unhealthy"}}}};
    op.render = render_status;
    registry.add(op);
}

void register_routing(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("mesh.route", route));
    op.summary = "Who would get a job, and why";
    op.description =
        "Use it to see how work would be routed: every candidate with its factors, and who was "
        "left out. Nothing is sent, and nothing written unless explain is set.";
    op.idempotent = false;
    op.routes = {{"POST", "/mesh/route"}};
    op.examples = {{"By meaning", {{"prompt", "why did sign-ups drop last week?"}}},
                   {"For a role, with a model",
                    {{"prompt", "a dashboard of sign-ups"},
                     {"domain", "data-intelligence"},
                     {"model", "anthropic/claude-opus"}}}};
    op.render = render_route;
    registry.add(op);
}

// Who is in no posse is told so, over HTTP with 404.
int posse_status(const json::value& output) {
    return text_of(output.as_object(), "message") == kNoPosse ? 404 : 200;
}

void register_posse(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("posse.members", members));
    op.summary = "The agents of this posse";
    op.description = "Use it before you delegate: who there is, what each knows, who is busy.";
    op.routes = {{"GET", "/posse"}};
    op.status = posse_status;
    op.examples = {{"All", {}}};
    op.render = render_members;
    registry.add(op);

    op = read_op(runtime::operation("posse.memory_search", posse_search));
    op.summary = "Search what the posse's agents shared";
    op.description =
        "Use it for what other agents of the posse learned: memories of its scope, and global "
        "ones.";
    op.scopes = {"memory:read"};
    op.routes = {{"GET", "/posse/memory/search"}};
    op.status = posse_status;
    op.examples = {{"A question", {{"query", "which port does staging use?"}}}};
    op.render = render_memories;
    registry.add(op);

    op = read_op(runtime::operation("posse.memory_recent", posse_recent));
    op.summary = "What the posse's agents shared last";
    op.description = "Use it to catch up with what other agents of the posse learned.";
    op.scopes = {"memory:read"};
    op.routes = {{"GET", "/posse/memory/recent"}};
    op.status = posse_status;
    op.examples = {{"The last three", {{"limit", 3}}}};
    op.render = render_memories;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_instances(registry);
    register_routing(registry);
    register_posse(registry);
    register_delegations(registry);
}

}  // namespace stele::mesh
