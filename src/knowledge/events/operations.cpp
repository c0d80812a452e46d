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
    Operation op = runtime::operation("event.list", list);
    op.idempotent = true;
    op.scopes = {"event:read"};
    op.summary = "What happened: jobs of agents, notifications";
    op.description =
        "Use it to read the stream of events page by page: pass nextId as afterId for what comes "
        "next; with waitMs it answers as soon as there is something. GET /events streams the same "
        "(server-sent events), from Last-Event-ID on when the client says it.";
    op.time_limit = std::chrono::milliseconds(limits::kWaitMs) + limits::kDeadline;
    op.waits(
        [](const runtime::Context&, const json::value& input) {
            const auto in = reflect::read<ListInput>(input);
            return runtime::LongPoll{{}, std::chrono::milliseconds(in.after_id ? in.wait_ms : 0)};
        },
        [](const json::value& output) { return output.at("events").as_array().empty(); });
    op.routes = {{.method = "GET", .path = "/events", .stream = true}};
    op.streams([](runtime::Context& context, const json::value& input) {
        return follow(context, reflect::read<ListInput>(input));
    });
    op.examples = {{"The last ones", {{"limit", 5}}},
                   {"What became of a job", {{"jobId", kExampleJob}, {"types", {"job."}}}}};
    op.render = render_list;
    registry.add(op);

    op = runtime::operation("event.emit", emit);
    op.effect = runtime::Effect::write;
    op.tool = "emit_event";
    op.scopes = {"event:write"};
    op.summary = "Say something to who watches";
    op.description =
        "Use it in an agent at work, for what a person should hear before the job ends: progress, "
        "a notification, an alert. One of a type in ten seconds; what is too soon is not said, and "
        "the answer says when it can be.";
    op.default_tool = true;
    op.routes = {{"POST", "/_internal/events"}};
    op.status = [](const json::value& output) {
        return output.at("emitted").as_bool() ? 200 : 429;
    };
    op.examples = {
        {"Progress", {{"type", "progress"}, {"message", "42 of 100 files are translated"}}}};
    op.render = render_emit;
    registry.add(op);
}

}  // namespace stele::events
