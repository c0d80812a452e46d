#include "knowledge/events/operations.hpp"

#include <fmt/format.h>

#include "knowledge/events/feed.hpp"
#include "knowledge/events/store.hpp"

namespace stele::events {

namespace {

using runtime::Operation;

constexpr auto kExampleJob = "00000000-0000-7000-8000-000000000001";

std::string render_list(const json::value& output) {
    std::string out;
    const auto in = reflect::read<ListOutput>(output);
    for (const Event& event : in.events)
        out += fmt::format("{:>8}  {}  {:<22} {}\n", event.id, to_rfc3339(event.at), event.type,
                           serialize(event.data));
    return out.empty() ? "nothing has been said\n" : out;
}

std::string render_emit(const json::value& output) {
    const auto in = reflect::read<EmitOutput>(output);
    if (!in.emitted)
        return fmt::format("not said: again in {} s\n", in.retry_after_seconds.value_or(1));
    return fmt::format("said as event {}\n", in.id.value_or(0));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    registry.add(
        runtime::operation("event.list", list)
            .says("What happened: jobs of agents, notifications",
                  "Use it to read the stream of events page by page: pass nextId as afterId for "
                  "what comes next; with waitMs it answers as soon as there is something. GET "
                  "/events streams the same (server-sent events), from Last-Event-ID on when the "
                  "client says it.")
            .with_idempotent()
            .with_scopes({"event:read"})
            .with_time_limit(std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline)
            .that_waits(
                [](const runtime::Context&, const json::value& input) {
                    const auto in = reflect::read<ListInput>(input);
                    return runtime::LongPoll{
                        {}, std::chrono::milliseconds(in.after_id ? in.wait_ms : 0)};
                },
                [](const json::value& output) { return output.at("events").as_array().empty(); })
            .with_routes({{.method = "GET", .path = "/events", .stream = true}})
            .that_streams([](runtime::Context& context, const json::value& input) {
                return follow(context, reflect::read<ListInput>(input));
            })
            .with_examples(
                {{"The last ones", {{"limit", 5}}},
                 {"What became of a job", {{"jobId", kExampleJob}, {"types", {"job."}}}}})
            .with_render(render_list));

    registry.add(
        runtime::operation("event.emit", emit)
            .says("Say something to who watches",
                  "Use it in an agent at work, for what a person should hear before the job ends: "
                  "progress, a notification, an alert. One of a type in ten seconds; what is too "
                  "soon is not said, and the answer says when it can be.")
            .with_effect(runtime::Effect::write)
            .with_tool("emit_event")
            .with_scopes({"event:write"})
            .with_routes({{"POST", "/_internal/events"}})
            .with_status([](const json::value& output) {
                return output.at("emitted").as_bool() ? 200 : 429;
            })
            .with_examples(
                {{"Progress",
                  {{"type", "progress"}, {"message", "42 of 100 files are translated"}}}})
            .with_render(render_emit));
}

}  // namespace stele::events
