#include "work/channels/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "work/channels/store.hpp"

namespace stele::channels {

namespace {

using runtime::Effect;
using runtime::Operation;

constexpr const char* kExample = "telegram";

std::string render_list(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("channels").as_array()) {
        const json::object& one = value.as_object();
        out +=
            fmt::format("{:<24} {}  {} waiting  {}\n", text_of(one, "name"),
                        one.at("canSend").as_bool() ? "open  " : "closed",
                        one.at("waiting").to_number<std::int64_t>(), text_of(one, "description"));
    }
    return out.empty() ? "No channels.\n" : out;
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"channel:read"};
    return op;
}

Operation write_op(Operation op, bool idempotent) {
    op.effect = Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"channel:write"};
    return op;
}

void register_reads(runtime::Registry& registry) {
    registry.add(read_op(runtime::operation("channel.list", list))
                     .says("The ways to people: chats, mail, …",
                           "Use it to see where a message can be sent, before channel_send.")
                     .with_routes({{"GET", "/_internal/channels"}})
                     .with_examples({{"All", {}}})
                     .with_render(render_list));

    registry.add(
        read_op(runtime::operation("job.info", job_info))
            .says("The job that this process was started for, and who waits for its answer",
                  "Use it at the start of a session: tells whether a person, a schedule or a hook "
                  "asked, and where the answer goes. Over HTTP there is none.")
            .with_offline()
            .with_examples({{"Here", {}}}));
}

void register_writes(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("channel.declare", declare), true)
            .says("Say that a channel can be used",
                  "Use it in a connector when it begins: from then on messages are taken, and wait "
                  "as jobs of the queue channel:<name> until the connector leases them.")
            .with_routes({{"POST", "/_internal/channels"}})
            .with_examples({{"One", {{"name", kExample}, {"description", "Where the team talks"}}},
                            {"Close it for a while", {{"name", kExample}, {"canSend", false}}}}));

    registry.add(write_op(runtime::operation("channel.remove", remove), true)
                     .says("Say that a channel is no more",
                           "Use it when a connector goes for good. What was sent before waits for "
                           "whoever leases it.")
                     .with_effect(Effect::destructive)
                     .with_examples({{"One", {{"name", kExample}}}}));

    registry.add(
        write_op(runtime::operation("channel.send", send), false)
            .says(
                "Send a message to somebody on a channel",
                "Use it to answer or to tell a person something. The message is kept as a job that "
                "the channel's connector delivers, again if it has to; with a key it is sent once.")
            .with_routes({{"POST", "/_internal/channel/send"}})
            .with_examples(
                {{"To a room",
                  {{"channel", kExample}, {"target", "ops"}, {"message", "Staging is up"}}}}));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_reads(registry);
    register_writes(registry);
}

}  // namespace stele::channels
