#include "work/relay/operations.hpp"

#include "knowledge/events/feed.hpp"
#include "work/relay/store.hpp"

namespace stele::relay {

namespace {

using runtime::Operation;

constexpr auto kExample = "relay-7";

Operation write_op(Operation op) {
    op.effect = runtime::Effect::write;
    op.scopes = {"session:write"};
    return op;
}

void register_talking(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("session.create", create));
    op.idempotent = true;
    op.summary = "Open a conversation with an agent, or take one up";
    op.description =
        "Use it in a relay before the first message. The same name is the same session, however "
        "often it is created; what is said about it now holds for the next message.";
    op.routes = {{"POST", "/api/sessions", 201}};
    op.examples = {{"One of your own name", {{"id", kExample}, {"agent", "opencode"}}}};
    registry.add(op);

    op = write_op(runtime::operation("session.say", say));
    op.summary = "Say something in a session; an agent answers";
    op.description =
        "Use it for what a user said: it goes into the thread of the session's name, and a job for "
        "an agent is submitted. With a key it can be sent again after a lost answer.";
    op.routes = {{"POST", "/api/sessions/{sessionId}/messages", 201}};
    op.examples = {{"A question",
                    {{"sessionId", kExample}, {"text", "Why is the build red?"}, {"key", "m-1"}}}};
    registry.add(op);

    op = write_op(runtime::operation("session.context", add_context));
    op.summary = "Tell a session's agent something while it works";
    op.description = "Use it to steer the newest job of a session that has not ended.";
    op.routes = {{"POST", "/api/sessions/{sessionId}/context"}};
    op.examples = {{"A hint", {{"sessionId", kExample}, {"text", "Look at the linker flags"}}}};
    registry.add(op);

    op = write_op(runtime::operation("session.stop", stop));
    op.idempotent = true;
    op.summary = "Stop the jobs of a session";
    op.description = "Use it when the user does not want the answer any more.";
    op.routes = {{"POST", "/api/sessions/{sessionId}/stop"}};
    op.examples = {{"All that live", {{"sessionId", kExample}}}};
    registry.add(op);
}

void register_reading(runtime::Registry& registry) {
    Operation op = runtime::operation("session.get", get);
    op.idempotent = true;
    op.scopes = {"session:read"};
    op.summary = "A session and its last jobs";
    op.description = "Use it to see whether an agent is at work in it; chat.thread has the words.";
    op.routes = {{"GET", "/api/sessions/{sessionId}"}};
    op.examples = {{"One", {{"sessionId", kExample}}}};
    registry.add(op);

    op = runtime::operation("session.events", events_of);
    op.idempotent = true;
    op.scopes = {"session:read"};
    op.summary = "What happened in a session";
    op.description =
        "Use it as event.list, for one session. GET /api/sessions/{sessionId}/events streams the "
        "same, from Last-Event-ID on when the client says it.";
    op.time_limit = std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline;
    op.waits(
        [](const runtime::Context&, const json::value& input) {
            const auto in = reflect::read<EventsInput>(input);
            return runtime::LongPoll{{}, std::chrono::milliseconds(in.after_id ? in.wait_ms : 0)};
        },
        [](const json::value& output) { return output.at("events").as_array().empty(); });
    op.routes = {{.method = "GET", .path = "/api/sessions/{sessionId}/events", .stream = true}};
    op.streams([](runtime::Context& context, const json::value& input) {
        const auto in = reflect::read<EventsInput>(input);
        must_exist(context, in.id);
        events::ListInput asked;
        asked.session = in.id;
        asked.after_id = in.after_id;
        asked.types = in.types;
        return events::follow(context, asked);
    });
    op.examples = {{"The last ones", {{"sessionId", kExample}, {"limit", 5}}}};
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_talking(registry);
    register_reading(registry);
}

}  // namespace stele::relay
