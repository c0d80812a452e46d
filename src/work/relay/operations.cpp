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
    registry.add(
        write_op(runtime::operation("session.create", create))
            .says("Open a conversation with an agent, or take one up",
                  "Use it in a relay before the first message. The same name is the same session, "
                  "however often it is created; what is said about it now holds for the next "
                  "message.")
            .with_idempotent()
            .with_routes({{"POST", "/api/sessions", 201}})
            .with_examples({{"One of your own name", {{"id", kExample}, {"agent", "opencode"}}}}));

    registry.add(
        write_op(runtime::operation("session.say", say))
            .says("Say something in a session; an agent answers",
                  "Use it for what a user said: it goes into the thread of the session's name, and "
                  "a job for an agent is submitted. With a key it can be sent again after a lost "
                  "answer.")
            .with_routes({{"POST", "/api/sessions/{sessionId}/messages", 201}})
            .with_examples(
                {{"A question",
                  {{"sessionId", kExample}, {"text", "Why is the build red?"}, {"key", "m-1"}}}}));

    registry.add(
        write_op(runtime::operation("session.context", add_context))
            .says("Tell a session's agent something while it works",
                  "Use it to steer the newest job of a session that has not ended.")
            .with_routes({{"POST", "/api/sessions/{sessionId}/context"}})
            .with_examples(
                {{"A hint", {{"sessionId", kExample}, {"text", "Look at the linker flags"}}}}));

    registry.add(write_op(runtime::operation("session.stop", stop))
                     .says("Stop the jobs of a session",
                           "Use it when the user does not want the answer any more.")
                     .with_idempotent()
                     .with_routes({{"POST", "/api/sessions/{sessionId}/stop"}})
                     .with_examples({{"All that live", {{"sessionId", kExample}}}}));
}

void register_reading(runtime::Registry& registry) {
    registry.add(
        runtime::operation("session.get", get)
            .says("A session and its last jobs",
                  "Use it to see whether an agent is at work in it; chat.thread has the words.")
            .with_idempotent()
            .with_scopes({"session:read"})
            .with_routes({{"GET", "/api/sessions/{sessionId}"}})
            .with_examples({{"One", {{"sessionId", kExample}}}}));

    registry.add(
        runtime::operation("session.events", events_of)
            .says("What happened in a session",
                  "Use it as event.list, for one session. GET /api/sessions/{sessionId}/events "
                  "streams the same, from Last-Event-ID on when the client says it.")
            .with_idempotent()
            .with_scopes({"session:read"})
            .with_time_limit(std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline)
            .that_waits(
                [](const runtime::Context&, const json::value& input) {
                    const auto in = reflect::read<EventsInput>(input);
                    return runtime::LongPoll{
                        {}, std::chrono::milliseconds(in.after_id ? in.wait_ms : 0)};
                },
                [](const json::value& output) { return output.at("events").as_array().empty(); })
            .with_routes(
                {{.method = "GET", .path = "/api/sessions/{sessionId}/events", .stream = true}})
            .that_streams([](runtime::Context& context, const json::value& input) {
                const auto in = reflect::read<EventsInput>(input);
                must_exist(context, in.id);
                events::ListInput asked;
                asked.session = in.id;
                asked.after_id = in.after_id;
                asked.types = in.types;
                return events::follow(context, asked);
            })
            .with_examples({{"The last ones", {{"sessionId", kExample}, {"limit", 5}}}}));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_talking(registry);
    register_reading(registry);
}

}  // namespace stele::relay
